// Regular expressions as Python's `re` writes them, as far as the names of modules need them: PEFT compares `target_modules` that
// are one text by re.fullmatch. What cannot be said in JavaScript with the same meaning is refused by name, never approximated.
// Only whether a name matches is asked, so groups need not capture.
import { words, type Text } from "../words/message.ts";
import type { AtelierError } from "./errors.ts";

/** What is thrown where a pattern cannot be followed. */
export interface PatternRefusals {
  /** JavaScript has no such construct, or none with the same meaning. */
  readonly unsupported: (construct: Text) => AtelierError;
  /** It is no regular expression. */
  readonly invalid: (cause: unknown) => AtelierError;
}

/**
 * @returns whether re.fullmatch(pattern, text) is a match; `text` is one line of ASCII
 * @throws what the refusals make
 */
export function fullMatch(pattern: string, refusals: PatternRefusals): (text: string) => boolean {
  const expression = compile(pattern, refusals, (body) => `^(?:${body})$`);
  return (text) => expression.test(text);
}

/** A pattern that stands within a larger one, converted. @throws as {@link fullMatch} */
export function fragmentOf(pattern: string, refusals: PatternRefusals): string {
  let fragment = "";
  compile(pattern, refusals, (body) => (fragment = `(?:${body})`));
  return fragment;
}

/**
 * The first of the keys that a path ends with, as PEFT reads rank_pattern: a key is a regular expression that begins at a dot or at the
 * start, and ends where the path does.
 * @throws as {@link fullMatch}
 */
export function firstKeyOf<K extends string>(keys: readonly K[], refusals: (key: K) => PatternRefusals): (path: string) => K | undefined {
  const rows = keys.map((key) => ({ key, matches: fullMatch(`(?:.*\\.)?(?:${key})`, refusals(key)) }));
  return (path) => rows.find(({ matches }) => matches(path))?.key;
}

interface Scan {
  readonly text: string;
  readonly refusals: PatternRefusals;
  at: number;
}

function compile(pattern: string, refusals: PatternRefusals, whole: (body: string) => string): RegExp {
  const scan: Scan = { text: pattern, refusals, at: 0 };
  const flags = leadingFlags(scan);
  let body = "";
  while (scan.at < pattern.length) body += next(scan);
  try {
    // With "u" an escape that means nothing is an error, as in Python, instead of the letter itself.
    return new RegExp(whole(body), flags);
  } catch (cause) {
    throw refusals.invalid(cause);
  }
}

/** Of the flags of the whole pattern only case matters to names of one line; "x" changes how the pattern is read. */
function leadingFlags(scan: Scan): "u" | "iu" {
  let flags: "u" | "iu" = "u";
  for (let found = flagsAt(scan); found; found = flagsAt(scan)) {
    if (!/^[aimsu]+$/.test(found)) throw unsupported(scan, `(?${found})`);
    if (found.includes("i")) flags = "iu";
    scan.at += found.length + 3;
  }
  return flags;
}

const flagsAt = ({ text, at }: Scan): string | undefined => /^\(\?([a-zA-Z]+)\)/.exec(text.slice(at))?.[1];

function next(scan: Scan): string {
  const char = scan.text[scan.at] as string;
  switch (char) {
    case "\\":
      return escape(scan, false);
    case "[":
      return characterClass(scan);
    case "(":
      return group(scan);
    case "{":
      return braces(scan);
    case "*":
    case "+":
    case "?":
      scan.at++;
      return char + suffix(scan, char);
    // Alone they are themselves in Python.
    case "}":
    case "]":
      scan.at++;
      return `\\${char}`;
    default:
      scan.at++;
      return char;
  }
}

/** What follows a quantifier: lazy, or possessive, which JavaScript does not have. */
function suffix(scan: Scan, quantifier: string): string {
  const char = scan.text[scan.at];
  if (char === "+") throw unsupported(scan, words("adapter/possessive", { quantifier: `${quantifier}+` }));
  if (char !== "?") return "";
  scan.at++;
  return "?";
}

/** {m}, {m,}, {,n}, {m,n}, {,}; anything else is a brace. */
function braces(scan: Scan): string {
  const found = /^\{(?:(\d+)|(\d*),(\d*))\}/.exec(scan.text.slice(scan.at));
  if (!found) {
    scan.at++;
    return String.raw`\{`;
  }
  const [all, exact, least, most] = found;
  scan.at += all.length;
  return (exact === undefined ? `{${least || "0"},${most}}` : `{${exact}}`) + suffix(scan, all);
}

function group(scan: Scan): string {
  const rest = scan.text.slice(scan.at);
  const [opening, converted] = groupAt(rest) ?? [];
  if (opening === undefined || converted === undefined) throw unsupported(scan, /^\(\?[^)]{0,12}/.exec(rest)?.[0] ?? rest.slice(0, 12));
  scan.at += opening.length;
  return converted;
}

function groupAt(rest: string): readonly [string, string] | undefined {
  const comment = /^\(\?#[^)]*\)/.exec(rest);
  if (comment) return [comment[0], ""];
  const named = /^\(\?P<[A-Za-z_]\w*>/.exec(rest);
  if (named) return [named[0], "(?:"];
  const plain = /^\(\?(?:[:=!]|<[=!])/.exec(rest);
  if (plain) return [plain[0], plain[0]];
  return rest.startsWith("(?") ? undefined : ["(", "(?:"];
}

function characterClass(scan: Scan): string {
  const start = scan.at++;
  let out = "[";
  if (scan.text[scan.at] === "^") {
    out += "^";
    scan.at++;
  }
  // A bracket that stands first is one of the characters.
  for (let isFirst = true; isFirst || scan.text[scan.at] !== "]"; isFirst = false) {
    const char = scan.text[scan.at];
    if (char === undefined) throw unsupported(scan, words("adapter/open-bracket", { found: scan.text.slice(start, start + 12) }));
    if (char === "\\") {
      out += escape(scan, true);
      continue;
    }
    out += char === "[" || char === "]" ? `\\${char}` : char;
    scan.at++;
  }
  scan.at++;
  return `${out}]`;
}

const sameEverywhere = /^\\(?:[dDwWsSbnrtfv]|x[\da-fA-F]{2}|u[\da-fA-F]{4})/;

function escape(scan: Scan, inClass: boolean): string {
  const rest = scan.text.slice(scan.at);
  const char = rest[1] ?? "";
  const same = sameEverywhere.exec(rest)?.[0];
  scan.at += same?.length ?? 2;
  if (same !== undefined) return same;
  if (char === "a") return String.raw`\x07`;
  if (!inClass && char === "B") return String.raw`\B`;
  if (!inClass && char === "A") return "^";
  if (!inClass && (char === "Z" || char === "z")) return "$";
  // Numbers are references to groups, of which JavaScript thinks differently where a group did not take part, or octal.
  if (char === "" || /[\dA-Za-z]/.test(char)) throw unsupported(scan, `\\${char}`);
  return /[\^$\\.*+?()[\]{}|/-]/.test(char) && (inClass || char !== "-") ? `\\${char}` : char;
}

function unsupported({ refusals }: Scan, construct: Text): AtelierError {
  return refusals.unsupported(construct);
}
