// Texts as Python has them: its white space, its line breaks, characters instead of UTF-16 units, and repr.

/** What str.isspace() calls white space, as a character class: U+001C … U+001F and U+0085 are, U+FEFF is not. */
export const space = String.raw`[\p{White_Space}\x1c-\x1f]`;
const startSpace = new RegExp(`^${space}+`, "u");
const endSpace = new RegExp(`${space}+$`, "u");
const spaceRuns = new RegExp(`${space}+`, "gu");

/** A text of white space only, at least one character. */
export const whiteSpaceRun = new RegExp(`^${space}+$`, "u");

export const characters = (text: string): string[] => Array.from(text);
export const lengthOf = (text: string): number => {
  let count = 0;
  for (const _ of text) count++;
  return count;
};

/** @param set characters to strip, in any order; white space where it is null */
export function stripStart(text: string, set: string | null = null): string {
  if (set === null) return text.replace(startSpace, "");
  const all = characters(text);
  const first = all.findIndex((character) => !set.includes(character));
  return first === -1 ? "" : all.slice(first).join("");
}

export function stripEnd(text: string, set: string | null = null): string {
  if (set === null) return text.replace(endSpace, "");
  const all = characters(text);
  return all.slice(0, all.findLastIndex((character) => !set.includes(character)) + 1).join("");
}

/** str.split: without a separator at runs of white space, with no empty parts; the rest stays whole after `limit` cuts. */
export function split(text: string, separator: string | null, limit = -1): string[] {
  if (separator !== null) return splitAt(text, separator, limit);
  const parts: string[] = [];
  let rest = stripStart(text);
  while (rest !== "") {
    spaceRuns.lastIndex = 0;
    const gap = parts.length === limit ? null : spaceRuns.exec(rest);
    if (!gap) {
      parts.push(parts.length === limit ? rest : stripEnd(rest));
      break;
    }
    parts.push(rest.slice(0, gap.index));
    rest = rest.slice(gap.index + gap[0].length);
  }
  return parts;
}

function splitAt(text: string, separator: string, limit: number): string[] {
  const parts = text.split(separator);
  return limit < 0 || parts.length <= limit + 1 ? parts : [...parts.slice(0, limit), parts.slice(limit).join(separator)];
}

export function splitFromEnd(text: string, separator: string | null, limit = -1): string[] {
  if (limit < 0) return split(text, separator);
  if (separator !== null) {
    const parts = text.split(separator);
    const kept = Math.max(0, parts.length - limit);
    return kept === 0 ? parts : [parts.slice(0, kept).join(separator), ...parts.slice(kept)];
  }
  const parts: string[] = [];
  let rest = stripEnd(text);
  while (rest !== "" && parts.length < limit) {
    const last = [...rest.matchAll(spaceRuns)].at(-1);
    if (!last) break;
    parts.unshift(rest.slice(last.index + last[0].length));
    rest = stripEnd(rest.slice(0, last.index));
  }
  return rest === "" ? parts : [rest, ...parts];
}

const lineBreak = String.raw`\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]`;
const line = new RegExp(String.raw`([^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]*)(?:${lineBreak}|$)`, "gu");

/** str.splitlines: eleven kinds of line break, and none after the last. */
export function splitLines(text: string, keepEnds = false): string[] {
  return [...text.matchAll(line)].flatMap(([whole, content]) => (whole === "" ? [] : [keepEnds ? whole : (content ?? "")]));
}

/** str.replace. An empty text is found before every character and at the end. */
export function replace(text: string, from: string, to: string, limit = -1): string {
  if (from !== "") {
    const parts = splitAt(text, from, limit);
    return parts.join(to);
  }
  const all = characters(text);
  const gaps = limit < 0 ? all.length + 1 : Math.min(limit, all.length + 1);
  return [...all, ""].map((character, at) => (at < gaps ? to : "") + character).join("");
}

export function capitalize(text: string): string {
  const [first = "", ...rest] = characters(text);
  return first.toUpperCase() + rest.join("").toLowerCase();
}

/** repr of a text: single quotes unless it holds them and no double ones; what is not printed becomes an escape. */
export function reprText(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const inner = characters(text).map((character) => {
    if (character === quote || character === "\\") return `\\${character}`;
    const short = { "\n": String.raw`\n`, "\r": String.raw`\r`, "\t": String.raw`\t` }[character];
    return short ?? (/^[\p{C}\p{Z}]$/u.test(character) && character !== " " ? escaped(character) : character);
  });
  return quote + inner.join("") + quote;
}

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 256) return `\\x${code.toString(16).padStart(2, "0")}`;
  return code < 65_536 ? `\\u${code.toString(16).padStart(4, "0")}` : `\\U${code.toString(16).padStart(8, "0")}`;
}

/** repr of a float: shortest digits, with an exponent below 1e-4 and from 1e16 on. */
export function reprFloat(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
  if (Object.is(value, -0)) return "-0.0";
  const [digits = "", exponent = "0"] = value.toExponential().split("e");
  const power = Number(exponent);
  if (power < -4 || power >= 16) return `${digits}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
  const plain = value.toFixed(Math.max(0, (digits.split(".")[1]?.length ?? 0) - power));
  return plain.includes(".") ? plain : `${plain}.0`;
}
