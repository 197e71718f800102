// Cuts a template into tokens as jinja2's lexer does with trim_blocks and lstrip_blocks, which is how transformers sets it.
import { TemplateError, UnsupportedTemplateError } from "./template-error.ts";
import { space, stripEnd, whiteSpaceRun } from "./python-text.ts";

export type TokenKind = "data" | "variableBegin" | "variableEnd" | "blockBegin" | "blockEnd" | "name" | "string" | "integer" | "float";

export interface Token {
  /** Operators are their own kind. */
  readonly kind: TokenKind | "operator";
  readonly text: string;
  readonly line: number;
}

const operators = "// ** == != >= <= + - / * % ~ [ ] ( ) { } > < = . : | , ;".split(" ");
const closing: Readonly<Record<string, string>> = { ")": "(", "]": "[", "}": "{" };
/** The same in Python's white space, which is not JavaScript's. */
const python = (source: string, flags: string): RegExp => new RegExp(source.replaceAll(String.raw`\s`, space), flags);
const nextTag = python(String.raw`\{%[-+]?\s*raw\s*(?:-%\}\s*|%\})|\{%[-+]?|\{\{[-+]?|\{#[-+]?`, "gu");
const rawEnd = python(String.raw`\{%([-+]?)\s*endraw\s*(?:\+%\}|-%\}\s*|%\}\n?)`, "gu");
const commentEnd = python(String.raw`\+#\}|-#\}\s*|#\}\n?`, "gu");
const blockEnd = python(String.raw`\+%\}|-%\}\s*|%\}\n?`, "uy");
const variableEnd = python(String.raw`-\}\}\s*|\}\}`, "uy");
const spaces = python(String.raw`\s+`, "uy");
const float = /(?:\d+_)*\d+(?:(?:\.(?:\d+_)*\d+)?e[+-]?(?:\d+_)*\d+|\.(?:\d+_)*\d+)/iuy;
const integer = /0b(?:_?[01])+|0o(?:_?[0-7])+|0x(?:_?[\da-f])+|[1-9](?:_?\d)*|0(?:_?0)*/iuy;
const name = /[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}]*/uy;
const quoted = /'(?:[^'\\]|\\[\s\S])*'|"(?:[^"\\]|\\[\s\S])*"/uy;

/** @throws TemplateError naming the line */
export function tokenizeTemplate(template: string): Token[] {
  return new Lexer(withoutLastBreak(template.replaceAll(/\r\n?/g, "\n"))).run();
}

/** One line break at the end of a file is its editor's, not the author's. */
const withoutLastBreak = (source: string): string => (source.endsWith("\n") ? source.slice(0, -1) : source);

class Lexer {
  readonly #source: string;
  readonly #tokens: Token[] = [];
  #at = 0;
  #lines = 1;
  /** How far line breaks have been counted. */
  #counted = 0;
  /** Whether what stands before ended with a line break, so that a block may begin a line. */
  #startsLine = true;

  constructor(source: string) {
    this.#source = source;
  }

  run(): Token[] {
    while (this.#at < this.#source.length) {
      nextTag.lastIndex = this.#at;
      const tag = nextTag.exec(this.#source);
      if (!tag) {
        this.#push("data", this.#source.slice(this.#at));
        break;
      }
      this.#data(this.#source.slice(this.#at, tag.index), tag[0]);
      this.#at = tag.index + tag[0].length;
      if (tag[0].startsWith("{#")) this.#comment();
      else if (tag[0].length > 3) this.#raw();
      else this.#tag(tag[0].startsWith("{{") ? "variable" : "block");
      this.#startsLine = this.#source[this.#at - 1] === "\n";
    }
    return this.#tokens;
  }

  /** Text before a tag: "-" strips white space; before blocks and comments that begin a line, their indentation goes. */
  #data(text: string, tag: string): void {
    const sign = tag[2];
    let kept = text;
    if (sign === "-") kept = stripEnd(text);
    else if (sign !== "+" && !tag.startsWith("{{")) {
      const lineStart = text.lastIndexOf("\n") + 1;
      if ((lineStart > 0 || this.#startsLine) && whiteSpaceRun.test(text.slice(lineStart))) kept = text.slice(0, lineStart);
    }
    if (kept !== "") this.#push("data", kept);
  }

  #comment(): void {
    commentEnd.lastIndex = this.#at;
    const end = commentEnd.exec(this.#source);
    if (!end) throw this.#error("a comment is not closed");
    this.#at = end.index + end[0].length;
  }

  #raw(): void {
    rawEnd.lastIndex = this.#at;
    const end = rawEnd.exec(this.#source);
    if (!end) throw this.#error("a raw block is not closed");
    this.#data(this.#source.slice(this.#at, end.index), `{%${end[1] ?? ""}`);
    this.#at = end.index + end[0].length;
  }

  #tag(kind: "variable" | "block"): void {
    this.#push(`${kind}Begin`, "");
    const open: string[] = [];
    const end = kind === "variable" ? variableEnd : blockEnd;
    while (this.#at < this.#source.length) {
      if (this.#match(spaces) !== null) continue;
      if (open.length === 0 && this.#match(end) !== null) {
        this.#push(`${kind}End`, "");
        return;
      }
      this.#inTag(open);
    }
    throw this.#error(kind === "variable" ? "{{ is not closed" : "{% is not closed");
  }

  #inTag(open: string[]): void {
    const number = this.#source[this.#at - 1] === "." ? null : this.#match(float);
    if (number !== null) return this.#push("float", number.replaceAll("_", ""));
    const whole = this.#match(integer);
    if (whole !== null) return this.#push("integer", whole.replaceAll("_", ""));
    const word = this.#match(name);
    if (word !== null) return this.#push("name", word);
    const text = this.#match(quoted);
    if (text !== null) return this.#push("string", this.#unescape(text.slice(1, -1)));
    const operator = operators.find((sign) => this.#source.startsWith(sign, this.#at));
    if (operator === undefined) throw this.#error(`"${this.#source[this.#at] ?? ""}" is unexpected`);
    if ("([{".includes(operator)) open.push(operator);
    else if (operator in closing && open.pop() !== closing[operator]) throw this.#error(`"${operator}" closes nothing`);
    this.#at += operator.length;
    this.#push("operator", operator);
  }

  #match(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#source);
    if (!found) return null;
    this.#at += found[0].length;
    return found[0];
  }

  /** Python's escapes; a backslash before another character stays. */
  #unescape(text: string): string {
    return text.replaceAll(
      /\\(?:\n|([0-7]{1,3})|x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([\s\S]))/g,
      (whole, octal, x, u, long, letter) => {
        const code = octal === undefined ? ((x ?? u ?? long) as string | undefined) : undefined;
        if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal as string, 8));
        if (code !== undefined) return String.fromCodePoint(Number.parseInt(code, 16));
        if (letter === undefined) return "";
        if (letter === "N" || "xuU".includes(letter as string)) throw this.#error(`the escape ${whole} in a text is not known`);
        return escapes.get(letter as string) ?? whole;
      },
    );
  }

  #push(kind: Token["kind"], text: string): void {
    this.#tokens.push({ kind, text, line: this.#line() });
    if (kind === "data") this.#startsLine = text.endsWith("\n");
  }

  #line(): number {
    for (; this.#counted < this.#at; this.#counted++) if (this.#source[this.#counted] === "\n") this.#lines++;
    return this.#lines;
  }

  #error(what: string): TemplateError {
    const found = `line ${this.#line()}: ${what}`;
    return what.includes("escape") ? new UnsupportedTemplateError(found) : new TemplateError(found);
  }
}

const escapes: ReadonlyMap<string, string> = new Map([
  ["\\", "\\"],
  ["'", "'"],
  ['"', '"'],
  ["a", "\u0007"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
  ["v", "\v"],
]);
