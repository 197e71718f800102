// What can follow "is", by jinja2's names.
import { TemplateError, UnsupportedTemplateError } from "./template-error.ts";
import {
  Callable,
  compare,
  Float,
  isDict,
  isEqual,
  isList,
  isNumber,
  isTrue,
  itemsOf,
  Markup,
  numberOf,
  Tuple,
  typeName,
  Undefined,
} from "./values.ts";
import { Generator, View } from "./values.ts";
import type { Value } from "./values.ts";

type Test = (value: Value, ...others: readonly Value[]) => boolean;

const isText = (value: Value): value is string | Markup => typeof value === "string" || value instanceof Markup;
const text = (value: Value): string => (value instanceof Markup ? value.text : (value as string));

function remainder(value: Value, by: Value): number {
  if (isNumber(value) && isNumber(by)) return numberOf(value) % numberOf(by);
  throw new TemplateError(`a ${typeName(value)} cannot be divided`);
}

/** @throws TemplateError where nothing can lie in it */
export function isIn(item: Value, container: Value): boolean {
  if (isText(container)) {
    if (isText(item)) return text(container).includes(text(item));
    throw new TemplateError(`'in <string>' requires string as left operand, not ${typeName(item)}`);
  }
  if (!isDict(container)) return itemsOf(container).some((other) => isEqual(other, item));
  if (item instanceof Tuple) throw new UnsupportedTemplateError("a tuple as a key is not known");
  if (isList(item) || isDict(item)) throw new TemplateError(`unhashable type: '${typeName(item)}'`);
  return container.has(item instanceof Float ? item.value : item);
}

const isSame: Test = (value, other = null) => {
  if (typeof value === "object" && value !== null && !isList(value) && !isDict(value))
    throw new UnsupportedTemplateError("sameas of such values is not known");
  if (typeof value === "string" && value === other) throw new UnsupportedTemplateError("sameas of texts is not known");
  return value === other;
};

const tests: Readonly<Record<string, Test>> = {
  defined: (value) => !(value instanceof Undefined),
  undefined: (value) => value instanceof Undefined,
  none: (value) => value === null,
  boolean: (value) => typeof value === "boolean",
  true: (value) => value === true,
  false: (value) => value === false,
  integer: (value) => typeof value === "number",
  float: (value) => value instanceof Float,
  number: isNumber,
  string: isText,
  mapping: isDict,
  sequence: (value) =>
    isText(value) || isList(value) || isDict(value) || value instanceof Tuple || value instanceof Undefined || isRange(value),
  iterable: (value) =>
    isText(value) || isList(value) || isDict(value) || [Tuple, Undefined, Generator, View].some((kind) => value instanceof kind),
  callable: (value) => value instanceof Callable || value instanceof Undefined,
  sameas: isSame,
  odd: (value) => Math.abs(remainder(value, 2)) === 1,
  even: (value) => remainder(value, 2) === 0,
  divisibleby: (value, by = null) => remainder(value, by) === 0,
  lower: (value) => isText(value) && /\p{Ll}/u.test(text(value)) && text(value) === text(value).toLowerCase(),
  upper: (value) => isText(value) && /\p{Lu}/u.test(text(value)) && text(value) === text(value).toUpperCase(),
  eq: (value, other = null) => isEqual(value, other),
  ne: (value, other = null) => !isEqual(value, other),
  lt: (value, other = null) => compare(value, other) < 0,
  le: (value, other = null) => compare(value, other) <= 0,
  gt: (value, other = null) => compare(value, other) > 0,
  ge: (value, other = null) => compare(value, other) >= 0,
  in: (value, other = null) => isIn(value, other),
};

const isRange = (value: Value): boolean => value instanceof View && value.isRange;

const aliases: Readonly<Record<string, string>> = {
  equalto: "eq",
  "==": "eq",
  "!=": "ne",
  "<": "lt",
  lessthan: "lt",
  "<=": "le",
  ">": "gt",
  greaterthan: "gt",
  ">=": "ge",
};

/** @throws UnsupportedTemplateError for a test that is not in the table */
export function runTest(name: string, value: Value, others: readonly Value[]): boolean {
  const test = tests[Object.hasOwn(aliases, name) ? (aliases[name] ?? name) : name];
  if (!test || !Object.hasOwn(tests, aliases[name] ?? name)) throw new UnsupportedTemplateError(`the test "is ${name}" is not known`);
  return test(value, ...others);
}

/** A named test with its arguments, or truth where none is named: what select and selectattr ask. */
export function testOf(args: readonly Value[]): (value: Value) => boolean {
  const [name, ...others] = args;
  if (name === undefined) return isTrue;
  if (typeof name !== "string") throw new TemplateError("the name of a test is no text");
  return (value) => runTest(name, value, others);
}
