// The values of @huggingface/jinja, with what Python does with them: texts of values, equality, order, arguments. The package does
// not export their classes, so each is taken from a value of its kind.
import { Environment, Interpreter, parse, tokenize } from "@huggingface/jinja";
import { characters, reprFloat, reprText } from "./python-text.ts";
import { pythonSays } from "./python-says.ts";
import { TemplateError, UnsupportedTemplateError } from "./template-error.ts";
import { words } from "../../words/message.ts";

export interface Value {
  readonly type: string;
  readonly value: unknown;
}

interface Held<T> extends Value {
  readonly value: T;
}

type Kind<T> = new (value: T) => Held<T>;
type Members = Map<string, Value>;

const kindOf = <T>(sample: unknown): Kind<T> => new Environment().set("sample", sample).constructor as unknown as Kind<T>;
const kindOfExpression = <T>(expression: string): Kind<T> => {
  const [node] = parse(tokenize(`{{ ${expression} }}`)).body;
  return new Interpreter().evaluate(node, new Environment()).constructor as unknown as Kind<T>;
};

export const Text = kindOf<string>("");
export const Integer = kindOf<number>(0);
export const Float = kindOf<number>(0.5);
export const Bool = kindOf<boolean>(true);
export const None = kindOf<null>(null);
/** What is not there: empty text, false, no items; asking it for more is an error. */
export const Undefined = kindOf<undefined>(undefined);
export const List = kindOf<readonly Value[]>([]);
export const Dict = kindOf<Members>({});
export const Tuple = kindOfExpression<readonly Value[]>("(1, 1)");
export const Namespace = kindOfExpression<Members>("namespace()");

/** What select, map and their kind give: true even where it is empty, without a length, and read once. */
export class Lazy extends List {
  #items: readonly Value[];
  constructor(items: readonly Value[]) {
    super([]);
    this.#items = items;
  }
  __bool__(): Value {
    return bool(true);
  }
  take(count = this.#items.length): readonly Value[] {
    const taken = this.#items.slice(0, count);
    this.#items = this.#items.slice(count);
    return taken;
  }
}

/** dict.keys() and its kind, and range(): with a length; only a range can be indexed. */
export class View extends List {
  readonly isRange: boolean;
  constructor(items: readonly Value[], isRange = false) {
    super(items);
    this.isRange = isRange;
  }
}

/** Text that `safe` marked. It prints as it is; what else Python does with it escapes, and is refused. */
export class Markup extends Text {}

export class Loop extends Namespace {}

export interface Arguments {
  readonly args: readonly Value[];
  readonly kwargs: ReadonlyMap<string, Value>;
}

export class Callable extends kindOf<(given: Arguments) => Value>(() => null) {}

export const textValue = (value: string): Value => new Text(value);
export const bool = (value: boolean): Value => new Bool(value);
export const integer = (value: number): Value => new Integer(value);
export const none: Value = new None(null);
export const missing: Value = new Undefined(undefined);

export type Numeric = Held<number> | Held<boolean>;
export const isNumeric = (value: Value): value is Numeric => value instanceof Integer || value instanceof Float || value instanceof Bool;

const typeNames: Readonly<Record<string, string>> = {
  NullValue: "NoneType",
  StringValue: "str",
  IntegerValue: "int",
  BooleanValue: "bool",
  ArrayValue: "list",
  ObjectValue: "dict",
};
export const typeName = ({ type }: Value): string => typeNames[type] ?? type.replace(/Value$/, "").toLowerCase();

export function isTrue(value: Value): boolean {
  if (value instanceof Lazy) return true;
  if (value instanceof List) return value.value.length > 0;
  return value instanceof Dict ? value.value.size > 0 : Boolean(value.value);
}

/** The items of a for loop. @throws TemplateError where there is nothing to go through */
export function itemsOf(value: Value): readonly Value[] {
  if (value instanceof Text) return characters(value.value).map(textValue);
  if (value instanceof Lazy) return value.take();
  if (value instanceof List) return value.value;
  if (value instanceof Dict) return [...value.value.keys()].map(textValue);
  if (value instanceof Undefined) return [];
  throw new TemplateError(pythonSays.notIterable(typeName(value)));
}

export const pairsOf = (dict: Held<Members>): Value[] => [...dict.value].map(([key, value]) => new Tuple([textValue(key), value]));

/** str(value) */
export function textOf(value: Value): string {
  if (value instanceof Text) return value.value;
  return value instanceof Undefined ? "" : reprOf(value);
}

/** repr(value) */
export function reprOf(value: Value): string {
  if (value instanceof None) return "None";
  if (value instanceof Text && !(value instanceof Markup)) return reprText(value.value);
  if (value instanceof Integer) return String(safeInteger(value.value));
  if (value instanceof Bool) return value.value ? "True" : "False";
  if (value instanceof Float) return reprFloat(value.value);
  if (value instanceof Undefined) return "Undefined";
  if (value instanceof Tuple) return `(${value.value.map(reprOf).join(", ")}${value.value.length === 1 ? "," : ""})`;
  if (value instanceof List && !(value instanceof Lazy) && !(value instanceof View)) return `[${value.value.map(reprOf).join(", ")}]`;
  if (value instanceof Dict) return `{${[...value.value].map(([key, entry]) => `${reprText(key)}: ${reprOf(entry)}`).join(", ")}}`;
  throw new UnsupportedTemplateError(words("jinja/no-text", { type: typeName(value) }));
}

/** Beyond 2⁵³ JavaScript's whole numbers have gaps that Python's have not. */
export function safeInteger(value: number): number {
  if (Number.isSafeInteger(value)) return value;
  throw new UnsupportedTemplateError(words("jinja/counts-beyond"));
}

/** Python's ==. */
export function isEqual(a: Value, b: Value): boolean {
  if (isNumeric(a) && isNumeric(b)) return Number(a.value) === Number(b.value);
  if (a instanceof List && b instanceof List && a instanceof Tuple === b instanceof Tuple)
    return a.value.length === b.value.length && a.value.every((item, at) => isEqual(item, b.value[at] as Value));
  if (a instanceof Dict && b instanceof Dict) {
    const other = b.value;
    return a.value.size === other.size && [...a.value].every(([key, value]) => other.has(key) && isEqual(value, other.get(key) as Value));
  }
  if (a instanceof Text && b instanceof Text) return a.value === b.value;
  return a === b || (a.type === b.type && (a instanceof None || a instanceof Undefined));
}

/** Negative, zero or positive, as Python orders texts, numbers, lists and tuples. @throws TemplateError for others */
export function compare(a: Value, b: Value): number {
  if (isNumeric(a) && isNumeric(b)) return Number(a.value) - Number(b.value);
  if (a instanceof Text && b instanceof Text) return compareTexts(characters(a.value), characters(b.value));
  if (a instanceof List && b instanceof List && a.constructor === b.constructor && !(a instanceof Lazy) && !(a instanceof View)) {
    const at = a.value.findIndex((item, index) => index >= b.value.length || !isEqual(item, b.value[index] as Value));
    if (at === -1 || at >= b.value.length) return a.value.length - b.value.length;
    return compare(a.value[at] as Value, b.value[at] as Value);
  }
  throw new TemplateError(words("jinja/not-ordered", { one: typeName(a), other: typeName(b) }));
}

/** By code points; JavaScript's own order is by UTF-16 units. */
function compareTexts(left: readonly string[], right: readonly string[]): number {
  const at = left.findIndex((character, index) => character !== right[index]);
  if (at === -1) return left.length - right.length;
  return at >= right.length ? 1 : (left[at]?.codePointAt(0) ?? 0) - (right[at]?.codePointAt(0) ?? 0);
}

/** Parameters by position and name, as Python binds them. @throws TemplateError for one too many or of unknown name */
export function bind(name: string, { args, kwargs }: Arguments, parameters: readonly string[]): (Value | undefined)[] {
  if (args.length > parameters.length) throw new TemplateError(words("jinja/too-many-arguments", { name, count: parameters.length }));
  for (const key of kwargs.keys()) {
    const place = parameters.indexOf(key);
    if (place === -1) throw new TemplateError(words("jinja/unknown-argument", { name, argument: key }));
    if (place < args.length) throw new TemplateError(words("jinja/argument-twice", { name, argument: key }));
  }
  return parameters.map((parameter, at) => (at < args.length ? args[at] : kwargs.get(parameter)));
}

export function wholeNumber(value: Value | undefined, otherwise: number): number {
  if (value === undefined) return otherwise;
  if (value instanceof Integer || value instanceof Bool) return Number(value.value);
  throw new TemplateError(words("jinja/whole-number", { type: typeName(value) }));
}
