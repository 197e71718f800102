// Templates that end answers in ways of their own, or leave out more than one thinks. The right values are written by hand.
import { describe, expect, it } from "vitest";
import type { ChatMessage } from "../../src/data/example.ts";
import { chatPrompt } from "../../src/tokens/answered-chats.ts";
import { tokenizeExample } from "../../src/tokens/tokenize-example.ts";
import { openTokenizer, type Tokenizer } from "../../src/tokens/tokenizer.ts";
import { failureOf } from "../support/errors.ts";
import { chatOf, learnedTexts, say } from "../support/learned.ts";
import { tinyTokenizer } from "../support/tiny-model.ts";

function open(template: string, config: Readonly<Record<string, unknown>> = {}): Tokenizer {
  const tiny = tinyTokenizer();
  return openTokenizer({ tokenizer: tiny.tokenizer, config: { ...tiny.config, ...config }, template, endTokenSources: [] });
}

const twoTurns = [say("user", "a"), say("assistant", "one"), say("user", "b"), say("assistant", "two")];
const promptOf = (tokenizer: Tokenizer, messages: readonly ChatMessage[]): string =>
  tokenizer.decode(chatPrompt(tokenizer, { messages }), { special: true });

describe("everything, in a template that ends answers with nothing", () => {
  const template =
    "{% for m in messages %}{{ m.role + ':\n' + m.content + '\n\n' }}{% endfor %}{% if add_generation_prompt %}{{ 'assistant:\n' }}{% endif %}";

  it("is learned with the end of every answer, as chat writes earlier answers", () => {
    expect(learnedTexts(open(template), twoTurns, "everything")).toEqual([
      "user:\na\n\nassistant:\none<|end|>\n\nuser:\nb\n\nassistant:\ntwo<|end|>\n\n",
    ]);
  });

  it("goes on after the last answer that is taken out", () => {
    const chat = [say("user", "a"), say("assistant", "one", { learned: "never" }), ...twoTurns.slice(2)];
    expect(learnedTexts(open(template), chat, "everything")).toEqual([
      "user:\na\n\nassistant:\n",
      "\n\nuser:\nb\n\nassistant:\ntwo<|end|>\n\n",
    ]);
  });

  it("says that answers will not end where there is no such token", () => {
    expect(tokenizeExample(open(template, { eos_token: null }), chatOf(twoTurns), "everything").ends).toBe(false);
    expect(tokenizeExample(open(template), chatOf(twoTurns), "everything").ends).toBe(true);
  });
});

describe("a template that ends only the answer that comes last", () => {
  const tokenizer = open(
    "{% for m in messages %}{{ '<|start|>' + m.role + '\n' + m.content + '\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|start|>assistant\n' }}{% else %}{{ eos_token }}{% endif %}",
  );

  it.each(["all", "last"] as const)("has answers learned behind the prompt for each (%s)", (turns) => {
    const { rows } = tokenizeExample(tokenizer, chatOf(twoTurns), turns);
    const expected = ["one\n<|end|>", "two\n<|end|>"].slice(turns === "all" ? 0 : 1);
    expect(learnedTexts(tokenizer, twoTurns, turns)).toEqual(expected);
    const last = rows.at(-1);
    expect(
      last &&
        tokenizer.decode(
          [...last.ids].filter((_, at) => last.labels[at] === -100),
          { special: true },
        ),
    ).toBe(promptOf(tokenizer, twoTurns.slice(0, 3)));
  });
});

describe("an answer that stands in its end token too", () => {
  // SmolLM3 reads "/no_think" from the system message and takes it out, so that chats cannot be compared with plain words.
  const template =
    "{% set quick = '/no_think' in messages[0].content %}{{ '<|start|>system\n' + ('quick: ' if quick else '') + messages[0].content.replace('/no_think', '') + '<|end|>\n' }}{% for m in messages[1:] %}{{ '<|start|>' + m.role + '\n' + ('<think></think>' if quick and m.role == 'assistant' else '') + m.content + '<|end|>\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|start|>assistant\n' + ('<think></think>' if quick else '') }}{% endif %}";

  it.each(["end", "|>", "n", "yes"])("is learned as it was written: %j", (answer) => {
    const chat = [say("system", "Be brief. /no_think"), say("user", "a"), say("assistant", answer)];
    expect(learnedTexts(open(template), chat)).toEqual([`${answer}<|end|>`]);
  });
});

describe("what a template leaves out", () => {
  const dropsThinking =
    "{% for m in messages %}{% if m.role == 'user' %}{{ '<|start|>' + m.content }}{% else %}{{ '<|start|>bot\n' + m.content.split('</think>')[-1] + '<|end|>' }}{% endif %}{% endfor %}{% if add_generation_prompt %}{{ '<|start|>bot\n<think>\n' }}{% endif %}";

  it("is refused where it is a whole answer", async () => {
    const chat = [say("user", "2+2?"), say("assistant", "<think>\nTwo and two.\n</think>\n\n")];
    const failure = await failureOf(() => learnedTexts(open(dropsThinking), chat));
    expect(failure).toMatchObject({ code: "tokens/not-rendered", message: expect.stringContaining("message 2") as string });
  });

  it("is not asked of a chat that the template refuses without its calls", () => {
    // As Mistral's, which counts turns without those that call.
    const strict =
      "{% set ns = namespace(turn=0) %}{% for m in messages %}{% if m.role != 'tool' and not m.tool_calls %}{% if (m.role == 'user') != (ns.turn % 2 == 0) %}{{ raise_exception('roles must alternate') }}{% endif %}{% set ns.turn = ns.turn + 1 %}{% endif %}{{ '<|start|>' + m.role + '\n' + m.content }}{% for c in m.tool_calls or [] %}{{ c.function.name }}{% endfor %}{{ '<|end|>\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|start|>assistant\n' }}{% endif %}";
    const call = say("assistant", "", { tool_calls: [{ type: "function", function: { name: "rain", arguments: {} } }] });
    const chat = [say("user", "Does it rain?"), call, say("tool", "yes"), say("assistant", "It rains.")];
    expect(learnedTexts(open(strict), chat)).toEqual(["rain<|end|>", "It rains.<|end|>"]);
  });
});
