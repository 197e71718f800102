import { describe, expect, it } from "vitest";
import { openTokenizer, type TokenizerFiles } from "../../src/tokens/tokenizer.ts";
import { failureOf } from "../support/errors.ts";
import { learnedTexts, say } from "../support/learned.ts";
import { special, tinyTokenizer } from "../support/tiny-model.ts";

const open = (changes: Partial<TokenizerFiles> = {}) => openTokenizer({ ...tinyTokenizer(), endTokenSources: [], ...changes });

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
