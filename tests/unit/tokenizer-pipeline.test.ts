// Tokenizers of the kinds that models publish, against ids and texts of the Python package.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { openTokenizer } from "../../src/tokens/tokenizer.ts";
import { failureOf } from "../support/errors.ts";
import { tinyTokenizer } from "../support/tiny-model.ts";

interface Fixture {
  readonly tokenizer: Readonly<Record<string, unknown>>;
  readonly encoded: readonly (readonly [string, readonly number[]])[];
  readonly decoded: readonly (readonly [readonly number[], string, string])[];
}

const folder = fileURLToPath(new URL("../fixtures/tokenizers/", import.meta.url));
const names = readdirSync(folder).filter((name) => name.endsWith(".json"));

describe.each(names)("%s", (name) => {
  const { tokenizer, encoded, decoded } = JSON.parse(readFileSync(folder + name, "utf8")) as Fixture;
  const opened = openTokenizer({ tokenizer, config: {}, endTokenSources: [] });

  it("gives the ids of the published implementation", () => {
    const different = encoded.filter(([text, ids]) => opened.encodeText(text).join() !== ids.join());
    expect(different).toEqual([]);
  });

  it("gives its texts", () => {
    for (const [ids, whole, shown] of decoded)
      expect([ids, opened.decode(ids, { special: true }), opened.decode(ids)]).toEqual([ids, whole, shown]);
  });
});

describe("a tokenizer", () => {
  const { tokenizer, config } = tinyTokenizer();
  const open = (changes: Readonly<Record<string, unknown>>) =>
    openTokenizer({ tokenizer: { ...tokenizer, ...changes }, config, endTokenSources: [] });
  const model = tokenizer["model"] as Record<string, unknown>;

  it.each([
    ["a normalizer", { normalizer: { type: "Nmt" } }, "Nmt"],
    ["a pre-tokenizer", { pre_tokenizer: { type: "UnicodeScripts" } }, "UnicodeScripts"],
    ["a decoder", { decoder: { type: "CTC" } }, "CTC"],
    ["a model", { model: { type: "Unigram", vocab: {}, merges: [] } }, "Unigram"],
    ["a post-processor", { post_processor: { type: "Other" } }, "Other"],
    ["a pattern", { pre_tokenizer: { type: "Split", pattern: { Regex: "a++" }, behavior: "Isolated" } }, "a++"],
    ["an atomic group", { pre_tokenizer: { type: "Split", pattern: { Regex: "(?>a)" }, behavior: "Isolated" } }, "(?>a)"],
    ["a way to split", { pre_tokenizer: { type: "Split", pattern: { String: "a" }, behavior: "Odd" } }, "Odd"],
    ["a merge of what is no token", { model: { ...model, merges: ["q z"] } }, "merge 1"],
  ])("with %s that is not known is refused by name", async (_what, changes, name) => {
    const failure = await failureOf(() => open(changes));
    expect(failure).toMatchObject({ code: "tokens/tokenizer-invalid", message: expect.stringContaining(name) as string });
  });

  it("cuts where Unicode has white space, in any pattern", () => {
    const split = (pattern: string) => ({
      pre_tokenizer: {
        type: "Sequence",
        pretokenizers: [
          { type: "Split", pattern: { Regex: pattern }, behavior: "Removed", invert: false },
          { type: "ByteLevel", add_prefix_space: false, use_regex: false },
        ],
      },
    });
    const kept = (pattern: string, text: string): string => {
      const opened = open(split(pattern));
      return opened.decode(opened.encodeText(text));
    };
    expect(kept(String.raw`\s`, "a\u0085b\uFEFFc\u3000d")).toBe("ab\uFEFFcd");
    expect(kept(String.raw`[^\S]`, "a\u0085b\uFEFFc")).toBe("ab\uFEFFc");
    expect(kept(String.raw`\S`, "a\u0085\uFEFF")).toBe("\u0085");
    expect(kept(String.raw`\d`, "1a٣½")).toBe("a½");
    expect(kept("[a[b]]", "abc")).toBe("c");
    expect(kept("(?i:s)", "sSſt")).toBe("t");
  });

  it("keeps U+FEFF wherever it stands", () => {
    const opened = open({});
    for (const text of ["\uFEFF", "\uFEFF# a", "a\uFEFFb", "\uFEFF\uFEFF"]) expect(opened.decode(opened.encodeText(text))).toBe(text);
  });
});
