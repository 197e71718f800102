// Knobs that are texts and say more than a word: which layers, numbers by pattern, token ids. Null where a text says none of that.

/** Layers of the model, counted from 0. */
export type LayerChoice =
  | { readonly kind: "all" }
  | { readonly kind: "range"; readonly first: number; readonly last: number }
  | { readonly kind: "last"; readonly count: number };

/** Reads "", "first:last" (both included) and "last:K". */
export function readLayers(text: string): LayerChoice | null {
  if (text === "") return { kind: "all" };
  const [, start = "", end = ""] = /^(\d+|last):(\d+)$/.exec(text.trim()) ?? [];
  const number = Number(end);
  if (start === "last") return number > 0 ? { kind: "last", count: number } : null;
  return start !== "" && Number(start) <= number ? { kind: "range", first: Number(start), last: number } : null;
}

/** A number for the modules that a pattern names, as in PEFT's rank_pattern and alpha_pattern. */
export interface PatternNumber {
  readonly pattern: string;
  readonly value: number;
}

/** Reads "pattern=number, pattern=number"; a pattern may itself hold commas and equals signs. */
export function readPatterns(text: string): readonly PatternNumber[] | null {
  const found: PatternNumber[] = [];
  let rest = text.trim();
  while (rest !== "") {
    const [whole, pattern, value] = /^(\S.*?)\s*=\s*(\d+(?:\.\d+)?(?:e[+-]?\d+)?)\s*(?:,\s*|$)/.exec(rest) ?? [];
    if (whole === undefined || pattern === undefined || !(Number(value) > 0)) return null;
    found.push({ pattern, value: Number(value) });
    rest = rest.slice(whole.length);
  }
  return found;
}

/** The text that {@link readPatterns} reads. */
export function patternsText(patterns: readonly PatternNumber[]): string {
  return patterns.map(({ pattern, value }) => `${pattern}=${value}`).join(", ");
}

/** As {@link readPatterns}, of whole numbers. */
export function readRankPatterns(text: string): readonly PatternNumber[] | null {
  const found = readPatterns(text);
  return found?.every(({ value }) => Number.isInteger(value)) ? found : null;
}

/** Reads "12, 400": at least one, each once. */
export function readTokenIds(text: string): readonly number[] | null {
  const parts = text.split(",").map((part) => part.trim());
  return parts.every((part) => /^\d{1,9}$/.test(part)) ? [...new Set(parts.map(Number))] : null;
}
