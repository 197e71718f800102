import type { Token } from "./lexer.ts";
import { TemplateError } from "./template-error.ts";

/** Tokens in order, with what a recursive descent asks of them. */
export class TokenStream {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get current(): Token | undefined {
    return this.#tokens[this.#at];
  }

  isOperator(text: string, ahead = 0): boolean {
    const token = this.#tokens[this.#at + ahead];
    return token?.kind === "operator" && token.text === text;
  }

  isName(text: string, ahead = 0): boolean {
    const token = this.#tokens[this.#at + ahead];
    return token?.kind === "name" && token.text === text;
  }

  is(kind: Token["kind"]): boolean {
    return this.current?.kind === kind;
  }

  /** Takes the token where it is the name or the operator. */
  skip(text: string): boolean {
    if (!this.isOperator(text) && !this.isName(text)) return false;
    this.#at++;
    return true;
  }

  next(): Token {
    const token = this.#tokens[this.#at++];
    if (!token) throw this.error("the template ends too early");
    return token;
  }

  expect(kind: Token["kind"], text?: string): Token {
    const token = this.current;
    if (token?.kind !== kind || (text !== undefined && token.text !== text)) {
      const found = token ? (token.text === "" ? token.kind : `"${token.text}"`) : "the end";
      throw this.error(`expected ${text === undefined ? kind : `"${text}"`}, found ${found}`);
    }
    return this.next();
  }

  error(what: string): TemplateError {
    const line = (this.current ?? this.#tokens.at(-1))?.line ?? 1;
    return new TemplateError(`line ${line}: ${what}`);
  }
}
