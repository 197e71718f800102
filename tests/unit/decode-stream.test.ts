// Answers as they are shown: token by token, against the text of the whole by published implementations.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { PreTrainedTokenizer } from "@xenova/transformers";
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../src/base/random.ts";
import { openTokenizer, type Tokenizer } from "../../src/tokens/tokenizer.ts";
import { tinyTokenizer } from "../support/tiny-model.ts";

type Json = Readonly<Record<string, unknown>>;
type Fixture = { readonly tokenizer: Json; readonly decoded: readonly (readonly [readonly number[], string, string])[] };

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const parse = (path: string): Json => JSON.parse(readFileSync(path, "utf8")) as Json;
const open = (tokenizer: Json, config: Json = {}): Tokenizer => openTokenizer({ tokenizer, config, endTokenSources: [] });

/** What is said after each token, and at the end. */
function saidOf(tokenizer: Tokenizer, ids: readonly number[], special = true): readonly string[] {
  const { push, end } = tokenizer.decodeStream({ special });
  return [...ids.map(push), end()];
}

const answer = "  Grüße, 你好 🙂👩‍👩‍👧‍👦 e\u0301!\n\n\tnaïve café — \u00a0x² = “42”\ufeff\n";

const fixtures = at("../fixtures/tokenizers/");
describe.each(readdirSync(fixtures).filter((name) => name.endsWith(".json")))("%s", (name) => {
  const { tokenizer: json, decoded } = parse(fixtures + name) as unknown as Fixture;
  const tokenizer = open(json);

  it("says what the published implementation makes of the whole", () => {
    for (const [ids, whole, shown] of decoded)
      expect([ids, saidOf(tokenizer, ids).join(""), saidOf(tokenizer, ids, false).join("")]).toEqual([ids, whole, shown]);
  });
});

const shared = at("../../../shared/tokenizers/");
const published = existsSync(shared) ? ["gpt2", "qwen2.5", "smollm-135m"].map((name) => shared + name) : [];
if (published.length === 0) console.log("skipped: the published tokenizers are not beside this checkout");

describe.each([at("../../public/model"), ...published])("%s", (folder) => {
  const json = parse(`${folder}/tokenizer.json`);
  const tokenizer = open(json, parse(`${folder}/tokenizer_config.json`));
  const special = (json["added_tokens"] as readonly { readonly content: string }[]).map(({ content }) => content).join("é");

  it("says every letter with its last byte, added tokens with those beside them, and no more than the text", () => {
    const text = answer.repeat(3) + special + answer;
    const ids = tokenizer.encodeText(text);
    const whole = tokenizer.decode(ids, { special: true });
    let said = "";
    for (const [index, piece] of saidOf(tokenizer, ids).entries()) {
      said += piece;
      // What waits is at most a letter that is not whole.
      expect(whole.startsWith(said)).toBe(true);
      if (index < ids.length)
        expect(tokenizer.decode(ids.slice(0, index + 1), { special: true }).slice(said.length)).toMatch(/^\uFFFD{0,3}$/);
    }
    expect(said).toBe(whole);
  });

  it("says any tokens as UTF-8 read at once says them", () => {
    const random = seededRandom(4);
    const letters = byteLetters();
    const texts = Object.entries((json["model"] as { vocab: Record<string, number> }).vocab);
    for (let round = 0; round < 50; round++) {
      // Tokens at random cut letters in two and put the rest of others after them.
      const drawn = Array.from({ length: 40 }, () => texts[random.below(texts.length)] as [string, number]);
      const isWritten = drawn.filter(([token]) => Array.from(token).every((letter) => letters.has(letter)));
      const bytes = isWritten.flatMap(([token]) => Array.from(token, (letter) => letters.get(letter) as number));
      const ids = isWritten.map(([, id]) => id);
      expect(saidOf(tokenizer, ids).join("")).toBe(new TextDecoder("utf-8", { ignoreBOM: true }).decode(Uint8Array.from(bytes)));
    }
  });
});

/** GPT-2's letters for bytes. */
function byteLetters(): ReadonlyMap<string, number> {
  const own = Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => byte > 32 && byte !== 173 && (byte < 127 || byte > 160));
  const others = Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => !own.includes(byte));
  return new Map([
    ...own.map((byte) => [String.fromCodePoint(byte), byte] as const),
    ...others.map((byte, place) => [String.fromCodePoint(256 + place), byte] as const),
  ]);
}

describe("a stream", () => {
  const { tokenizer: json, config } = tinyTokenizer();

  it.each([
    [[{ type: "Fuse" }, { type: "Strip", content: "a", start: 2, stop: 0 }]],
    [[{ type: "Fuse" }, { type: "Strip", content: "a", start: 1, stop: 2 }]],
    [[{ type: "Strip", content: "a", start: 1, stop: 1 }]],
    [[{ type: "Strip", content: "b", start: 0, stop: 1 }, { type: "Fuse" }, { type: "Strip", content: "b", start: 0, stop: 3 }]],
    [[{ type: "Fuse" }, { type: "Replace", pattern: { String: "ab" }, content: "-" }]],
    [[{ type: "Replace", pattern: { String: "ab" }, content: "-" }, { type: "Fuse" }, { type: "Fuse" }]],
    [[{ type: "BPEDecoder", suffix: "b" }, { type: "Fuse" }, { type: "Strip", content: " ", start: 0, stop: 1 }]],
    [[{ type: "Fuse" }, { type: "BPEDecoder", suffix: "b" }]],
  ])("of %j says what transformers.js makes of the whole", (decoders) => {
    const decoder = { type: "Sequence", decoders };
    const vocab = Object.fromEntries(["a", "b", "ab", "aa", "bb", "ba", "aab", "bba"].map((token, id) => [token, id]));
    const own = { model: { type: "BPE", vocab, merges: [] }, decoder, added_tokens: [] };
    const stream = open(own);
    const { _tokenizer: inner } = new PreTrainedTokenizer({ ...own, normalizer: null, pre_tokenizer: null, post_processor: null }, {});
    const theirs = (inner as unknown as { decoder: { decode_chain(tokens: string[]): string[] } }).decoder;
    const random = seededRandom(6);
    for (let round = 0; round < 200; round++) {
      const tokens = Array.from({ length: 1 + random.below(7) }, () => Object.keys(vocab)[random.below(8)] as string);
      const ids = tokens.map((token) => vocab[token] as number);
      expect([tokens, saidOf(stream, ids).join("")]).toEqual([tokens, theirs.decode_chain(tokens).join("")]);
    }
  });

  it("waits where a later byte of the run may still make it invalid, and no longer", () => {
    const vocab = Object.fromEntries(["x", "<0xC3>", "<0xA9>", "<0xFF>"].map((token, id) => [token, id]));
    const bytes = open({
      model: { type: "BPE", vocab, merges: [], byte_fallback: true },
      decoder: { type: "Sequence", decoders: [{ type: "ByteFallback" }, { type: "Fuse" }] },
      added_tokens: [],
    });
    expect(saidOf(bytes, [0, 1, 2, 0, 1])).toEqual(["x", "", "", "éx", "", "\uFFFD"]);
    // As in Rust: one byte too many, and none of the run is text.
    expect(saidOf(bytes, [1, 2, 3, 0])).toEqual(["", "", "", "\uFFFD\uFFFD\uFFFDx", ""]);
  });

  it("costs of each token the same, however many came before", () => {
    const tokenizer = open(json, config);
    const ids = tokenizer.encodeText(answer);
    const many = Array.from({ length: 40_000 }, (_, index) => ids[index % ids.length] as number);
    const { push } = tokenizer.decodeStream();
    const took = [0, 1, 2, 3].map((quarter) => {
      const since = performance.now();
      for (const id of many.slice(quarter * 10_000, (quarter + 1) * 10_000)) push(id);
      return performance.now() - since;
    });
    // Decoding all again would make the last quarter seven times the first.
    expect(Math.min(...took.slice(2))).toBeLessThan(3 * Math.max(...took.slice(0, 2)));
  });
});
