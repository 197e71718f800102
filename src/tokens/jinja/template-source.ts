// Puts a template in words that the lexer and the parser of @huggingface/jinja read as Python's do: tags are found and white space
// around them goes as trim_blocks and lstrip_blocks say, which is how transformers sets them; texts have only escapes that both
// know; a test with arguments becomes a filter. What would be parsed as something else is refused by name.
import { tokenize } from "@huggingface/jinja";
import { space, stripEnd, whiteSpaceRun } from "./python-text.ts";
import { TemplateError, UnsupportedTemplateError } from "./template-error.ts";
import { words } from "../../words/message.ts";
import { mended, type Token } from "./template-tokens.ts";

/** The same in Python's white space, which is not JavaScript's. */
const python = (source: string, flags: string): RegExp => new RegExp(source.replaceAll(String.raw`\s`, space), flags);
const nextTag = python(String.raw`\{%[-+]?\s*raw\s*(?:-%\}\s*|%\})|\{%[-+]?|\{\{[-+]?|\{#[-+]?`, "gu");
const rawEnd = python(String.raw`\{%([-+]?)\s*endraw\s*(?:\+%\}|-%\}\s*|%\}\n?)`, "gu");
const commentEnd = python(String.raw`\+#\}|-#\}\s*|#\}\n?`, "gu");
const ends = {
  "{%": python(String.raw`\+%\}|-%\}\s*|%\}\n?`, "uy"),
  "{{": python(String.raw`-\}\}\s*|\}\}`, "uy"),
} as const;
const piece = /'(?:[^'\\]|\\[\s\S])*'|"(?:[^"\\]|\\[\s\S])*"|[\s\S]/uy;

/** @throws TemplateError */
export function templateTokens(template: string): Token[] {
  const lines = template.replaceAll(/\r\n?/g, "\n");
  // One line break at the end of a file is its editor's, not the author's.
  return new Source(lines.endsWith("\n") ? lines.slice(0, -1) : lines).run();
}

class Source {
  readonly #source: string;
  readonly #tokens: Token[] = [];
  #at = 0;
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
        this.#text(this.#source.slice(this.#at));
        break;
      }
      this.#textBefore(this.#source.slice(this.#at, tag.index), tag[0]);
      this.#at = tag.index + tag[0].length;
      if (tag[0].startsWith("{#")) this.#behind(commentEnd, "jinja/open-comment");
      else if (tag[0].length > 3) this.#raw();
      else this.#tag(tag[0].startsWith("{{") ? "{{" : "{%");
      this.#startsLine = this.#source[this.#at - 1] === "\n";
    }
    return this.#tokens;
  }

  /** "-" strips white space; before blocks and comments that begin a line, their indentation goes. */
  #textBefore(text: string, tag: string): void {
    const sign = tag[2];
    let kept = text;
    if (sign === "-") kept = stripEnd(text);
    else if (sign !== "+" && !tag.startsWith("{{")) {
      const lineStart = text.lastIndexOf("\n") + 1;
      if ((lineStart > 0 || this.#startsLine) && whiteSpaceRun.test(text.slice(lineStart))) kept = text.slice(0, lineStart);
    }
    this.#text(kept);
  }

  #text(value: string): void {
    if (value !== "") this.#tokens.push({ type: "Text", value });
  }

  #behind(end: RegExp, unclosed: "jinja/open-comment" | "jinja/open-raw"): RegExpExecArray {
    end.lastIndex = this.#at;
    const found = end.exec(this.#source);
    if (!found) throw new TemplateError(words(unclosed, { line: this.#line() }));
    this.#at = found.index + found[0].length;
    return found;
  }

  #raw(): void {
    const start = this.#at;
    const end = this.#behind(rawEnd, "jinja/open-raw");
    this.#textBefore(this.#source.slice(start, end.index), `{%${end[1] ?? ""}`);
  }

  #tag(open: "{{" | "{%"): void {
    let [body, depth] = ["", 0];
    for (;;) {
      const end = ends[open];
      end.lastIndex = this.#at;
      const closing = depth === 0 ? end.exec(this.#source) : null;
      if (closing) {
        this.#at += closing[0].length;
        break;
      }
      piece.lastIndex = this.#at;
      const [part] = piece.exec(this.#source) ?? [];
      if (part === undefined) throw new TemplateError(words("jinja/open-tag", { line: this.#line(), tag: open }));
      this.#at += part.length;
      depth += "([{".includes(part) ? 1 : ")]}".includes(part) ? -1 : 0;
      body += part.length > 1 && "'\"".includes(part[0] as string) ? this.#literal(part.slice(1, -1)) : part;
    }
    if (open === "{%") body = this.#statement(body);
    this.#tokens.push(...mended(tokenize(open === "{{" ? `{{ ${body} }}` : `{% ${body} %}`)));
  }

  /** transformers' own block marks what is learned, and renders as its content does. */
  #statement(body: string): string {
    const [name = "", ...rest] = body.trim().split(/\s+/);
    if (rest.length === 0 && name === "generation") return "filter generation";
    if (rest.length === 0 && name === "endgeneration") return "endfilter";
    if (/^(?:include|import|from|extends|block|endblock|with|endwith|autoescape|endautoescape|do|trans|debug|print)$/.test(name))
      throw new UnsupportedTemplateError(words("jinja/statement", { name }));
    if (name === "for" && rest.at(-1) === "recursive") throw new UnsupportedTemplateError(words("jinja/recursive-loop"));
    return body;
  }

  /** Python's escapes resolved; a backslash before another character stays. */
  #literal(source: string): string {
    const text = source.replaceAll(
      /\\(?:\n|([0-7]{1,3})|x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([\s\S]))/g,
      (whole, octal?: string, x?: string, u?: string, long?: string, letter?: string) => {
        const code = octal === undefined ? Number.parseInt(x ?? u ?? long ?? "", 16) : Number.parseInt(octal, 8);
        if (!Number.isNaN(code)) return String.fromCodePoint(code);
        if (letter === undefined) return "";
        if ("NxuU".includes(letter)) throw new UnsupportedTemplateError(words("jinja/escape", { escape: whole }));
        return escapes.get(letter) ?? whole;
      },
    );
    return `'${text.replaceAll(/[\\']/g, String.raw`\$&`)}'`;
  }

  #line(): string {
    return String(this.#source.slice(0, this.#at).split("\n").length);
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
