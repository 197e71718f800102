// Where transformers.js splits texts otherwise than the published Python implementation (the Rust crate tokenizers), the parts of
// tokenizer.json that make the difference are put in other words, which both understand alike. Each was found by the second
// implementation in tests/support/bpe-reference.ts.

type Json = Readonly<Record<string, unknown>>;

/** ByteLevel's own pattern. Written as a Split, its \s is Unicode's white space and not JavaScript's, which has U+FEFF and lacks U+0085. */
const gpt2Pattern = String.raw`'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`;

/** @param tokenizer tokenizer.json, parsed; what is not understood comes back as it was */
export function asPublished(tokenizer: unknown): unknown {
  if (!isRecord(tokenizer)) return tokenizer;
  const steps = stepsOf(tokenizer["pre_tokenizer"]);
  if (steps.length === 0) return tokenizer;
  return {
    ...tokenizer,
    pre_tokenizer: { type: "Sequence", pretokenizers: [...steps.flatMap(reworded), ...dropUnknown(tokenizer, steps)] },
  };
}

function stepsOf(preTokenizer: unknown): readonly Json[] {
  if (!isRecord(preTokenizer)) return [];
  const inner = preTokenizer["pretokenizers"];
  if (preTokenizer["type"] !== "Sequence") return [preTokenizer];
  return Array.isArray(inner) && inner.every(isRecord) ? inner.flatMap(stepsOf) : [];
}

function reworded(step: Json): readonly Json[] {
  const split = (pattern: string): Json => ({ type: "Split", pattern: { Regex: pattern }, behavior: "Isolated", invert: false });
  if (step["type"] === "ByteLevel" && step["use_regex"] !== false && step["add_prefix_space"] === false)
    return [split(gpt2Pattern), { ...step, use_regex: false }];
  // Digits are those of all scripts, fractions and superscripts too; JavaScript's \d are ten.
  if (step["type"] === "Digits") return [split(step["individual_digits"] === true ? String.raw`\p{N}` : String.raw`\p{N}+`)];
  return [step];
}

/**
 * A byte that is no token and has no stand-in is dropped before its neighbours are merged; transformers.js drops it after. SmolLM
 * lacks most control characters.
 */
function dropUnknown(tokenizer: Json, steps: readonly Json[]): readonly Json[] {
  const { model } = tokenizer;
  if (!isRecord(model) || model["type"] !== "BPE" || typeof model["unk_token"] === "string" || model["byte_fallback"] === true) return [];
  const { vocab } = model;
  if (!isRecord(vocab) || !steps.some(({ type }) => type === "ByteLevel")) return [];
  const missing = byteLetters().filter((letter) => !Object.hasOwn(vocab, letter));
  if (missing.length === 0) return [];
  const codes = missing.map((letter) => String.raw`\x{${(letter.codePointAt(0) ?? 0).toString(16)}}`);
  return [{ type: "Replace", pattern: { Regex: `[${codes.join("")}]` }, content: "" }];
}

/** The letters that stand for the 256 bytes in byte-level vocabularies (bytes_to_unicode of GPT-2). */
function byteLetters(): string[] {
  const isOwn = (byte: number): boolean => (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(isOwn(byte) ? byte : next++));
}

function isRecord(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
