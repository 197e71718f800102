import { describe, expect, it } from "vitest";
import type { ChatMessage } from "../../src/data/example.ts";
import { tokenizeChat } from "../../src/tokens/tokenize-chat.ts";
import { openTokenizer, type TokenizerFiles } from "../../src/tokens/tokenizer.ts";
import { failureOf } from "../support/errors.ts";
import { special, tinyTokenizer } from "../support/tiny-model.ts";

const open = (changes: Partial<TokenizerFiles> = {}) => openTokenizer({ ...tinyTokenizer(), endTokenSources: [], ...changes });
const say = (role: ChatMessage["role"], content: string): ChatMessage => ({ role, content });

/** What is learned, as text with its special tokens, one entry per run of learned tokens. */
function learnedTexts(tokenizer: ReturnType<typeof open>, messages: readonly ChatMessage[]): string[] {
  const { ids, labels } = tokenizeChat(tokenizer, { line: 1, messages });
  const runs: number[][] = [[]];
  for (const [at, id] of ids.entries()) {
    if (labels[at] === id) runs.at(-1)?.push(id);
    else if (runs.at(-1)?.length) runs.push([]);
    if (labels[at] !== id) expect(labels[at]).toBe(-100);
  }
  return runs.filter((run) => run.length > 0).map((run) => tokenizer.decode(run, { special: true }));
}

describe("tokenizer", () => {
  it.each(["", "and", "Käse, 🧀 and\n\ttabs", "a  b   c ", "<|end|> said he"])("gives back the text %j", (text) => {
    const tokenizer = open();
    expect(tokenizer.decode(tokenizer.encodeText(text), { special: true })).toBe(text);
  });

  it("knows special tokens in a rendered chat and leaves them out of shown text", () => {
    const tokenizer = open();
    const ids = tokenizer.encodeChat(tokenizer.renderChat([say("user", "Hi")], true));
    expect(ids.filter((id) => id === special.start)).toHaveLength(2);
    expect(tokenizer.decode(ids)).not.toContain("<|");
  });

  it("ends answers where the tokenizer, the generation or the model configuration says so", () => {
    const { endIds } = open({ endTokenSources: [{ eos_token_id: [7, 8] }, { eos_token_id: 9 }, undefined, null, { eos_token_id: null }] });
    expect([...endIds].toSorted((a, b) => a - b)).toEqual([special.end, 7, 8, 9]);
  });

  it("takes a template that is a file before the one in the configuration", () => {
    expect(open({ template: "{% for m in messages %}[{{ m.content }}]{% endfor %}" }).renderChat([say("user", "x")], false)).toBe("[x]");
  });

  it("chats by a plain template where the model has none", () => {
    const { tokenizer, config } = tinyTokenizer();
    const { chat_template: _none, ...plain } = config;
    const opened = openTokenizer({ tokenizer, config: plain, endTokenSources: [] });
    expect(opened.hasChatTemplate).toBe(false);
    expect(learnedTexts(opened, [say("user", "Hi"), say("assistant", "Yes")])).toEqual([" Yes<|end|>"]);
  });

  it.each([[{}], [null], ["text"], [{ model: { type: "BPE" } }]])("refuses %j as a tokenizer", async (tokenizer) => {
    expect((await failureOf(() => open({ tokenizer }))).code).toBe("tokens/tokenizer-invalid");
  });

  it("passes on why a template refuses a chat", async () => {
    const failure = await failureOf(() => open({ template: "{{ raise_exception('no system please') }}" }).renderChat([], false));
    expect(failure.code).toBe("tokens/template");
    expect(failure.message).toContain("no system please");
  });
});

describe("what is learned of a chat", () => {
  it("is the answer and the token that ends it, not the line break after", () => {
    expect(learnedTexts(open(), [say("user", "Who is it?"), say("assistant", "It is I.")])).toEqual(["It is I.<|end|>"]);
  });

  it("is every answer of several turns, and nothing that system or user say", () => {
    const chat = [say("system", "Be brief."), say("user", "a"), say("assistant", "one"), say("user", "b"), say("assistant", "two")];
    expect(learnedTexts(open(), chat)).toEqual(["one<|end|>", "two<|end|>"]);
  });

  it("leaves out what follows the last answer", () => {
    const tokenizer = open();
    const chat = [say("user", "a"), say("assistant", "one")];
    const { ids } = tokenizeChat(tokenizer, { line: 1, messages: [...chat, say("user", "unanswered")] });
    expect([...ids]).toEqual(tokenizer.encodeChat(tokenizer.renderChat(chat, false)));
  });

  it("may open with an answer", () => {
    expect(learnedTexts(open(), [say("assistant", "Hello.")])).toEqual(["Hello.<|end|>"]);
  });

  it("refuses a template that rewrites earlier turns, naming the line", async () => {
    const template = "{% for m in messages %}{{ messages | length }}{{ m.content }}<|end|>{% endfor %}";
    const chat = [say("user", "a"), say("assistant", "one"), say("user", "b"), say("assistant", "two")];
    const failure = await failureOf(() => tokenizeChat(open({ template }), { line: 12, messages: chat }));
    expect(failure.code).toBe("tokens/template");
    expect(failure.message).toContain("Line 12");
  });
});
