// Published tokenizers, against ids that their documentation prints and against a second implementation of byte-level BPE.
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../src/base/random.ts";
import { openTokenizer } from "../../src/tokens/tokenizer.ts";
import { BpeReference, splittings } from "../support/bpe-reference.ts";
import { tinyTokenizer } from "../support/tiny-model.ts";

const shared = fileURLToPath(new URL("../../../shared/tokenizers/", import.meta.url));
const isHere = existsSync(shared);
if (!isHere) console.log("skipped: the published tokenizers are not beside this checkout");

const parse = (path: string): unknown => JSON.parse(readFileSync(path, "utf8"));
const names = Object.keys(splittings) as (keyof typeof splittings)[];

const fragments = [
  ..."The quick brown fox|I'm you're they'll we'd it's|I'M YOU'RE IT'S|don’t|Grüße aus Köln|naïve café|e\u0301 o\u0308|привет мир|Ελληνικά|你好，世界。|日本語の文章です|한국어 문장|हिन्दी में|ภาษาไทย|العربية ٣٤٥|עברית|🙂👩‍👩‍👧‍👦🇩🇪👍🏽|½ ² Ⅷ ①② 𝟙𝟚|x² + y³ = 42".split(
    "|",
  ),
  ...'def f(x):\n    return x**2  # comment\n|if (a&&b) {\r\n\tc++;\r\n}|<div class="a">&nbsp;</div>|SELECT * FROM t WHERE id=12345;|https://example.org/a?b=c&d=%20|\\frac{1}{2}|2026-11-25T18:30:00Z|3.14159e-10|1,234,567|C:\\dir'.split(
    "|",
  ),
  " ",
  "  ",
  "   \n\n  \t",
  "\r\n\r\n",
  "\u00a0\u3000\u2003",
  "\u0085x\u0085",
  "\ufeffword",
  "\u200b\u200d",
  "\u0000\u001f",
  "____----!!!!????....",
  "…—–«»“”",
  "aaaaaaaaaaaaaaaaaaaaaaaaaa",
  "supercalifragilisticexpialidocious",
  "Ġ▁Ċ",
  "ﬁ Å ℃",
];

/** Fragments by themselves, and hundreds of texts put together from them. */
function texts(special: readonly string[]): string[] {
  const random = seededRandom(11);
  const pool = [...fragments, ...special];
  const pick = (): string => pool[random.below(pool.length)] as string;
  const joined = Array.from({ length: 400 }, () =>
    Array.from({ length: 1 + random.below(5) }, pick).join(["", " ", "\n", "  "][random.below(4)]),
  );
  const noise = Array.from({ length: 100 }, () =>
    Array.from({ length: 12 }, () =>
      String.fromCodePoint([random.below(128), random.below(0xd800), 0x1f300 + random.below(0x400)][random.below(3)] as number),
    ).join(""),
  );
  return ["", ...fragments, ...joined, ...noise];
}

/** One-byte characters that are no token. */
function missingBytes(json: unknown): string[] {
  const { vocab } = (json as { model: { vocab: Record<string, number> } }).model;
  const letter = (byte: number): string =>
    byte > 32 && byte < 127 ? String.fromCharCode(byte) : String.fromCharCode(byte < 33 ? 256 + byte : 289);
  return Array.from({ length: 128 }, (_, byte) => byte).flatMap((byte) =>
    Object.hasOwn(vocab, letter(byte)) ? [] : [String.fromCharCode(byte)],
  );
}

describe.skipIf(!isHere).each(names)("%s", (name) => {
  const json = isHere ? parse(`${shared}${name}/tokenizer.json`) : undefined;
  const config = isHere ? parse(`${shared}${name}/tokenizer_config.json`) : undefined;
  const tokenizer = isHere ? openTokenizer({ tokenizer: json, config, endTokenSources: [] }) : (undefined as never);
  const special = ((json as { added_tokens?: { content: string }[] })?.added_tokens ?? []).map(({ content }) => content);

  it("gives the ids of a second implementation", () => {
    const reference = new BpeReference(json, splittings[name]);
    const different = texts(special).filter((text) => tokenizer.encodeText(text).join() !== reference.encode(text).join());
    expect(different.map((text) => JSON.stringify(text))).toEqual([]);
  });

  it("gives back every text", () => {
    // Python loses the same: what NFC changes, and the control characters that SmolLM has no tokens for.
    const lost = name === "smollm-135m" ? missingBytes(json) : [];
    const kept = (text: string): string =>
      Array.from(text)
        .filter((character) => !lost.includes(character))
        .join("");
    const isNormal = (text: string): boolean => splittings[name].normalize(text) === text;
    const all = texts(special).filter((text) => isNormal(text));
    for (const text of all) expect(tokenizer.decode(tokenizer.encodeText(text), { special: true })).toBe(kept(text));
  });
});

/** Printed in the docstrings of GPT2Tokenizer and Qwen2Tokenizer, and in the examples of GPT-2's page, in transformers. */
describe.skipIf(!isHere)("documented ids", () => {
  it.each([
    ["gpt2", "Hello world", [15496, 995]],
    ["gpt2", " Hello world", [18435, 995]],
    ["gpt2", "Hello, my dog is cute", [15496, 11, 616, 3290, 318, 13779]],
    ["qwen2.5", "Hello world", [9707, 1879]],
    ["qwen2.5", " Hello world", [21927, 1879]],
    ["qwen2.5", "<|im_start|><|im_end|><|endoftext|>", [151644, 151645, 151643]],
  ] as const)("of %s for %j", (name, text, ids) => {
    const files = { tokenizer: parse(`${shared}${name}/tokenizer.json`), config: parse(`${shared}${name}/tokenizer_config.json`) };
    expect(openTokenizer({ ...files, endTokenSources: [] }).encodeText(text)).toEqual(ids);
  });
});

describe("the tests' own tokenizer", () => {
  it("gives the ids of a second implementation", () => {
    const { tokenizer, config } = tinyTokenizer();
    const opened = openTokenizer({ tokenizer, config, endTokenSources: [] });
    const reference = new BpeReference(tokenizer, splittings.gpt2);
    for (const text of texts(["<|start|>", "<|end|>"])) {
      expect([text, opened.encodeText(text)]).toEqual([text, reference.encode(text)]);
      expect(opened.decode(opened.encodeText(text), { special: true })).toBe(text);
    }
  });
});
