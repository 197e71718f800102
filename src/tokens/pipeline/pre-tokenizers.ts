// How tokenizer.json cuts a text into words, which are then tokenized one by one.
import { toByteLetters } from "./byte-letters.ts";
import { isRecord, requireList, requireRecord, requireText, unknownPart, type Json } from "./file-json.ts";
import { compilePattern } from "./patterns.ts";
import { splitter } from "./split-text.ts";

/** @param isFirst whether the piece stands at the start of the whole text */
export type PreTokenize = (piece: string, isFirst: boolean) => string[];

/** ByteLevel's own pattern, of GPT-2. */
const gpt2Words = String.raw`'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`;
const punctuation = /[\p{P}$+<=>^`|~]/gu;
const wordOrOther =
  /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]+|[^\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}\p{White_Space}]+/gu;
const whiteSpace = /\p{White_Space}/gu;

const preTokenizers: Readonly<Record<string, (step: Json) => PreTokenize>> = {
  ByteLevel: openByteLevel,
  Metaspace: openMetaspace,
  Split: (step) =>
    splitter(compilePattern(step["pattern"]), requireText(step["behavior"], "the behavior of a Split"), step["invert"] === true),
  // Digits are those of all scripts, fractions and superscripts too.
  Digits: (step) => splitter(/\p{N}/gu, step["individual_digits"] === true ? "Isolated" : "Contiguous"),
  Punctuation: (step) => splitter(punctuation, requireText(step["behavior"] ?? "Isolated", "the behavior of Punctuation")),
  Whitespace: () => splitter(wordOrOther, "Removed", true),
  WhitespaceSplit: () => splitter(whiteSpace, "Removed"),
  CharDelimiterSplit: (step) => splitter(compilePattern({ String: requireText(step["delimiter"], "a delimiter") }), "Removed"),
  BertPreTokenizer: () => chained([splitter(whiteSpace, "Removed"), splitter(punctuation, "Isolated")]),
  Sequence: (step) => chained(requireList(step["pretokenizers"], "a sequence of pre-tokenizers").map(openPreTokenizer)),
};

/** @throws AtelierError `tokens/tokenizer-invalid` */
export function openPreTokenizer(step: unknown): PreTokenize {
  if (step === null || step === undefined) return (piece) => [piece];
  const { type } = requireRecord(step, "a pre-tokenizer");
  const open = typeof type === "string" && Object.hasOwn(preTokenizers, type) ? preTokenizers[type] : undefined;
  if (!open || !isRecord(step)) throw unknownPart("pre-tokenizer", type);
  return open(step);
}

const chained =
  (steps: readonly PreTokenize[]): PreTokenize =>
  (piece, isFirst) =>
    steps.reduce<string[]>((pieces, step) => pieces.flatMap((part, at) => step(part, isFirst && at === 0)), [piece]);

function openByteLevel(step: Json): PreTokenize {
  const words = step["use_regex"] === false ? (text: string) => [text] : splitter(compilePattern({ Regex: gpt2Words }), "Isolated");
  const startsWithSpace = step["add_prefix_space"] !== false;
  return (piece) => words(startsWithSpace && !piece.startsWith(" ") ? ` ${piece}` : piece).map(toByteLetters);
}

/** "add_prefix_space" is how older files say "always" or "never". */
function openMetaspace(step: Json): PreTokenize {
  const mark = requireText(step["replacement"] ?? "▁", "the replacement of Metaspace");
  const scheme = step["prepend_scheme"] ?? (step["add_prefix_space"] === false ? "never" : "always");
  if (scheme !== "always" && scheme !== "first" && scheme !== "never") throw unknownPart("prepend_scheme", scheme);
  const words = step["split"] === false ? (text: string) => [text] : splitter(compilePattern({ String: mark }), "MergedWithNext");
  return (piece, isFirst) => {
    const marked = piece.replaceAll(" ", () => mark);
    const isPrefixed = scheme === "always" || (scheme === "first" && isFirst);
    return words(isPrefixed && !marked.startsWith(mark) ? mark + marked : marked);
  };
}
