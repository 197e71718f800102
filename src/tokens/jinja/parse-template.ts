// Statements of a template. Tags that reach outside of it (include, import, extends) or that are not Jinja's are refused.
import { tokenizeTemplate } from "./lexer.ts";
import type { Expression, MacroNode, Parameter, Statement, Target } from "./nodes.ts";
import { parseArguments, parseExpression, parseFilterChain, parseTuple } from "./parse-expression.ts";
import { UnsupportedTemplateError } from "./template-error.ts";
import { TokenStream } from "./token-stream.ts";

/** @throws TemplateError naming the line */
export function parseTemplate(template: string): readonly Statement[] {
  const stream = new TokenStream(tokenizeTemplate(template));
  return parseBody(stream, []).body;
}

/** Statements up to one of the tags, whose name is taken and returned; without tags up to the end. */
function parseBody(stream: TokenStream, ends: readonly string[]): { readonly body: Statement[]; readonly end: string } {
  const body: Statement[] = [];
  while (stream.current) {
    const token = stream.next();
    switch (token.kind) {
      case "data":
        body.push({ kind: "data", text: token.text });
        break;
      case "variableBegin":
        body.push({ kind: "output", value: parseTuple(stream) });
        stream.expect("variableEnd");
        break;
      default: {
        const end = ends.find((name) => stream.isName(name));
        if (end !== undefined) {
          stream.next();
          return { body, end };
        }
        body.push(parseStatement(stream));
        stream.expect("blockEnd");
      }
    }
  }
  if (ends.length > 0) throw stream.error(`{% ${ends.at(-1) ?? ""} %} is missing`);
  return { body, end: "" };
}

/** The statements of a block between the end of its tag and the tag that ends it. */
function parseBlock(stream: TokenStream, ...ends: string[]): ReturnType<typeof parseBody> {
  stream.skip(":");
  stream.expect("blockEnd");
  return parseBody(stream, ends);
}

const statements: Readonly<Record<string, (stream: TokenStream) => Statement>> = {
  if: parseIf,
  for: parseFor,
  set: parseSet,
  macro: parseMacro,
  call: parseCall,
  filter: parseFilterBlock,
  with: parseWith,
  print: (stream) => ({ kind: "output", value: parseTuple(stream) }),
  break: () => ({ kind: "break" }),
  continue: () => ({ kind: "continue" }),
  // transformers' own: what the assistant says, as a training script may ask for it; it renders as if it were not there.
  generation: (stream) => ({ kind: "generation", body: parseBlock(stream, "endgeneration").body }),
};

function parseStatement(stream: TokenStream): Statement {
  const { text, line } = stream.expect("name");
  const parse = Object.hasOwn(statements, text) ? statements[text] : undefined;
  if (!parse) throw new UnsupportedTemplateError(`line ${line}: the tag {% ${text} %} is not known`);
  return parse(stream);
}

function parseIf(stream: TokenStream): Statement {
  const test = parseTuple(stream, { condition: false });
  const { body, end } = parseBlock(stream, "elif", "else", "endif");
  if (end === "elif") return { kind: "if", test, body, otherwise: [parseIf(stream)] };
  return { kind: "if", test, body, otherwise: end === "else" ? parseBlock(stream, "endif").body : [] };
}

function parseFor(stream: TokenStream): Statement {
  const target = parseTargets(stream);
  stream.expect("name", "in");
  const iterable = parseTuple(stream, { condition: false });
  const test = stream.skip("if") ? parseExpression(stream) : null;
  if (stream.isName("recursive")) throw new UnsupportedTemplateError("a recursive for is not known");
  const { body, end } = parseBlock(stream, "else", "endfor");
  const otherwise = end === "else" ? parseBlock(stream, "endfor").body : [];
  return { kind: "for", target, iterable, test, body, otherwise };
}

function parseSet(stream: TokenStream): Statement {
  const target = parseTargets(stream, true);
  if (stream.skip("=")) return { kind: "set", target, value: parseTuple(stream) };
  const filter = parseFilterChain(stream, null, false);
  return { kind: "setBlock", target, filter, body: parseBlock(stream, "endset").body };
}

function parseTargets(stream: TokenStream, withMembers = false): Target {
  const items = [parseTarget(stream, withMembers)];
  let isTuple = false;
  while (stream.skip(",")) {
    isTuple = true;
    if (!stream.is("name") || stream.isName("in")) break;
    items.push(parseTarget(stream, withMembers));
  }
  const [only] = items;
  return isTuple || !only ? { kind: "tuple", items } : only;
}

function parseTarget(stream: TokenStream, withMembers: boolean): Target {
  if (stream.skip("(")) {
    const inner = parseTargets(stream, withMembers);
    stream.expect("operator", ")");
    return inner;
  }
  const name = stream.expect("name").text;
  if (!withMembers || !stream.skip(".")) return { kind: "name", name };
  return { kind: "member", namespace: name, attribute: stream.expect("name").text };
}

function parseMacro(stream: TokenStream): MacroNode {
  const name = stream.expect("name").text;
  const parameters = parseParameters(stream);
  return { kind: "macro", name, parameters, body: parseBlock(stream, "endmacro").body };
}

function parseParameters(stream: TokenStream): Parameter[] {
  const { args, kwargs, spread, keywordSpread } = parseArguments(stream);
  if (spread || keywordSpread) throw stream.error("a macro cannot declare * or **");
  const plain = args.map((argument) => {
    if (argument.kind !== "name") throw stream.error("a macro's parameter is no name");
    return { name: argument.name, value: null };
  });
  return [...plain, ...kwargs.map(({ key, value }) => ({ name: key, value }))];
}

function parseCall(stream: TokenStream): Statement {
  const parameters = stream.isOperator("(") ? parseParameters(stream) : [];
  const call = parseExpression(stream);
  if (call.kind !== "call") throw stream.error("{% call %} calls nothing");
  const caller: MacroNode = { kind: "macro", name: "caller", parameters, body: parseBlock(stream, "endcall").body };
  return { kind: "callBlock", call, caller };
}

function parseFilterBlock(stream: TokenStream): Statement {
  const filter = parseFilterChain(stream, null, true);
  if (!filter) throw stream.error("a filter is missing");
  return { kind: "filterBlock", filter, body: parseBlock(stream, "endfilter").body };
}

function parseWith(stream: TokenStream): Statement {
  const bindings: (readonly [Target, Expression])[] = [];
  while (!stream.is("blockEnd")) {
    if (bindings.length > 0) stream.expect("operator", ",");
    const target = parseTarget(stream, false);
    stream.expect("operator", "=");
    bindings.push([target, parseExpression(stream)]);
  }
  return { kind: "with", bindings, body: parseBlock(stream, "endwith").body };
}
