// Patterns of tokenizer.json are Oniguruma's. transformers.js puts them in JavaScript's words; what it would put otherwise than they
// mean is put in other words before, or refused.
import { isRecord } from "../../base/json.ts";
import { words } from "../../words/message.ts";
import { invalidTokenizer, quoted, unknownPart } from "./file-json.ts";

/** @param pattern `{"String": …}`, `{"Regex": …}` or a text; @returns the source of a regular expression as Oniguruma reads it */
export function patternSource(pattern: unknown): string {
  if (typeof pattern === "string") return literal(pattern);
  if (isRecord(pattern) && typeof pattern["String"] === "string") return literal(pattern["String"]);
  if (!isRecord(pattern) || typeof pattern["Regex"] !== "string") throw invalidTokenizer(words("tokens/pattern"));
  const source = pattern["Regex"];
  if (isMisread(source)) throw unknownPart("pattern", quoted(source));
  return foldedFurther(source.replaceAll(/\\([pP])\{\^/g, (_, letter: string) => (letter === "p" ? String.raw`\P{` : String.raw`\p{`)));
}

/** A text as a pattern that matches just it. */
export const literal = (text: string): string => Array.from(text, code).join("");

const code = (character: string): string =>
  /[\p{L}\p{N}]/u.test(character) ? character : String.raw`\x{${(character.codePointAt(0) ?? 0).toString(16)}}`;

/** Quantifiers and groups that give nothing back (`a++`, `(?>a)`), which would be read as ones that do. */
function isMisread(source: string): boolean {
  const bare = source.replaceAll(/\\[\s\S]/g, "a").replaceAll(/\[\^?\]?[^\]]*\]/g, "a");
  return /[*+?]\+|\(\?>/.test(bare) || /\\G/.test(source);
}

/** Two letters fold to ASCII from outside of it, the long s and the Kelvin sign; transformers.js folds within ASCII. */
function foldedFurther(source: string): string {
  return source.replaceAll(/\(\?i:([^()]*)\)?/g, (whole, inner: string) => {
    if (!/[sk]/i.test(inner)) return whole;
    if (/[[\\]/.test(inner) || !whole.endsWith(")")) throw unknownPart("pattern", quoted(source));
    return `(?i:${inner.replaceAll(/s/gi, "[sS\u017F]").replaceAll(/k/gi, "[kK\u212A]")})`;
  });
}
