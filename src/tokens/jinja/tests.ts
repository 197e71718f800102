// What can follow "is", by jinja2's names.
import { isIn } from "./operators.ts";
import { TemplateError, UnsupportedTemplateError } from "./template-error.ts";
import { words } from "../../words/message.ts";
import { Bool, Callable, compare, Dict, Float, Integer, isEqual, isNumeric, isTrue, Lazy, List, none, None } from "./values.ts";
import { Text, textOf, typeName, Undefined, View, type Value } from "./values.ts";

type Test = (value: Value, ...others: readonly Value[]) => boolean;

function remainder(value: Value, by: number | Value): number {
  const divisor = typeof by === "number" ? by : isNumeric(by) ? Number(by.value) : null;
  if (isNumeric(value) && divisor !== null) return Number(value.value) % divisor;
  throw new TemplateError(words("jinja/not-divided", { type: typeName(value) }));
}

const isSame: Test = (value, other = none) => {
  const isSingle = (one: Value): boolean => one instanceof None || one instanceof Bool;
  if (isSingle(value) || isSingle(other)) return value.type === other.type && isEqual(value, other);
  if (value instanceof Integer && other instanceof Integer) return isEqual(value, other);
  if (value.type !== other.type || value instanceof List || value instanceof Dict) return value === other;
  throw new UnsupportedTemplateError(words("jinja/sameas"));
};

const order =
  (test: (sign: number) => boolean): Test =>
  (value, other = none) =>
    test(compare(value, other));
const cased =
  (letter: RegExp, change: (text: string) => string): Test =>
  (value) =>
    letter.test(textOf(value)) && textOf(value) === change(textOf(value));
const hasItems: Test = (value) => value instanceof Text || value instanceof List || value instanceof Dict || value instanceof Undefined;

const tests: Readonly<Record<string, Test>> = {
  defined: (value) => !(value instanceof Undefined),
  undefined: (value) => value instanceof Undefined,
  none: (value) => value instanceof None,
  boolean: (value) => value instanceof Bool,
  true: (value) => value instanceof Bool && value.value,
  false: (value) => value instanceof Bool && !value.value,
  integer: (value) => value instanceof Integer,
  float: (value) => value instanceof Float,
  number: isNumeric,
  string: (value) => value instanceof Text,
  mapping: (value) => value instanceof Dict,
  sequence: (value) => hasItems(value) && !(value instanceof Lazy) && !(value instanceof View && !value.isRange),
  iterable: hasItems,
  callable: (value) => value instanceof Callable || value instanceof Undefined,
  sameas: isSame,
  odd: (value) => Math.abs(remainder(value, 2)) === 1,
  even: (value) => remainder(value, 2) === 0,
  divisibleby: (value, by = none) => remainder(value, by) === 0,
  lower: cased(/\p{Ll}/u, (text) => text.toLowerCase()),
  upper: cased(/\p{Lu}/u, (text) => text.toUpperCase()),
  eq: (value, other = none) => isEqual(value, other),
  ne: (value, other = none) => !isEqual(value, other),
  lt: order((sign) => sign < 0),
  le: order((sign) => sign <= 0),
  gt: order((sign) => sign > 0),
  ge: order((sign) => sign >= 0),
  in: (value, other = none) => isIn(value, other),
};

const aliases: ReadonlyMap<string, string> = new Map([
  ["equalto", "eq"],
  ["==", "eq"],
  ["!=", "ne"],
  ["<", "lt"],
  ["lessthan", "lt"],
  ["<=", "le"],
  [">", "gt"],
  ["greaterthan", "gt"],
  [">=", "ge"],
]);

/** @throws UnsupportedTemplateError for a test that is not in the table */
export function runTest(name: string, value: Value, others: readonly Value[]): boolean {
  const known = aliases.get(name) ?? name;
  const test = Object.hasOwn(tests, known) ? tests[known] : undefined;
  if (!test) throw new UnsupportedTemplateError(words("jinja/test", { name }));
  return test(value, ...others);
}

/** A named test with its arguments, or truth where none is named: what select and selectattr ask. */
export function testOf(args: readonly Value[]): (value: Value) => boolean {
  const [name, ...others] = args;
  if (name === undefined) return isTrue;
  if (!(name instanceof Text)) throw new TemplateError(words("jinja/test-name"));
  return (value) => runTest(name.value, value, others);
}
