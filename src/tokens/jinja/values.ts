// Python's values, as far as templates meet them. Texts, whole numbers, true/false, None and lists are JavaScript's own; the
// rest has a class, so that 1.0 is not 1, a tuple no list and a generator always true.
import { UnsupportedTemplateError, TemplateError } from "./template-error.ts";
import { characters, reprFloat, reprText } from "./python-text.ts";

export type Value =
  | string
  | number
  | boolean
  | null
  | Float
  | Undefined
  | readonly Value[]
  | Tuple
  | Dict
  | Namespace
  | Callable
  | Generator
  | View
  | Markup
  | Loop;

export type Dict = ReadonlyMap<Value, Value>;

export class Float {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

/** What is not there: empty text, false, no items; asking it for more is an error. */
export class Undefined {
  readonly hint: string;
  constructor(hint: string) {
    this.hint = hint;
  }
}

export class Tuple {
  readonly items: readonly Value[];
  constructor(items: readonly Value[]) {
    this.items = items;
  }
}

export class Namespace {
  readonly members: Map<string, Value>;
  constructor(members: Map<string, Value>) {
    this.members = members;
  }
}

export interface Arguments {
  readonly args: readonly Value[];
  readonly kwargs: ReadonlyMap<string, Value>;
}

export type Filter = (value: Value, given: Arguments) => Value;

export class Callable {
  readonly call: (given: Arguments) => Value;
  readonly name: string;
  constructor(name: string, call: (given: Arguments) => Value) {
    this.name = name;
    this.call = call;
  }
}

/** What select, map and their kind give: true even where it is empty, without a length, and read once. */
export class Generator {
  #items: readonly Value[];
  constructor(items: readonly Value[]) {
    this.#items = items;
  }
  take(): readonly Value[] {
    const items = this.#items;
    this.#items = [];
    return items;
  }
  takeOne(): Value | undefined {
    const [first, ...rest] = this.#items;
    this.#items = rest;
    return first;
  }
}

/** dict.keys(), dict.values(), dict.items(), and range(): with a length; only a range can be indexed. */
export class View {
  readonly items: readonly Value[];
  readonly isRange: boolean;
  constructor(items: readonly Value[], isRange = false) {
    this.items = items;
    this.isRange = isRange;
  }
}

/** Text that `safe` marked. It prints as it is; what else Python does with it escapes, and is refused. */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export class Loop {
  readonly items: readonly Value[];
  readonly index0: number;
  readonly depth: number;
  constructor(items: readonly Value[], index0: number, depth: number) {
    this.items = items;
    this.index0 = index0;
    this.depth = depth;
  }
}

export const isDict = (value: Value): value is Dict => value instanceof Map;
export const isList = (value: Value): value is readonly Value[] => Array.isArray(value);
export const isNumber = (value: Value): value is number | boolean | Float =>
  typeof value === "number" || typeof value === "boolean" || value instanceof Float;
export const numberOf = (value: number | boolean | Float): number => (value instanceof Float ? value.value : Number(value));

/** From JSON and from the application: objects keep the order of their keys. */
export function fromJson(value: unknown): Value {
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "number":
      return Number.isInteger(value) ? value : new Float(value);
    case "object":
      if (value === null) return null;
      if (Array.isArray(value)) return value.map(fromJson);
      return new Map(Object.entries(value).flatMap(([key, entry]) => (entry === undefined ? [] : [[key, fromJson(entry)] as const])));
    default:
      throw new TemplateError(`a ${typeof value} cannot be given to a template`);
  }
}

/** What type(value).__name__ says. */
export function typeName(value: Value): string {
  if (value === null) return "NoneType";
  if (typeof value === "string") return "str";
  if (typeof value === "number") return "int";
  if (typeof value === "boolean") return "bool";
  if (isList(value)) return "list";
  if (isDict(value)) return "dict";
  if (value instanceof View) return value.isRange ? "range" : "dict view";
  return value instanceof Float ? "float" : value.constructor.name.toLowerCase();
}

export function isTrue(value: Value): boolean {
  if (value === null || value instanceof Undefined) return false;
  if (typeof value === "string") return value !== "";
  if (isNumber(value)) return numberOf(value) !== 0;
  if (isList(value)) return value.length > 0;
  if (isDict(value)) return value.size > 0;
  if (value instanceof Tuple || value instanceof View) return value.items.length > 0;
  return value instanceof Markup ? value.text !== "" : true;
}

/** The items of a for loop. @throws TemplateError where there is nothing to go through */
export function itemsOf(value: Value): readonly Value[] {
  if (typeof value === "string") return characters(value);
  if (isList(value)) return value;
  if (isDict(value)) return [...value.keys()];
  if (value instanceof Tuple || value instanceof View) return value.items;
  if (value instanceof Generator) return value.take();
  if (value instanceof Undefined) return [];
  throw new TemplateError(`'${typeName(value)}' object is not iterable`);
}

/** str(value) */
export function textOf(value: Value): string {
  if (typeof value === "string") return value;
  if (value instanceof Markup) return value.text;
  return value instanceof Undefined ? "" : reprOf(value);
}

function reprOf(value: Value): string {
  if (value === null) return "None";
  if (typeof value === "string") return reprText(value);
  if (typeof value === "number") return String(safeInteger(value));
  if (typeof value === "boolean") return value ? "True" : "False";
  if (value instanceof Float) return reprFloat(value.value);
  if (value instanceof Undefined) return "Undefined";
  if (isList(value)) return `[${value.map(reprOf).join(", ")}]`;
  if (value instanceof Tuple) return `(${value.items.map(reprOf).join(", ")}${value.items.length === 1 ? "," : ""})`;
  if (isDict(value)) return `{${[...value].map(([key, entry]) => `${reprOf(key)}: ${reprOf(entry)}`).join(", ")}}`;
  throw new UnsupportedTemplateError(`a ${typeName(value)} has no text here`);
}

/** Beyond 2⁵³ JavaScript's whole numbers have gaps that Python's have not. */
export function safeInteger(value: number): number {
  if (Number.isSafeInteger(value)) return value;
  throw new UnsupportedTemplateError("the template counts beyond 2 to the 53rd");
}

/** Python's ==. */
export function isEqual(a: Value, b: Value): boolean {
  if (isNumber(a) && isNumber(b)) return numberOf(a) === numberOf(b);
  if (isList(a) && isList(b)) return sameItems(a, b);
  if (a instanceof Tuple && b instanceof Tuple) return sameItems(a.items, b.items);
  if (isDict(a) && isDict(b)) {
    return a.size === b.size && [...a].every(([key, value]) => b.has(key) && isEqual(value, b.get(key) as Value));
  }
  if (a instanceof Undefined && b instanceof Undefined) return true;
  if (a instanceof Markup) return isEqual(a.text, b);
  return b instanceof Markup ? isEqual(a, b.text) : a === b;
}

const sameItems = (a: readonly Value[], b: readonly Value[]): boolean =>
  a.length === b.length && a.every((item, at) => isEqual(item, b[at] as Value));

/** Negative, zero or positive, as Python orders texts, numbers, lists and tuples. @throws TemplateError for others */
export function compare(a: Value, b: Value): number {
  if (isNumber(a) && isNumber(b)) return numberOf(a) - numberOf(b);
  if (typeof a === "string" && typeof b === "string") return compareTexts(a, b);
  const [left, right] = [a instanceof Tuple ? a.items : a, b instanceof Tuple ? b.items : b];
  if (isList(left) && isList(right) && a instanceof Tuple === b instanceof Tuple) {
    const at = left.findIndex((item, index) => index >= right.length || !isEqual(item, right[index] as Value));
    return at === -1 || at >= right.length ? left.length - right.length : compare(left[at] as Value, right[at] as Value);
  }
  throw new TemplateError(`'${typeName(a)}' and '${typeName(b)}' cannot be ordered`);
}

/** By code points; JavaScript's own order is by UTF-16 units. */
function compareTexts(a: string, b: string): number {
  const [left, right] = [characters(a), characters(b)];
  const at = left.findIndex((character, index) => character !== right[index]);
  if (at === -1) return left.length - right.length;
  return at >= right.length ? 1 : (left[at]?.codePointAt(0) ?? 0) - (right[at]?.codePointAt(0) ?? 0);
}

/** Parameters by position and name, as Python binds them. @throws TemplateError for one too many or of unknown name */
export function bind(name: string, { args, kwargs }: Arguments, parameters: readonly string[]): (Value | undefined)[] {
  if (args.length > parameters.length) throw new TemplateError(`${name}() takes at most ${parameters.length} arguments`);
  for (const key of kwargs.keys()) {
    const place = parameters.indexOf(key);
    if (place === -1) throw new TemplateError(`${name}() has no argument '${key}'`);
    if (place < args.length) throw new TemplateError(`${name}() got '${key}' twice`);
  }
  return parameters.map((parameter, at) => (at < args.length ? args[at] : kwargs.get(parameter)));
}
