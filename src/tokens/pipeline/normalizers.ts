// What tokenizer.json does to a text before it is cut.
import { toByteLetters } from "./byte-letters.ts";
import { isRecord, requireList, requireRecord, requireText, unknownPart, type Json } from "./file-json.ts";
import { compilePattern } from "./patterns.ts";

export type Normalize = (text: string) => string;

const startSpace = /^\p{White_Space}+/u;
const endSpace = /\p{White_Space}+$/u;

const normalizers: Readonly<Record<string, (step: Json) => Normalize>> = {
  NFC: () => (text) => text.normalize("NFC"),
  NFD: () => (text) => text.normalize("NFD"),
  NFKC: () => (text) => text.normalize("NFKC"),
  NFKD: () => (text) => text.normalize("NFKD"),
  // Letter by letter: a Σ at the end of a word is not told apart.
  Lowercase: () => (text) => Array.from(text, (character) => character.toLowerCase()).join(""),
  StripAccents: () => (text) => text.replaceAll(/\p{M}/gu, ""),
  ByteLevel: () => toByteLetters,
  Strip: (step) => (text) => {
    const left = step["strip_left"] === false ? text : text.replace(startSpace, "");
    return step["strip_right"] === false ? left : left.replace(endSpace, "");
  },
  Prepend: (step) => {
    const prefix = requireText(step["prepend"], "what a normalizer prepends");
    return (text) => (text === "" ? "" : prefix + text);
  },
  Replace: (step) => {
    const pattern = compilePattern(step["pattern"]);
    const content = requireText(step["content"], "what a normalizer puts in");
    return (text) => text.replaceAll(pattern, () => content);
  },
  Sequence: (step) => {
    const steps = requireList(step["normalizers"], "a sequence of normalizers").map(openNormalizer);
    return (text) => steps.reduce((changed, normalize) => normalize(changed), text);
  },
};

/** @throws AtelierError `tokens/tokenizer-invalid` */
export function openNormalizer(step: unknown): Normalize {
  if (step === null || step === undefined) return (text) => text;
  const { type } = requireRecord(step, "a normalizer");
  const open = typeof type === "string" && Object.hasOwn(normalizers, type) ? normalizers[type] : undefined;
  if (!open || !isRecord(step)) throw unknownPart("normalizer", type);
  return open(step);
}
