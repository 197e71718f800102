// Messages quote the file, but only a little of it: a line can be a hundred megabytes long, and so can a key or the name of a role.
import { commas, words, type Text, type Words } from "../words/message.ts";

const maxExcerpt = 60;

/** The part of a text around a place, on one line. */
export function excerptAt(text: string, at = 0): string {
  const start = at < maxExcerpt / 2 ? 0 : at - maxExcerpt / 3;
  const part = text.slice(start, start + maxExcerpt);
  const printable = part.replaceAll(/[\p{Cc}\p{Cs}\u2028\u2029]+/gu, " ").trim();
  return `${start > 0 ? "…" : ""}${printable}${start + maxExcerpt < text.length ? "…" : ""}`;
}

function quote(text: string): Words {
  return words("data/quoted", { text: excerptAt(text) });
}

/** What stands in place of what was expected: "the number 3", "a list". */
export function describe(value: unknown): Text {
  if (value === undefined) return words("data/nothing");
  if (value === null) return "null";
  if (typeof value === "string") return words("data/a-text", { text: excerptAt(value) });
  if (typeof value === "object") return words(Array.isArray(value) ? "data/a-list" : "data/an-object");
  return words(typeof value === "number" ? "data/a-number" : "data/a-boolean", { value: JSON.stringify(value) });
}

/** The same, where the place says of what kind it is: "3", "a list". */
export function describeBriefly(value: unknown): Text {
  if (typeof value === "string") return quote(value);
  return typeof value === "number" ? String(value) : describe(value);
}

/** "a", "b" and 7 more */
export function quoteSome(texts: readonly string[]): Text {
  let [named, length] = [0, 0];
  while (named < texts.length && length < 2 * maxExcerpt) length += Math.min(texts[named++]?.length ?? 0, maxExcerpt);
  const rest = texts.length - named;
  const keys = commas(texts.slice(0, named).map(quote));
  if (rest > 0) return words("data/and-more", { keys, count: rest });
  return named > 0 ? keys : words("data/no-keys");
}
