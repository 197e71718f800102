// + - * / // % ** and comparisons, as Python computes them.
import type { ArithmeticOperator, ComparisonOperator } from "./nodes.ts";
import { TemplateError, UnsupportedTemplateError } from "./template-error.ts";
import { isIn } from "./tests.ts";
import { compare, Float, isEqual, isList, isNumber, Markup, numberOf, safeInteger, textOf, Tuple, typeName, Undefined } from "./values.ts";
import type { Value } from "./values.ts";

export function compareValues(operator: ComparisonOperator, left: Value, right: Value): boolean {
  switch (operator) {
    case "==":
      return isEqual(left, right);
    case "!=":
      return !isEqual(left, right);
    case "in":
      return isIn(left, right);
    case "not in":
      return !isIn(left, right);
    case "<":
      return compare(left, right) < 0;
    case "<=":
      return compare(left, right) <= 0;
    case ">":
      return compare(left, right) > 0;
    case ">=":
      return compare(left, right) >= 0;
    default:
      return operator satisfies never;
  }
}

export function calculate(operator: ArithmeticOperator, left: Value, right: Value): Value {
  for (const side of [left, right]) if (side instanceof Undefined) throw new TemplateError(`${side.hint}, so ${operator} cannot take it`);
  if (isNumber(left) && isNumber(right)) return ofNumbers(operator, left, right);
  if (operator === "+") return joined(left, right);
  if (operator === "*" && isNumber(left)) return repeated(right, left);
  if (operator === "*" && isNumber(right)) return repeated(left, right);
  if (operator === "%" && typeof left === "string") throw new UnsupportedTemplateError("% of a text is not known");
  throw unfit(operator, left, right);
}

function joined(left: Value, right: Value): Value {
  if (typeof left === "string" && typeof right === "string") return left + right;
  if (isList(left) && isList(right)) return [...left, ...right];
  if (left instanceof Tuple && right instanceof Tuple) return new Tuple([...left.items, ...right.items]);
  if (left instanceof Markup || right instanceof Markup) throw new UnsupportedTemplateError('+ of what "safe" marked is not known');
  throw unfit("+", left, right);
}

function repeated(value: Value, times: number | boolean | Float): Value {
  if (times instanceof Float) throw unfit("*", value, times);
  const count = Math.max(0, Number(times));
  if (typeof value === "string") return value.repeat(count);
  if (isList(value)) return Array.from({ length: count }, () => value).flat();
  throw unfit("*", value, times);
}

function ofNumbers(operator: ArithmeticOperator, left: number | boolean | Float, right: number | boolean | Float): Value {
  const [a, b] = [numberOf(left), numberOf(right)];
  const isFloat = left instanceof Float || right instanceof Float;
  const result = (value: number): Value => (isFloat ? new Float(value) : safeInteger(value));
  if (a === 0 && b < 0 && operator === "**") throw new TemplateError("0.0 cannot be raised to a negative power");
  if (b === 0 && (operator === "/" || operator === "//" || operator === "%")) throw new TemplateError("division by zero");
  switch (operator) {
    case "+":
      return result(a + b);
    case "-":
      return result(a - b);
    case "*":
      return result(a * b);
    case "/":
      return new Float(a / b);
    case "//":
      return result(Math.floor(a / b));
    case "%":
      return result(a - b * Math.floor(a / b));
    case "**":
      return isFloat || b < 0 ? new Float(a ** b) : result(a ** b);
    default:
      return operator satisfies never;
  }
}

/** + or - before a value. */
export function signed(sign: 1 | -1, value: Value): Value {
  if (!isNumber(value)) throw new TemplateError(`bad operand type for unary: '${typeName(value)}'`);
  return value instanceof Float ? new Float(sign * value.value) : sign * Number(value) + 0;
}

export const concatenated = (values: readonly Value[]): string => values.map(textOf).join("");

const unfit = (operator: string, left: Value, right: Value): TemplateError =>
  new TemplateError(`unsupported operand types for ${operator}: '${typeName(left)}' and '${typeName(right)}'`);
