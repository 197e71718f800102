// Expressions to values.
import { attributeOf, itemOf, sliceOf } from "./attributes.ts";
import { applyFilter } from "./filters.ts";
import type { CallArguments, Constant, Expression, FilterNode } from "./nodes.ts";
import { calculate, compareValues, concatenated, signed } from "./operators.ts";
import type { Scope } from "./scope.ts";
import { TemplateError } from "./template-error.ts";
import { runTest } from "./tests.ts";
import { Callable, Float, isDict, isTrue, itemsOf, textOf, Tuple, typeName, Undefined } from "./values.ts";
import type { Arguments, Value } from "./values.ts";

export function evaluate(node: Expression, scope: Scope): Value {
  const value = (inner: Expression): Value => evaluate(inner, scope);
  switch (node.kind) {
    case "constant":
      return constant(node.value);
    case "name":
      return scope.lookUp(node.name);
    case "tuple":
      return new Tuple(node.items.map(value));
    case "list":
      return node.items.map(value);
    case "dict":
      return new Map(node.pairs.map(([key, entry]) => [value(key), value(entry)]));
    case "attribute":
      return attributeOf(value(node.object), node.name);
    case "item":
      return node.key.kind === "slice"
        ? sliceOf(
            value(node.object),
            node.key.bounds.map((bound) => (bound ? value(bound) : null)),
          )
        : itemOf(value(node.object), value(node.key));
    case "call":
      return call(value(node.callee), argumentsOf(node, scope));
    case "filter":
      return filterValue(node, null, scope);
    case "test":
      return runTest(node.name, value(node.operand), argumentsOf(node, scope).args);
    case "slice":
      throw new TemplateError("a slice stands outside of brackets");
    default:
      return evaluateOperator(node, scope);
  }
}

type OperatorNode = Extract<
  Expression,
  { kind: "condition" | "and" | "or" | "not" | "negative" | "positive" | "arithmetic" | "concatenation" | "comparison" }
>;

function evaluateOperator(node: OperatorNode, scope: Scope): Value {
  const value = (inner: Expression): Value => evaluate(inner, scope);
  switch (node.kind) {
    case "condition":
      if (isTrue(value(node.test))) return value(node.body);
      return node.otherwise ? value(node.otherwise) : new Undefined("the inline if-expression evaluated to false and no else is there");
    case "and": {
      const left = value(node.left);
      return isTrue(left) ? value(node.right) : left;
    }
    case "or": {
      const left = value(node.left);
      return isTrue(left) ? left : value(node.right);
    }
    case "not":
      return !isTrue(value(node.operand));
    case "negative":
      return signed(-1, value(node.operand));
    case "positive":
      return signed(1, value(node.operand));
    case "arithmetic":
      return calculate(node.operator, value(node.left), value(node.right));
    case "concatenation":
      return concatenated(node.parts.map(value));
    case "comparison":
      return comparison(node, scope);
    default:
      return node satisfies never;
  }
}

/** `a < b < c` is both; the rest is not computed once one fails. */
function comparison({ left, rest }: Extract<Expression, { kind: "comparison" }>, scope: Scope): boolean {
  let before = evaluate(left, scope);
  for (const { operator, right } of rest) {
    const next = evaluate(right, scope);
    if (!compareValues(operator, before, next)) return false;
    before = next;
  }
  return true;
}

function constant(value: Constant): Value {
  return typeof value === "object" && value !== null ? new Float(value.float) : value;
}

/** @param block the text of a filter block, for the innermost filter; null in expressions */
export function filterValue(node: FilterNode, block: string | null, scope: Scope): Value {
  const { operand } = node;
  let value: Value;
  if (!operand) value = block ?? "";
  else value = operand.kind === "filter" ? filterValue(operand, block, scope) : evaluate(operand, scope);
  return applyFilter(node.name, value, argumentsOf(node, scope));
}

export function call(callee: Value, given: Arguments): Value {
  if (callee instanceof Callable) return callee.call(given);
  if (callee instanceof Undefined) throw new TemplateError(`${callee.hint}, so it cannot be called`);
  throw new TemplateError(`'${typeName(callee)}' object is not callable`);
}

export function argumentsOf({ args, kwargs, spread, keywordSpread }: CallArguments, scope: Scope): Arguments {
  const positional = args.map((argument) => evaluate(argument, scope));
  const named = new Map(kwargs.map(({ key, value }) => [key, evaluate(value, scope)]));
  if (spread) positional.push(...itemsOf(evaluate(spread, scope)));
  if (keywordSpread) {
    const more = evaluate(keywordSpread, scope);
    if (!isDict(more)) throw new TemplateError("argument after ** must be a mapping");
    for (const [key, value] of more) named.set(textOf(key), value);
  }
  return { args: positional, kwargs: named };
}
