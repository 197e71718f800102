// Which tokens a part of a chat becomes: those that a prompt ends in, and those that the model will say, in time that grows with the
// chat alone.
import { describe, expect, it } from "vitest";
import { chatPrompt } from "../../src/tokens/answered-chats.ts";
import { tokenizeExample } from "../../src/tokens/tokenize-example.ts";
import { openTokenizer, type Tokenizer } from "../../src/tokens/tokenizer.ts";
import { jsonOf } from "../support/files.ts";
import { chatOf, learnedTexts, say } from "../support/learned.ts";
import { tinyTokenizer } from "../support/tiny-model.ts";

const open = (): Tokenizer => openTokenizer({ ...tinyTokenizer(), endTokenSources: [] });

describe("the tokens of an answer", () => {
  it("are those after the prompt's own, where the template's last break and the answer's first would join", () => {
    const { tokenizer, config } = tinyTokenizer();
    const model = tokenizer["model"] as { vocab: Record<string, number>; merges: string[] };
    const joined = { ...model, vocab: { ...model.vocab, ĊĊ: 263 }, merges: [...model.merges, "Ċ Ċ"] };
    const opened = openTokenizer({ tokenizer: { ...tokenizer, model: joined }, config, endTokenSources: [] });
    const chat = [say("user", "a"), say("assistant", "\none")];
    expect(learnedTexts(opened, chat)).toEqual(["\none<|end|>"]);
    const { rows } = tokenizeExample(opened, chatOf(chat), "all");
    const prompt = chatPrompt(opened, { messages: chat.slice(0, 1) });
    expect([...(rows[0]?.ids.slice(0, prompt.length) ?? [])]).toEqual(prompt);
  });

  it("give back the text, also of a tokenizer that begins every text with a space", () => {
    const { tokenizer } = jsonOf("tests/fixtures/tokenizers/llama-prepend.json") as { readonly tokenizer: unknown };
    const template =
      "{% for m in messages %}{{ m.role + ': ' + m.content + '</s>' }}{% endfor %}{% if add_generation_prompt %}{{ 'assistant: ' }}{% endif %}";
    const opened = openTokenizer({ tokenizer, config: { eos_token: "</s>" }, template, endTokenSources: [] });
    const { rows } = tokenizeExample(opened, chatOf([say("user", "a"), say("assistant", "bread")]), "all");
    expect(rows.map(({ ids }) => opened.decode([...ids], { special: true }))).toEqual(["user: a</s> assistant: bread</s>"]);
  });

  it("take time in proportion to the chat", () => {
    const chat = (turns: number) =>
      Array.from({ length: turns }, (_, at) => say(at % 2 === 0 ? "user" : "assistant", `This is turn ${at} of the chat.`));
    const tokenizer = open();
    let [renders, encoded] = [0, 0];
    const counting: Tokenizer = {
      ...tokenizer,
      renderChat: (messages, ...rest) => {
        renders += messages.length;
        return tokenizer.renderChat(messages, ...rest);
      },
      encodeChat: (text) => {
        encoded += text.length;
        return tokenizer.encodeChat(text);
      },
    };
    const work = (turns: number): number => {
      [renders, encoded] = [0, 0];
      expect(learnedTexts(counting, chat(turns))).toHaveLength(turns / 2);
      return renders + encoded;
    };
    work(2);
    expect(work(800) / work(200)).toBeLessThan(4.8);
  });
});
