// How the byte-level tokenizers of GGUF files cut texts into words, by the names that llama.cpp gives them.

type Json = Record<string, unknown>;

const isolated = (pattern: string): Json => ({ type: "Split", pattern: { Regex: pattern }, behavior: "Isolated", invert: false });
/** @param splits whether it cuts into words as GPT-2 does */
export const bytes = (splits: boolean): Json => ({ type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: splits });
const sequence = (...pretokenizers: Json[]): Json => ({ type: "Sequence", pretokenizers });
/** As in the tokenizer.json of Llama 3 and Qwen 2; they differ in how many digits stay together. */
const wordPattern = (digits: string): string =>
  `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|${digits}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+`;

export interface PreTokenizer {
  readonly split: Json;
  /** Unicode normalization before splitting. */
  readonly normalizer?: Json;
  /** A piece that is a token stays one, whatever the merges say. */
  readonly ignoreMerges?: boolean;
  /** Texts start with the start token where the file does not say. */
  readonly startsTexts?: boolean;
}

const gpt2: PreTokenizer = { split: bytes(true) };
const neox: PreTokenizer = { ...gpt2, normalizer: { type: "NFC" } };
const llama3: PreTokenizer = {
  split: sequence(isolated(wordPattern("\\p{N}{1,3}")), bytes(false)),
  ignoreMerges: true,
  startsTexts: true,
};
const digits: PreTokenizer = { split: sequence({ type: "Digits", individual_digits: true }, bytes(true)) };

/** By tokenizer.ggml.pre, as llama.cpp names them (llama-vocab.cpp). A wrong split gives wrong ids, so others are refused. */
const preTokenizers: Readonly<Record<string, PreTokenizer>> = {
  "gpt-2": gpt2,
  "phi-2": gpt2,
  // OLMo took the tokenizer of GPT-NeoX.
  olmo: neox,
  // Files without a name are conversions of models that split as GPT-2 does.
  default: gpt2,
  "llama-bpe": llama3,
  llama3,
  "llama-v3": llama3,
  dbrx: { ...llama3, ignoreMerges: false, startsTexts: false },
  qwen2: { split: sequence(isolated(wordPattern("\\p{N}")), bytes(false)), normalizer: { type: "NFC" } },
  smollm: digits,
  starcoder: digits,
};

/** Files of GPT-NeoX carry no name of their own, but its tokenizer composes characters first. */
export function preTokenizerOf(name: string, architecture: string | undefined): PreTokenizer | undefined {
  const known = Object.hasOwn(preTokenizers, name) ? preTokenizers[name] : undefined;
  return known === gpt2 && architecture === "gptneox" ? neox : known;
}
