// + - * / // % ** ~ and comparisons, as Python computes them.
import { TemplateError, UnsupportedTemplateError } from "./template-error.ts";
import * as values from "./values.ts";
import type { Numeric, Value } from "./values.ts";

const { Float, List, Markup, Text, Tuple, Undefined } = values;

export function calculate(operator: string, left: Value, right: Value): Value {
  switch (operator) {
    case "==":
      return values.bool(values.isEqual(left, right));
    case "!=":
      return values.bool(!values.isEqual(left, right));
    case "in":
      return values.bool(isIn(left, right));
    case "not in":
      return values.bool(!isIn(left, right));
    case "<":
      return values.bool(values.compare(left, right) < 0);
    case "<=":
      return values.bool(values.compare(left, right) <= 0);
    case ">":
      return values.bool(values.compare(left, right) > 0);
    case ">=":
      return values.bool(values.compare(left, right) >= 0);
    case "+~":
      if (!(left instanceof Text)) throw new UnsupportedTemplateError("~ after + of what is no text is not known");
      return values.textValue(values.textOf(left) + values.textOf(right));
    case "~":
      return values.textValue(values.textOf(left) + values.textOf(right));
    default:
      return arithmetic(operator, left, right);
  }
}

/** @throws TemplateError where nothing can lie in it */
export function isIn(item: Value, container: Value): boolean {
  if (container instanceof Text) {
    if (item instanceof Text) return container.value.includes(item.value);
    throw new TemplateError(`'in <string>' requires string as left operand, not ${values.typeName(item)}`);
  }
  if (!(container instanceof values.Dict)) return values.itemsOf(container).some((other) => values.isEqual(other, item));
  if (item instanceof Tuple) throw new UnsupportedTemplateError("a tuple as a key is not known");
  if (item instanceof List || item instanceof values.Dict) throw new TemplateError(`unhashable type: '${values.typeName(item)}'`);
  return item instanceof Text && container.value.has(item.value);
}

function arithmetic(operator: string, left: Value, right: Value): Value {
  for (const side of [left, right]) if (side instanceof Undefined) throw new TemplateError(`what is undefined has no ${operator}`);
  if (values.isNumeric(left) && values.isNumeric(right)) return ofNumbers(operator, left, right);
  if (operator === "+") return joined(left, right);
  if (operator === "*" && values.isNumeric(left)) return repeated(right, left);
  if (operator === "*" && values.isNumeric(right)) return repeated(left, right);
  if (operator === "%" && left instanceof Text) throw new UnsupportedTemplateError("% of a text is not known");
  throw unfit(operator, left, right);
}

function joined(left: Value, right: Value): Value {
  if (left instanceof Markup || right instanceof Markup) throw new UnsupportedTemplateError('+ of what "safe" marked is not known');
  if (left instanceof Text && right instanceof Text) return values.textValue(left.value + right.value);
  const isPair = left.constructor === right.constructor && (left.constructor === Tuple || left.constructor === List);
  if (isPair) return new (left instanceof Tuple ? Tuple : List)([...values.itemsOf(left), ...values.itemsOf(right)]);
  throw unfit("+", left, right);
}

function repeated(value: Value, times: Value): Value {
  if (times instanceof Float) throw unfit("*", value, times);
  const count = Math.max(0, Number(times.value));
  if (value instanceof Text) return values.textValue(value.value.repeat(count));
  if (value.constructor !== Tuple && value.constructor !== List) throw unfit("*", value, times);
  return new (value instanceof Tuple ? Tuple : List)(Array.from({ length: count }, () => values.itemsOf(value)).flat());
}

function ofNumbers(operator: string, left: Numeric, right: Numeric): Value {
  const [a, b] = [Number(left.value), Number(right.value)];
  const isFloat = left instanceof Float || right instanceof Float;
  const result = (value: number): Value => (isFloat ? new Float(value) : values.integer(values.safeInteger(value)));
  if (a === 0 && b < 0 && operator === "**") throw new TemplateError("0.0 cannot be raised to a negative power");
  // How Python's Jinja binds a minus before ** depends on whether the number is a constant.
  if (a < 0 && operator === "**") throw new UnsupportedTemplateError("** of a negative number is not known");
  if (b === 0 && ["/", "//", "%"].includes(operator)) throw new TemplateError("division by zero");
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
      throw new UnsupportedTemplateError(`the operator ${operator} is not known`);
  }
}

const unfit = (operator: string, left: Value, right: Value): TemplateError =>
  new TemplateError(`unsupported operand types for ${operator}: '${values.typeName(left)}' and '${values.typeName(right)}'`);
