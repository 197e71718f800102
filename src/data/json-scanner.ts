// Finds where one JSON value ends, line by line, and where and why it is broken. JSON.parse does the reading; this says what JSON.parse
// cannot: whether a line is the start of a longer value, at which column it stops being JSON, and whether a key stands twice.
import { words, type Words } from "../words/message.ts";

/** `end` is the index behind the value; `at` the index of what cannot stand there. Indices are within the line that was scanned last. */
export type Scan =
  | { readonly kind: "open" }
  | { readonly kind: "closed"; readonly end: number }
  | { readonly kind: "broken"; readonly at: number; readonly why: Words };

type Expected = "value" | "value-or-end" | "key" | "key-or-end" | "colon" | "more";
type Broken = Extract<Scan, { kind: "broken" }>;

/** Deeper nesting is no training data, and would overflow the stack of what walks through it. */
const maxDepth = 100;

const scalar = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-])/y;

export class JsonScanner {
  /** Null for a list, the keys so far for an object. */
  readonly #open: (Set<string> | null)[] = [];
  #expected: Expected = "value";
  #twice: string | undefined;

  /** A key that stands twice in one object: JSON.parse would keep its last value only. */
  get twice(): string | undefined {
    return this.#twice;
  }

  /** Goes on where the line before ended. Strings cannot span lines. */
  scan(line: string, from: number): Scan {
    for (let at = from; ;) {
      at = skipBlanks(line, at);
      if (at === line.length) return { kind: "open" };
      const next = this.#token(line, at);
      if (typeof next !== "number") return next;
      at = next;
      if (this.#open.length === 0 && this.#expected === "more") return { kind: "closed", end: at };
    }
  }

  #token(line: string, at: number): number | Broken {
    const char = line[at] as string;
    switch (this.#expected) {
      case "colon":
        return char === ":" ? this.#then("value", at + 1) : broken(at, words("json/colon-missing"));
      case "more":
        if (char === ",") return this.#then(this.#inList() ? "value" : "key", at + 1);
        return char === (this.#inList() ? "]" : "}") ? this.#close(at) : broken(at, words("json/comma-missing"));
      case "key-or-end":
        return char === "}" ? this.#close(at) : this.#key(line, at);
      case "key":
        return this.#key(line, at);
      case "value-or-end":
        return char === "]" ? this.#close(at) : this.#value(line, at);
      case "value":
        return this.#value(line, at);
      default:
        return this.#expected satisfies never;
    }
  }

  #key(line: string, at: number): number | Broken {
    if (line[at] !== '"')
      return broken(at, line[at] === "}" ? words("json/comma-too-many") : (pythonWord(line, at) ?? words("json/key-missing")));
    const end = stringEnd(line, at);
    if (typeof end !== "number") return end;
    const keys = this.#open.at(-1);
    const key = line.slice(at + 1, end - 1);
    const plain = key.includes("\\") ? (JSON.parse(`"${key}"`) as string) : key;
    if (keys?.has(plain)) this.#twice ??= plain;
    keys?.add(plain);
    return this.#then("colon", end);
  }

  #value(line: string, at: number): number | Broken {
    const char = line[at] as string;
    if (char === "{" || char === "[") {
      if (this.#open.length === maxDepth) return broken(at, words("json/too-deep", { levels: maxDepth }));
      this.#open.push(char === "{" ? new Set() : null);
      return this.#then(char === "{" ? "key-or-end" : "value-or-end", at + 1);
    }
    if (char === '"') {
      const end = stringEnd(line, at);
      return typeof end === "number" ? this.#then("more", end) : end;
    }
    scalar.lastIndex = at;
    const found = scalar.exec(line);
    if (found) return this.#then("more", at + found[0].length);
    return broken(at, pythonWord(line, at) ?? words(",]}".includes(char) ? "json/value-missing" : "json/no-value"));
  }

  #inList(): boolean {
    return this.#open.at(-1) === null;
  }

  #close(at: number): number {
    this.#open.pop();
    return this.#then("more", at + 1);
  }

  #then(expected: Expected, at: number): number {
    this.#expected = expected;
    return at;
  }
}

export function skipBlanks(line: string, from: number): number {
  let at = from;
  while (line[at] === " " || line[at] === "\t" || line[at] === "\n" || line[at] === "\r") at++;
  return at;
}

function broken(at: number, why: Words): Broken {
  return { kind: "broken", at, why };
}

/** The usual slips of programs that print objects instead of writing JSON. */
function pythonWord(line: string, at: number): Words | undefined {
  if (line[at] === "'") return words("json/single-quotes");
  const word = /^(?:-?Infinity|NaN|True|False|None|undefined)\b/.exec(line.slice(at, at + 16))?.[0];
  return word === undefined ? undefined : words("json/unknown-word", { word });
}

// Searched for instead of stepped through: a string can be megabytes long.
// oxlint-disable-next-line no-control-regex -- control characters are what JSON forbids here
const special = /["\\\u0000-\u001f]/g;

/** The index behind the closing quote of the string that opens at `start`. */
function stringEnd(line: string, start: number): number | Broken {
  special.lastIndex = start + 1;
  for (let found = special.exec(line); found; found = special.exec(line)) {
    if (found[0] === '"') return found.index + 1;
    if (found[0] !== "\\") return broken(found.index, words(found[0] === "\t" ? "json/tab" : "json/control-character"));
    const escape = /^(?:["\\/bfnrt]|u[\da-fA-F]{4})/.exec(line.slice(found.index + 1, found.index + 6))?.[0];
    if (escape === undefined)
      return broken(found.index, words(found.index + 1 === line.length ? "json/not-closed" : "json/unknown-escape"));
    special.lastIndex = found.index + 1 + escape.length;
  }
  return broken(start, words("json/not-closed-in-line"));
}
