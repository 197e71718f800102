// Merges, vocabularies and ids of new tokenizers against those of the Python packages tokenizers and transformers (bpe.py).
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { ChatMessage, Example } from "../../src/data/example.ts";
import { countWords } from "../../src/tokens/bpe/count-words.ts";
import { newTokenizer, textsOf } from "../../src/tokens/new-tokenizer.ts";
import { ignoreLabel } from "../../src/tokens/batch.ts";
import { tokenizeExample } from "../../src/tokens/tokenize-example.ts";
import { openTokenizer } from "../../src/tokens/tokenizer.ts";
import { trainBpe } from "../../src/tokens/train-bpe.ts";
import { failureOf } from "../support/errors.ts";
import { jsonOf, rootPath } from "../support/files.ts";

interface Fixture {
  readonly trained: readonly {
    readonly name: string;
    readonly texts: readonly string[];
    readonly vocabulary: number;
    readonly special: readonly string[];
    readonly merges: readonly string[];
    /** Behind the special tokens and letters. */
    readonly tokens: readonly string[];
  }[];
  readonly stories: { readonly tokens: number; readonly last: readonly string[]; readonly digest: string };
  readonly encoded: readonly {
    readonly chat: boolean;
    readonly vocabulary: number;
    readonly texts: readonly (readonly [string, readonly number[]])[];
    readonly chats: readonly (readonly [readonly ChatMessage[], readonly number[]])[];
  }[];
}

const { trained, stories, encoded } = jsonOf("tests/fixtures/bpe.json") as Fixture;
const special = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"];
const prose = trained[0]?.texts ?? [];
const sample = (name: string): string[] =>
  readFileSync(rootPath(`public/samples/${name}.jsonl`), "utf8")
    .trim()
    .split("\n")
    .map((line) => (JSON.parse(line) as { text: string }).text);

describe("byte-level BPE", () => {
  it.each(trained)("has the merges and tokens of the published implementation: $name", async (wanted) => {
    const made = await trainBpe(wanted.texts, { vocabulary: wanted.vocabulary, specialTokens: wanted.special });
    expect(made.merges.map((merge) => merge.join(" "))).toEqual(wanted.merges);
    expect(made.tokens.slice(wanted.special.length + 256)).toEqual(wanted.tokens);
    expect(made.tokens.slice(0, wanted.special.length)).toEqual(wanted.special);
  });

  it("has them for a book", async () => {
    const { tokens, merges } = await trainBpe(sample("stories"), { vocabulary: 2048, specialTokens: special.slice(0, 1) });
    const written = merges.map((merge) => merge.join(" "));
    expect(written.slice(-5)).toEqual(stories.last);
    expect(createHash("sha256").update(written.join("\n")).digest("hex")).toBe(stories.digest);
    expect(tokens).toHaveLength(stories.tokens);
  });

  it("learns nothing of the words of special tokens, which encoding never sees", async () => {
    const texts = Array.from({ length: 5 }, () => "<|im_start|>ab<|im_end|>");
    const { merges } = await trainBpe(texts, { vocabulary: 300, specialTokens: special });
    expect(merges).toEqual([["a", "b"]]);
  });

  it("leaves out words where there are too many distinct ones, and says what share that is", async () => {
    const texts = ["one two one", " three two one"];
    const count = (limit: number) => countWords(texts, { specialTokens: [], pause: () => Promise.resolve(), limit });
    // "one", " two" and " one" have 11 letters and spaces; " three" has 6 of the 25 in all.
    expect(await count(11)).toEqual({
      counts: new Map([
        ["one", 1],
        [" two", 2],
        [" one", 2],
      ]),
      share: 1 - 6 / 25,
    });
    expect((await count(17)).share).toBe(1);
    expect((await trainBpe(prose, { vocabulary: 300, specialTokens: special })).looked).toBe(1);
  });

  it("refuses a vocabulary without room for all bytes", async () => {
    const failure = await failureOf(() => trainBpe(prose, { vocabulary: 258, specialTokens: special }));
    expect(failure).toMatchObject({ code: "tokens/vocabulary-too-small", params: { asked: 258, least: 259 } });
    const none = await failureOf(() => trainBpe(prose, { vocabulary: Number.NaN, specialTokens: special }));
    expect(none.code).toBe("tokens/vocabulary-too-small");
  });

  it("says how far it is, and ends where it is told to", async () => {
    const shares: number[] = [];
    const onProgress = (share: number): Promise<void> => Promise.resolve(void shares.push(share));
    await trainBpe(sample("stories"), { vocabulary: 1024, specialTokens: [], onProgress });
    expect(shares).toEqual(shares.toSorted((one, other) => one - other));
    expect(shares.at(-1)).toBe(1);
    expect(shares.length).toBeGreaterThan(700);
    const stop = (share: number): Promise<void> => (share > 0.8 ? Promise.reject(new Error("enough")) : Promise.resolve());
    await expect(trainBpe(prose, { vocabulary: 400, specialTokens: [], onProgress: stop })).rejects.toThrow("enough");
  });
});

describe.each(encoded)("a new tokenizer, chats: $chat", (wanted) => {
  const chats = encoded[0]?.chats ?? [];
  const examples: Example[] = wanted.chat
    ? chats.map(([messages], at) => ({ kind: "chat", line: at + 1, messages }))
    : prose.map((text, at) => ({ kind: "text", line: at + 1, text }));
  const made = newTokenizer(textsOf(examples), { vocabulary: 400, chat: wanted.chat });
  const open = async () => openTokenizer({ ...(await made), endTokenSources: [] });

  it("gives the published implementation's ids", async () => {
    const tokenizer = await open();
    expect((await made).vocabulary).toBe(wanted.vocabulary);
    for (const [text, ids] of wanted.texts) expect([text, tokenizer.encodeText(text)]).toEqual([text, ids]);
    for (const [messages, ids] of wanted.chats) expect(tokenizer.encodeChat(tokenizer.renderChat(messages, false))).toEqual(ids);
  });

  it("gives texts back, and has the tokens that end them", async () => {
    const tokenizer = await open();
    for (const [text, ids] of wanted.texts)
      expect(tokenizer.decode(ids, { special: true })).toBe(wanted.chat ? text : `<|endoftext|>${text}`);
    expect(tokenizer.hasChatTemplate).toBe(wanted.chat);
    expect(tokenizer.endId).toBe(wanted.chat ? 2 : 0);
    expect([...tokenizer.endIds]).toEqual([wanted.chat ? 2 : 0]);
  });

  it("has whole texts learned, or answers with the token that ends them, and nothing left out", async () => {
    const tokenizer = await open();
    for (const example of examples) {
      const { rows, losses, ends } = tokenizeExample(tokenizer, example, "all");
      expect([rows.length, losses, ends]).toEqual([1, [], true]);
      const learned = [...(rows[0]?.labels ?? [])].filter((label) => label !== ignoreLabel);
      const text = example.kind === "text" ? `<|endoftext|>${example.text}<|endoftext|>` : `${example.messages[1]?.content}<|im_end|>`;
      expect(tokenizer.decode(learned, { special: true })).toBe(text);
    }
  });
});

it("says that there are fewer tokens than were asked for", async () => {
  const { vocabulary } = await newTokenizer(["ab ab"], { vocabulary: 1000, chat: false });
  // One special token, 256 letters, "ab"; " ab" occurs once.
  expect(vocabulary).toBe(258);
});

it("makes tokens of which a passage of the stories fits a row of 256", async () => {
  const made = await newTokenizer(sample("stories"), { vocabulary: 2048, chat: false });
  const tokenizer = openTokenizer({ ...made, endTokenSources: [] });
  const lengths = [...sample("stories"), ...sample("stories.validation")].map((text) => tokenizer.encodeText(text).length + 1);
  expect(Math.max(...lengths)).toBeLessThanOrEqual(256);
}, 30_000);
