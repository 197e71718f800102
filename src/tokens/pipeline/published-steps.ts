// Where transformers.js takes the steps of tokenizer.json otherwise than the published implementation (the Rust crate tokenizers),
// the steps are put in other words, which both understand alike. Those that neither table knows are refused by name.
import { isRecord, type Json } from "../../base/json.ts";
import { words } from "../../words/message.ts";
import { quoted, requireList, requireRecord, requireText, unknownPart, unknownSetting } from "./file-json.ts";
import { literal, patternSource } from "./patterns.ts";

type Rewording = (step: Json) => readonly Json[];
type Table = Readonly<Record<string, Rewording>>;

const asItIs: Rewording = (step) => [step];
const replace = (source: string, content: string): Json => ({ type: "Replace", pattern: { Regex: source }, content });
/** As it is: JavaScript puts in for $& and its kind what was found. */
const verbatim = (content: string): string => content.replaceAll("$", "$$$$");
const replaceStep: Rewording = (step) => [
  replace(patternSource(step["pattern"]), verbatim(requireText(step["content"], words("tokens/content-of-replace")))),
];

const normalizers: Table = {
  NFC: asItIs,
  NFD: asItIs,
  NFKC: asItIs,
  NFKD: asItIs,
  // Letter by letter: a Σ at the end of a word is not told apart.
  Lowercase: (step) => [replace("Σ", "σ"), step],
  StripAccents: asItIs,
  Strip: (step) => [
    ...(step["strip_left"] === false ? [] : [replace(String.raw`\A\s+`, "")]),
    ...(step["strip_right"] === false ? [] : [replace(String.raw`(?<!\s)\s+\z`, ""), replace(String.raw`\A\s+\z`, "")]),
  ],
  // Nothing comes before a text that is empty.
  Prepend: (step) => [replace(String.raw`([\s\S]+)`, `${verbatim(requireText(step["prepend"], words("tokens/prepended")))}$1`)],
  Replace: replaceStep,
};

/** ByteLevel's own pattern, of GPT-2. */
export const gpt2Words = String.raw`'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`;
const word = String.raw`\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}`;
const punctuation = "[\\p{P}$+<=>\\^`|~]";

const preTokenizers: Table = {
  ByteLevel: (step) => [
    ...(step["add_prefix_space"] === false ? [] : [replace(String.raw` ([\s\S]*)|([\s\S]+)`, " $1$2")]),
    ...(step["use_regex"] === false ? [] : [isolated(gpt2Words)]),
    { type: "ByteLevel", add_prefix_space: false, use_regex: false },
  ],
  Metaspace: (step) => {
    const mark = requireText(step["replacement"] ?? "▁", words("tokens/replacement-of-metaspace"));
    const scheme = schemeOf(step);
    if (scheme !== "always" && scheme !== "first" && scheme !== "never") throw unknownSetting("prepend_scheme", scheme);
    const marked = { type: "Metaspace", replacement: mark, prepend_scheme: scheme };
    return step["split"] === false ? [marked] : [marked, split(literal(mark), "MergedWithNext")];
  },
  Split: (step) => [
    split(patternSource(step["pattern"]), requireText(step["behavior"], words("tokens/behavior-of-split")), step["invert"] === true),
  ],
  // Digits are those of all scripts, fractions and superscripts too.
  Digits: (step) => [split(String.raw`\p{N}`, step["individual_digits"] === true ? "Isolated" : "Contiguous")],
  Punctuation: (step) => [split(punctuation, requireText(step["behavior"] ?? "Isolated", words("tokens/behavior-of-punctuation")))],
  Whitespace: () => [split(String.raw`[${word}]+|[^${word}\s]+`, "Removed", true)],
  WhitespaceSplit: () => [split(String.raw`\s`, "Removed")],
  CharDelimiterSplit: (step) => [split(literal(requireText(step["delimiter"], words("tokens/delimiter"))), "Removed")],
  BertPreTokenizer: () => [split(String.raw`\s`, "Removed"), split(punctuation, "Isolated")],
};

const decoders: Table = {
  ByteLevel: asItIs,
  ByteFallback: asItIs,
  Fuse: asItIs,
  Metaspace: asItIs,
  Strip: asItIs,
  Replace: replaceStep,
  BPEDecoder: (step) => [{ ...step, suffix: requireText(step["suffix"] ?? "</w>", words("tokens/suffix-of-decoder")) }],
};

/** "add_prefix_space" is how older files say "always" or "never". */
export const schemeOf = (step: Json): unknown => step["prepend_scheme"] ?? (step["add_prefix_space"] === false ? "never" : "always");

const isolated = (source: string): Json => ({ type: "Split", pattern: { Regex: source }, behavior: "Isolated", invert: false });

/** Of the five ways to split, transformers.js knows two; the others are those of a longer pattern. */
function split(source: string, behavior: string, isInverted = false): Json {
  const other = `(?:(?!${source})[\\s\\S])`;
  switch (behavior) {
    case "Isolated":
      return isolated(source);
    case "Removed":
      return { ...isolated(source), behavior, invert: isInverted };
    case "Contiguous":
      return isolated(`(?:${source})+`);
    // Of several matches in a row only the first joins its neighbour.
    case "MergedWithPrevious":
      if (!isInverted) return isolated(`${other}+(?:${source})?|${source}`);
      break;
    case "MergedWithNext":
      if (!isInverted) return isolated(`(?:${source})${other}*`);
      break;
    default:
  }
  throw unknownPart("split", isInverted ? words("tokens/inverted", { behavior: quoted(behavior) }) : quoted(behavior));
}

const reworder =
  (kind: "normalizer" | "preTokenizer" | "decoder", list: string, table: Table) =>
  (step: unknown): readonly Json[] => {
    if (step === null || step === undefined) return [];
    const { type } = requireRecord(step, words("tokens/step", { kind }));
    if (type === "Sequence") return requireList((step as Json)[list], words("tokens/steps", { kind })).flatMap(reworder(kind, list, table));
    const reword = typeof type === "string" && Object.hasOwn(table, type) ? table[type] : undefined;
    if (!reword || !isRecord(step)) throw unknownPart(kind, quoted(type));
    return reword(step);
  };

/** @throws AtelierError `tokens/tokenizer-invalid` */
export const normalizerSteps = reworder("normalizer", "normalizers", normalizers);
/** @throws AtelierError `tokens/tokenizer-invalid` */
export const preTokenizerSteps = reworder("preTokenizer", "pretokenizers", preTokenizers);
/** @throws AtelierError `tokens/tokenizer-invalid` */
export const decoderSteps = reworder("decoder", "decoders", decoders);

/**
 * Without an unknown token, a character that is no token is dropped before its neighbours are merged; transformers.js drops it after.
 * @param model of kind BPE
 */
export function dropUnknown(model: Json, vocabulary: ReadonlyMap<string, number>): readonly Json[] {
  if (typeof model["unk_token"] === "string" || model["byte_fallback"] === true) return [];
  const characters = [...vocabulary.keys()].filter((token) => Array.from(token).length === 1);
  return [replace(characters.length === 0 ? String.raw`[\s\S]` : `[^${literal(characters.join(""))}]`, "")];
}
