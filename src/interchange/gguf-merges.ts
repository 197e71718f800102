// Merges of a GGUF file whose result is no token. llama.cpp takes merges for ranks and never asks; a text that is no token in the
// end it writes letter by letter, so two letters that become none stay two tokens. tokenizer.json knows no such merge.

/**
 * Without the merges of two letters that make no token, where texts have the same tokens without them: no later merge would take
 * one of the letters. Others stay, and are refused with the tokenizer rather than read as something else.
 * @param merges "left right", the first before all others
 */
export function mergesIntoTokens(merges: readonly string[], tokens: readonly string[]): readonly string[] {
  const known = new Set(tokens);
  const pairs = merges.map((merge) => merge.split(" "));
  const isLost = ([left = "", right = ""]: readonly string[]): boolean =>
    [left, right].every((part) => known.has(part) && Array.from(part).length === 1) && !known.has(left + right);
  if (!pairs.some(isLost)) return merges;
  const lastAsLeft = new Map(pairs.map(([left], at) => [left, at]));
  const lastAsRight = new Map(pairs.map(([, right], at) => [right, at]));
  const isFree = ([left, right]: readonly string[], at: number): boolean =>
    (lastAsRight.get(left) ?? at) <= at && (lastAsLeft.get(right) ?? at) <= at;
  return merges.filter((_, at) => {
    const pair = pairs[at] ?? [];
    return !isLost(pair) || !isFree(pair, at);
  });
}
