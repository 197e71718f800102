// Patterns of tokenizer.json are Oniguruma's. They are put in JavaScript's words: \s is Unicode's white space (JavaScript's has
// U+FEFF and lacks U+0085), \d all decimal digits, (?i:…) spelled out. What has no equal here is refused, never approximated.
import { invalidTokenizer, isRecord, unknownPart } from "./file-json.ts";

/** @param pattern `{"String": …}` or `{"Regex": …}` */
export function compilePattern(pattern: unknown): RegExp {
  if (typeof pattern === "string") return new RegExp(literal(pattern), "gu");
  if (isRecord(pattern) && typeof pattern["String"] === "string") return new RegExp(literal(pattern["String"]), "gu");
  if (!isRecord(pattern) || typeof pattern["Regex"] !== "string") throw invalidTokenizer("a pattern is neither String nor Regex");
  const source = pattern["Regex"];
  try {
    return new RegExp(new Translation(source).run(), "gu");
  } catch (cause) {
    if (cause instanceof SyntaxError) throw unknownPart("pattern", source);
    throw cause;
  }
}

const literal = (text: string): string => Array.from(text, code).join("");

/** Oniguruma's \\w; outside of brackets it also takes fractions and powers of Latin-1. */
const word = String.raw`\p{Alphabetic}\p{M}\p{Nd}\p{Pc}`;
const wordOutside = `${word}\\u00B2\\u00B3\\u00B9\\u00BC-\\u00BE`;

/** Escapes that stand for sets, as they are written inside of brackets. */
const sets: Readonly<Record<string, string>> = {
  s: String.raw`\p{White_Space}`,
  S: String.raw`\P{White_Space}`,
  d: String.raw`\p{Nd}`,
  D: String.raw`\P{Nd}`,
  h: "0-9A-Fa-f",
  w: word,
};

const plainEscapes: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", f: "\f", v: "\v", a: "\u0007", e: "\u001B" };

class Translation {
  readonly #source: string;
  #at = 0;
  #ignoresCase = false;
  /** What to return to at the end of each open group. */
  readonly #groups: boolean[] = [];

  constructor(source: string) {
    this.#source = source;
  }

  run(): string {
    let result = "";
    while (this.#at < this.#source.length) result += this.#next();
    return result;
  }

  #next(): string {
    const character = this.#take();
    switch (character) {
      case "\\":
        return this.#escape();
      case "[":
        return this.#class();
      case "(":
        return this.#group();
      case ")":
        this.#ignoresCase = this.#groups.pop() ?? false;
        return this.#refusePossessive(")");
      case ".":
        return this.#refusePossessive(String.raw`[^\n]`);
      case "^":
        return String.raw`(?<![^\n])`;
      case "$":
        return String.raw`(?![^\n])`;
      case "|":
        return "|";
      case "*":
      case "+":
      case "?":
        return character;
      case "{": {
        const quantifier = /^\d+(?:,\d*)?\}/.exec(this.#source.slice(this.#at));
        if (!quantifier) return this.#letter("{");
        this.#at += quantifier[0].length;
        return `{${quantifier[0]}`;
      }
      default:
        return this.#letter(character);
    }
  }

  #take(): string {
    const code = this.#source.codePointAt(this.#at);
    if (code === undefined) throw new SyntaxError("the pattern ends too early");
    const character = String.fromCodePoint(code);
    this.#at += character.length;
    return character;
  }

  #letter(character: string): string {
    const all = this.#ignoresCase ? foldings(character) : [character];
    return this.#refusePossessive(all.length === 1 ? code(character) : `[${all.map(code).join("")}]`);
  }

  /** `++`, `*+` and `?+` give nothing back; JavaScript cannot say so. */
  #refusePossessive(atom: string): string {
    if (/^[*+?]\+/.test(this.#source.slice(this.#at))) throw new SyntaxError("a possessive quantifier");
    return atom;
  }

  #group(): string {
    const opening = /^\?(?:([a-z]*)(?:-[a-z]+)?([:)])|<?[=!])/.exec(this.#source.slice(this.#at));
    if (!opening && this.#source[this.#at] === "?") throw new SyntaxError("an unknown group");
    this.#at += opening?.[0].length ?? 0;
    const [whole = "?:", flags = "", end] = opening ?? [];
    if (flags !== "" && flags !== "i") throw new SyntaxError("unknown flags");
    if (whole.includes("-")) throw new SyntaxError("flags are taken away");
    if (end !== ")") this.#groups.push(this.#ignoresCase);
    if (flags === "i") this.#ignoresCase = true;
    if (end === ")") return "";
    return `(${end === ":" ? "?:" : whole}`;
  }

  #escape(): string {
    const next = this.#source[this.#at] ?? "";
    if (next === "w" || next === "W") return this.#skip(`[${next === "W" ? "^" : ""}${wordOutside}]`);
    if (next === "H") return this.#skip("[^0-9A-Fa-f]");
    if (Object.hasOwn(sets, next)) return this.#skip(`[${sets[next] ?? ""}]`);
    if (next === "p" || next === "P") return this.#refusePossessive(this.#property());
    return this.#letter(this.#escapedCharacter());
  }

  #skip(atom: string): string {
    this.#at++;
    return this.#refusePossessive(atom);
  }

  /** \p{L}, \p{Han}, \p{^L} */
  #property(): string {
    const found = /^([pP])\{(\^?)(\w+)\}/.exec(this.#source.slice(this.#at));
    if (!found) throw new SyntaxError("a property is cut off");
    const [whole, letter = "p", negation, name = ""] = found;
    this.#at += whole.length;
    const isPositive = (letter === "p") === (negation === "");
    return `\\${isPositive ? "p" : "P"}{${propertyName(name)}}`;
  }

  #escapedCharacter(): string {
    const hex = /^(?:x\{([\da-fA-F]+)\}|x([\da-fA-F]{2})|u([\da-fA-F]{4}))/.exec(this.#source.slice(this.#at));
    if (hex) {
      this.#at += hex[0].length;
      return String.fromCodePoint(Number.parseInt(hex[1] ?? hex[2] ?? hex[3] ?? "", 16));
    }
    const character = this.#take();
    const plain = plainEscapes[character];
    if (plain !== undefined) return plain;
    if (/[\p{L}\p{N}]/u.test(character)) throw new SyntaxError(`the escape \\${character}`);
    return character;
  }

  /** Between brackets. Brackets in brackets and intersections have no equal. */
  #class(): string {
    const isNegated = this.#source[this.#at] === "^";
    if (isNegated) this.#at++;
    let inner = "";
    let isFirst = true;
    for (;;) {
      const character = this.#take();
      if (character === "]" && !isFirst) break;
      if (character === "[" || (character === "&" && this.#source[this.#at] === "&")) throw new SyntaxError("a set within a set");
      inner += character === "-" ? "-" : this.#member(character);
      isFirst = false;
    }
    if (this.#ignoresCase && inner.includes("-")) throw new SyntaxError("a range whose case is ignored");
    return this.#refusePossessive(`[${isNegated ? "^" : ""}${inner}]`);
  }

  #member(character: string): string {
    if (character !== "\\") return this.#folded(character);
    const next = this.#source[this.#at] ?? "";
    if (Object.hasOwn(sets, next)) {
      this.#at++;
      return sets[next] ?? "";
    }
    if (next === "p" || next === "P") return this.#property();
    return this.#folded(this.#escapedCharacter());
  }

  #folded(character: string): string {
    return (this.#ignoresCase ? foldings(character) : [character]).map(code).join("");
  }
}

/** The character, escaped where it means something in a pattern. */
const code = (character: string): string =>
  /[\p{L}\p{N}]/u.test(character) ? character : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;

/** Two letters fold to ASCII from outside of it: the long s and the Kelvin sign. */
function foldings(character: string): string[] {
  const [lower, upper] = [character.toLowerCase(), character.toUpperCase()];
  const extra = { s: "ſ", k: "\u212A" }[lower];
  return [...new Set([character, lower, upper, ...(extra === undefined ? [] : [extra])])].filter((one) => Array.from(one).length === 1);
}

function propertyName(name: string): string {
  const known = [name, `Script=${name}`].find((candidate) => {
    try {
      return new RegExp(`\\p{${candidate}}`, "u") instanceof RegExp;
    } catch {
      return false;
    }
  });
  if (known === undefined) throw new SyntaxError(`the property ${name}`);
  return known;
}
