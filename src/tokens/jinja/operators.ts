// + - * / // % ** ~ and comparisons, as Python computes them.
import { pythonSays } from "./python-says.ts";
import { TemplateError, UnsupportedTemplateError } from "./template-error.ts";
import { words } from "../../words/message.ts";
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
      if (!(left instanceof Text)) throw new UnsupportedTemplateError(words("jinja/tilde-after-plus"));
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
    throw new TemplateError(pythonSays.inText(values.typeName(item)));
  }
  if (!(container instanceof values.Dict)) return values.itemsOf(container).some((other) => values.isEqual(other, item));
  if (item instanceof Tuple) throw new UnsupportedTemplateError(words("jinja/key-type", { type: values.typeName(item) }));
  if (item instanceof List || item instanceof values.Dict) throw new TemplateError(pythonSays.unhashable(values.typeName(item)));
  return item instanceof Text && container.value.has(item.value);
}

function arithmetic(operator: string, left: Value, right: Value): Value {
  for (const side of [left, right]) if (side instanceof Undefined) throw new TemplateError(words("jinja/undefined-operand", { operator }));
  if (values.isNumeric(left) && values.isNumeric(right)) return ofNumbers(operator, left, right);
  if (operator === "+") return joined(left, right);
  if (operator === "*") {
    const product = values.isNumeric(left) ? repeated(right, left) : values.isNumeric(right) ? repeated(left, right) : null;
    if (product) return product;
  }
  if (operator === "%" && left instanceof Text) throw new UnsupportedTemplateError(words("jinja/percent"));
  throw unfit(operator, left, right);
}

function joined(left: Value, right: Value): Value {
  if (left instanceof Markup || right instanceof Markup) throw new UnsupportedTemplateError(words("jinja/of-marked", { name: "+" }));
  if (left instanceof Text && right instanceof Text) return values.textValue(left.value + right.value);
  const isPair = left.constructor === right.constructor && (left.constructor === Tuple || left.constructor === List);
  if (isPair) return new (left instanceof Tuple ? Tuple : List)([...values.itemsOf(left), ...values.itemsOf(right)]);
  throw unfit("+", left, right);
}

/** Null where it is no sequence, or not a whole number of times. */
function repeated(value: Value, times: Value): Value | null {
  if (times instanceof Float) return null;
  const count = Math.max(0, Number(times.value));
  if (value instanceof Text) return values.textValue(value.value.repeat(count));
  if (!isSequence(value)) return null;
  return new (value instanceof Tuple ? Tuple : List)(Array.from({ length: count }, () => values.itemsOf(value)).flat());
}

function ofNumbers(operator: string, left: Numeric, right: Numeric): Value {
  const [a, b] = [Number(left.value), Number(right.value)];
  const isFloat = left instanceof Float || right instanceof Float;
  const result = (value: number): Value => (isFloat ? new Float(value) : values.integer(values.safeInteger(value)));
  if (a === 0 && b < 0 && operator === "**") throw new TemplateError(pythonSays.negativePower());
  // How Python's Jinja binds a minus before ** depends on whether the number is a constant.
  if (a < 0 && operator === "**") throw new UnsupportedTemplateError(words("jinja/negative-base"));
  if (b === 0 && (operator === "/" || operator === "//" || operator === "%"))
    throw new TemplateError(pythonSays.divisionByZero(operator, isFloat));
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
      throw new UnsupportedTemplateError(words("jinja/operator", { operator }));
  }
}

function unfit(operator: string, left: Value, right: Value): TemplateError {
  const [one, other] = [values.typeName(left), values.typeName(right)];
  if (operator === "+" && isSequence(left)) return new TemplateError(pythonSays.concatenate(one, other));
  if (operator === "*" && isSequence(left)) return new TemplateError(pythonSays.multiply(other));
  if (operator === "*" && isSequence(right)) return new TemplateError(pythonSays.multiply(one));
  return new TemplateError(pythonSays.operands(operator === "**" ? "** or pow()" : operator, one, other));
}

const isSequence = (value: Value): boolean => value instanceof Text || value.constructor === Tuple || value.constructor === List;
