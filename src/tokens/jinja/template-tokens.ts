// Between the lexer and the parser of @huggingface/jinja, which knows no tests with arguments, joins a < b < c from the left and
// gives ~ the rank of +: tests become filters of the name "is …", the others are marked or refused.
import { TemplateError, UnsupportedTemplateError } from "./template-error.ts";
import { words } from "../../words/message.ts";

export interface Token {
  readonly type: string;
  readonly value: string;
}

const opening: ReadonlySet<string> = new Set(["OpenParen", "OpenSquareBracket", "OpenCurlyBracket"]);
const closing: ReadonlySet<string> = new Set(["CloseParen", "CloseSquareBracket", "CloseCurlyBracket"]);
const literals: ReadonlySet<string> = new Set(["StringLiteral", "NumericLiteral", "OpenSquareBracket", "OpenCurlyBracket"]);
const connectives: ReadonlySet<string> = new Set(["else", "or", "and", "if", "is", "not", "in"]);

const isName = (token: Token | undefined, value: string): boolean => token?.type === "Identifier" && token.value === value;

/** @param tokens of one tag */
export function mended(tokens: readonly Token[]): Token[] {
  return ranked(withTestsAsFilters(withSmallTuples(tokens.flatMap((token, at) => signed(token, tokens[at - 1])))));
}

/** Behind a dict, + and - stand between two values. */
function signed(token: Token, before: Token | undefined): Token[] {
  const sign = /^[+-]/.exec(token.value)?.[0];
  if (before?.type !== "CloseCurlyBracket" || sign === undefined) return [token];
  const operator = { type: "AdditiveBinaryOperator", value: sign };
  return token.type === "NumericLiteral" ? [operator, { type: token.type, value: token.value.slice(1) }] : [operator];
}

/** () and (a,) become filtered lists; a comma before any other closing bracket means nothing. */
function withSmallTuples(tokens: readonly Token[]): Token[] {
  const result: Token[] = [];
  const open: { readonly at: number; readonly isCall: boolean; commas: number }[] = [];
  for (const [at, token] of tokens.entries()) {
    const before = tokens[at - 1];
    const last = open.at(-1);
    if (opening.has(token.type)) {
      const followsName = before?.type === "Identifier" && !connectives.has(before.value);
      const isCall = token.type !== "OpenParen" || followsName || closing.has(before?.type ?? "");
      open.push({ at: result.length, isCall, commas: 0 });
    } else if (token.type === "Comma" && last) last.commas++;
    if (!closing.has(token.type) || !last) {
      result.push(token);
      continue;
    }
    open.pop();
    const isEmpty = result.length === last.at + 1;
    const endsInComma = result.at(-1)?.type === "Comma";
    if (endsInComma) result.pop();
    if (last.isCall || !(isEmpty || (endsInComma && last.commas === 1))) result.push(token);
    else {
      result[last.at] = { type: "OpenSquareBracket", value: "[" };
      result.push({ type: "CloseSquareBracket", value: "]" }, { type: "Pipe", value: "|" }, { type: "Identifier", value: "as-tuple" });
    }
  }
  return result;
}

/** Marks a ~ after + or -, between which Python puts brackets around the ~. */
function ranked(tokens: readonly Token[]): Token[] {
  const levels = [{ comparisons: 0, sums: 0 }];
  return tokens.map((token, at) => {
    const { type, value } = token;
    if (opening.has(type)) levels.push({ comparisons: 0, sums: 0 });
    else if (closing.has(type)) levels.pop();
    const level = levels.at(-1) ?? { comparisons: 0, sums: 0 };
    const compares = type === "ComparisonBinaryOperator" || (value === "in" && type === "Identifier");
    if (compares) {
      level.sums = 0;
      if (level.comparisons++ > 0) throw new UnsupportedTemplateError(words("jinja/comparison"));
    } else if (
      ["Comma", "Colon", "Equals"].includes(type) ||
      (connectives.has(value) && type === "Identifier" && !isName(tokens[at + 1], "in"))
    )
      Object.assign(level, { comparisons: 0, sums: 0 });
    else if (type === "AdditiveBinaryOperator" && value !== "~") level.sums++;
    else if (value === "~" && level.sums > 0) return { type, value: "+~" };
    return token;
  });
}

function withTestsAsFilters(tokens: readonly Token[]): Token[] {
  const result: Token[] = [];
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at] as Token;
    if (!isName(token, "is") || tokens[at - 1]?.type === "Dot") {
      result.push(token);
      continue;
    }
    const isNegated = isName(tokens[at + 1], "not");
    const name = tokens[at + (isNegated ? 2 : 1)];
    if (name?.type !== "Identifier") throw new TemplateError(words("jinja/no-test"));
    at += isNegated ? 2 : 1;
    result.push({ type: "Pipe", value: "|" }, { type: "Identifier", value: `is ${isNegated ? "not " : ""}${name.value}` });
    const next = tokens[at + 1];
    if (!next || (!literals.has(next.type) && !(next.type === "Identifier" && !connectives.has(next.value)))) continue;
    const end = endOfOperand(tokens, at + 1);
    result.push({ type: "OpenParen", value: "(" }, ...withTestsAsFilters(tokens.slice(at + 1, end)), { type: "CloseParen", value: ")" });
    at = end - 1;
  }
  return result;
}

/** A name, a literal or brackets, with the .a, [b] and (c) behind it. */
function endOfOperand(tokens: readonly Token[], start: number): number {
  let at = opening.has(tokens[start]?.type ?? "") ? endOfBrackets(tokens, start) : start + 1;
  for (;;) {
    const type = tokens[at]?.type ?? "";
    if (type === "Dot") at += 2;
    else if (type === "OpenParen" || type === "OpenSquareBracket") at = endOfBrackets(tokens, at);
    else return at;
  }
}

function endOfBrackets(tokens: readonly Token[], start: number): number {
  let depth = 0;
  for (let at = start; at < tokens.length; at++) {
    const { type } = tokens[at] as Token;
    depth += opening.has(type) ? 1 : closing.has(type) ? -1 : 0;
    if (depth === 0) return at + 1;
  }
  throw new TemplateError(words("jinja/open-bracket"));
}
