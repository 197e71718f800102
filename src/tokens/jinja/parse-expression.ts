// Expressions, by the same descent as jinja2's parser: operators bind as there, not as in Python.
import type { ArithmeticOperator, CallArguments, ComparisonOperator, Expression, FilterNode } from "./nodes.ts";
import type { TokenStream } from "./token-stream.ts";

type Pair<Kind extends Expression["kind"]> = Extract<Expression, { kind: Kind }>;

const comparisons: ReadonlySet<string> = new Set(["==", "!=", "<", "<=", ">", ">="]);
const noArguments: CallArguments = { args: [], kwargs: [], spread: null, keywordSpread: null };

/** With commas a tuple. @param until names that end it, as "in" ends the targets of a for */
export function parseTuple(
  stream: TokenStream,
  options: { readonly inParentheses?: boolean; readonly condition?: boolean } = {},
): Expression {
  const items: Expression[] = [];
  let isTuple = false;
  for (;;) {
    if (items.length > 0) stream.expect("operator", ",");
    if (endsTuple(stream)) break;
    items.push(options.condition === false ? parseOr(stream) : parseExpression(stream));
    if (!stream.isOperator(",")) break;
    isTuple = true;
  }
  const [only] = items;
  if (!isTuple && only) return only;
  if (!isTuple && !options.inParentheses) throw stream.error("an expression is missing");
  return { kind: "tuple", items };
}

const endsTuple = (stream: TokenStream): boolean =>
  stream.is("variableEnd") || stream.is("blockEnd") || stream.isOperator(")") || stream.isName("recursive");

export function parseExpression(stream: TokenStream): Expression {
  let value = parseOr(stream);
  while (stream.skip("if")) {
    const test = parseOr(stream);
    value = { kind: "condition", test, body: value, otherwise: stream.skip("else") ? parseExpression(stream) : null };
  }
  return value;
}

function parseOr(stream: TokenStream): Expression {
  let left = parseAnd(stream);
  while (stream.skip("or")) left = { kind: "or", left, right: parseAnd(stream) };
  return left;
}

function parseAnd(stream: TokenStream): Expression {
  let left = parseNot(stream);
  while (stream.skip("and")) left = { kind: "and", left, right: parseNot(stream) };
  return left;
}

function parseNot(stream: TokenStream): Expression {
  return stream.skip("not") ? { kind: "not", operand: parseNot(stream) } : parseComparison(stream);
}

function parseComparison(stream: TokenStream): Expression {
  const left = parseSum(stream);
  const rest: Pair<"comparison">["rest"][number][] = [];
  for (;;) {
    const operator = comparisonAhead(stream);
    if (operator === null) break;
    stream.next();
    if (operator === "not in") stream.next();
    rest.push({ operator, right: parseSum(stream) });
  }
  return rest.length === 0 ? left : { kind: "comparison", left, rest };
}

function comparisonAhead(stream: TokenStream): ComparisonOperator | null {
  if (stream.isName("in")) return "in";
  if (stream.isName("not") && stream.isName("in", 1)) return "not in";
  const { kind, text } = stream.current ?? {};
  return kind === "operator" && comparisons.has(text as string) ? (text as ComparisonOperator) : null;
}

function leftToRight(stream: TokenStream, signs: readonly ArithmeticOperator[], operand: (stream: TokenStream) => Expression): Expression {
  let left = operand(stream);
  for (;;) {
    const operator = signs.find((sign) => stream.skip(sign));
    if (operator === undefined) return left;
    left = { kind: "arithmetic", operator, left, right: operand(stream) };
  }
}

const parseSum = (stream: TokenStream): Expression => leftToRight(stream, ["+", "-"], parseConcatenation);
const parseProduct = (stream: TokenStream): Expression => leftToRight(stream, ["*", "/", "//", "%"], parsePower);
const parsePower = (stream: TokenStream): Expression => leftToRight(stream, ["**"], (inner) => parseUnary(inner, true));

function parseConcatenation(stream: TokenStream): Expression {
  const first = parseProduct(stream);
  if (!stream.isOperator("~")) return first;
  const parts = [first];
  while (stream.skip("~")) parts.push(parseProduct(stream));
  return { kind: "concatenation", parts };
}

function parseUnary(stream: TokenStream, withFilter: boolean): Expression {
  let value: Expression;
  if (stream.skip("-")) value = { kind: "negative", operand: parseUnary(stream, false) };
  else if (stream.skip("+")) value = { kind: "positive", operand: parseUnary(stream, false) };
  else value = parsePrimary(stream);
  value = parsePostfix(stream, value);
  return withFilter ? parseFilters(stream, value) : value;
}

const namedConstants: Readonly<Record<string, true | false | null>> = {
  true: true,
  True: true,
  false: false,
  False: false,
  none: null,
  None: null,
};

function parsePrimary(stream: TokenStream): Expression {
  const token = stream.current;
  switch (token?.kind) {
    case "name":
      stream.next();
      return Object.hasOwn(namedConstants, token.text)
        ? { kind: "constant", value: namedConstants[token.text] ?? null }
        : { kind: "name", name: token.text };
    case "string": {
      let text = "";
      while (stream.is("string")) text += stream.next().text;
      return { kind: "constant", value: text };
    }
    case "integer":
      return { kind: "constant", value: Number(stream.next().text) };
    case "float":
      return { kind: "constant", value: { float: Number(stream.next().text) } };
    default:
      return parseBrackets(stream);
  }
}

function parseBrackets(stream: TokenStream): Expression {
  if (stream.skip("(")) {
    const inner = parseTuple(stream, { inParentheses: true });
    stream.expect("operator", ")");
    return inner;
  }
  if (stream.skip("[")) return { kind: "list", items: listed(stream, "]", () => parseExpression(stream)) };
  if (!stream.skip("{")) throw stream.error(`"${stream.current?.text ?? ""}" is unexpected`);
  const pairs = listed(stream, "}", () => {
    const key = parseExpression(stream);
    stream.expect("operator", ":");
    return [key, parseExpression(stream)] as const;
  });
  return { kind: "dict", pairs };
}

function listed<T>(stream: TokenStream, end: string, parse: () => T): T[] {
  const items: T[] = [];
  while (!stream.skip(end)) {
    if (items.length > 0) {
      stream.expect("operator", ",");
      if (stream.skip(end)) break;
    }
    items.push(parse());
  }
  return items;
}

function parsePostfix(stream: TokenStream, start: Expression): Expression {
  let value = start;
  for (;;) {
    if (stream.skip(".")) value = parseAttribute(stream, value);
    else if (stream.skip("[")) value = parseItem(stream, value);
    else if (stream.isOperator("(")) value = { kind: "call", callee: value, ...parseArguments(stream) };
    else return value;
  }
}

function parseAttribute(stream: TokenStream, object: Expression): Expression {
  if (stream.is("integer")) return { kind: "item", object, key: { kind: "constant", value: Number(stream.next().text) } };
  return { kind: "attribute", object, name: stream.expect("name").text };
}

function parseItem(stream: TokenStream, object: Expression): Expression {
  const keys = listed(stream, "]", () => parseKey(stream));
  const [only] = keys;
  return { kind: "item", object, key: keys.length === 1 && only ? only : { kind: "tuple", items: keys } };
}

function parseKey(stream: TokenStream): Expression {
  const ends = (): boolean => stream.isOperator(":") || stream.isOperator("]") || stream.isOperator(",");
  const first = ends() ? null : parseExpression(stream);
  if (!stream.isOperator(":")) {
    if (!first) throw stream.error("a key is missing");
    return first;
  }
  const bounds = [first];
  while (bounds.length < 3 && stream.skip(":")) bounds.push(ends() ? null : parseExpression(stream));
  return { kind: "slice", bounds };
}

export function parseArguments(stream: TokenStream): CallArguments {
  const [args, kwargs]: [Expression[], { key: string; value: Expression }[]] = [[], []];
  let [spread, keywordSpread]: [Expression | null, Expression | null] = [null, null];
  stream.expect("operator", "(");
  listed(stream, ")", () => {
    if (stream.skip("*")) spread = parseExpression(stream);
    else if (stream.skip("**")) keywordSpread = parseExpression(stream);
    else if (stream.is("name") && stream.isOperator("=", 1)) {
      const key = stream.next().text;
      stream.next();
      kwargs.push({ key, value: parseExpression(stream) });
    } else if (kwargs.length > 0 || spread || keywordSpread) throw stream.error("an argument without a name follows one with a name");
    else args.push(parseExpression(stream));
  });
  return { args, kwargs, spread, keywordSpread };
}

function parseFilters(stream: TokenStream, start: Expression): Expression {
  let value = start;
  for (;;) {
    if (stream.isOperator("|")) value = parseFilterChain(stream, value);
    else if (stream.skip("is")) value = parseTest(stream, value);
    else if (stream.isOperator("(")) value = { kind: "call", callee: value, ...parseArguments(stream) };
    else return value;
  }
}

/** Filters after `operand`; of a block (null) the first comes without its bar. */
export function parseFilterChain(stream: TokenStream, operand: Expression): FilterNode;
export function parseFilterChain(stream: TokenStream, operand: null, withoutBar: boolean): FilterNode | null;
export function parseFilterChain(stream: TokenStream, operand: Expression | null, withoutBar = false): FilterNode | null {
  let value: FilterNode | null = null;
  let isNext = withoutBar || stream.skip("|");
  while (isNext) {
    const name = stream.expect("name").text;
    value = { kind: "filter", operand: value ?? operand, name, ...(stream.isOperator("(") ? parseArguments(stream) : noArguments) };
    isNext = stream.skip("|");
  }
  return value;
}

function parseTest(stream: TokenStream, operand: Expression): Expression {
  const isNegated = stream.skip("not");
  const name = stream.expect("name").text;
  let given = noArguments;
  if (stream.isOperator("(")) given = parseArguments(stream);
  else if (startsArgument(stream)) given = { ...noArguments, args: [parsePostfix(stream, parsePrimary(stream))] };
  const test: Expression = { kind: "test", operand, name, ...given };
  return isNegated ? { kind: "not", operand: test } : test;
}

/** `is divisibleby 3`: an argument without parentheses. */
function startsArgument(stream: TokenStream): boolean {
  if (stream.isName("is")) throw stream.error("tests cannot be chained");
  if (["else", "or", "and"].some((word) => stream.isName(word))) return false;
  const kind = stream.current?.kind;
  return kind === "name" || kind === "string" || kind === "integer" || kind === "float" || stream.isOperator("[") || stream.isOperator("{");
}
