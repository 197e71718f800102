// Messages quote the file, but only a little of it: a line can be a hundred megabytes long, and so can a key or the name of a role.

const maxExcerpt = 60;

/** The part of a text around a place, on one line. */
export function excerptAt(text: string, at = 0): string {
  const start = at < maxExcerpt / 2 ? 0 : at - maxExcerpt / 3;
  const part = text.slice(start, start + maxExcerpt);
  const printable = part.replaceAll(/[\p{Cc}\p{Cs}\u2028\u2029]+/gu, " ").trim();
  return `${start > 0 ? "…" : ""}${printable}${start + maxExcerpt < text.length ? "…" : ""}`;
}

export function quote(text: string): string {
  return `"${excerptAt(text)}"`;
}

/** What stands in place of what was expected: "the number 3", "a list". */
export function describe(value: unknown): string {
  if (value === undefined) return "missing";
  if (value === null) return "null";
  if (typeof value === "string") return `the text ${quote(value)}`;
  if (typeof value === "object") return Array.isArray(value) ? "a list" : "an object";
  return `the ${typeof value} ${JSON.stringify(value)}`;
}

/** "a", "b" and 7 more */
export function quoteSome(texts: readonly string[]): string {
  let [named, length] = [0, 0];
  while (named < texts.length && length < 2 * maxExcerpt) length += Math.min(texts[named++]?.length ?? 0, maxExcerpt);
  const rest = texts.length - named;
  return `${texts.slice(0, named).map(quote).join(", ")}${rest > 0 ? ` and ${rest} more` : ""}` || "none";
}
