// a.b, a["b"], a[0] and a[1:2], as jinja2's sandboxed environment looks them up: with a dot methods come before keys, in brackets
// keys before methods; what is not there is undefined, not an error.
import { methodOf } from "./python-methods.ts";
import { characters } from "./python-text.ts";
import { pythonSays } from "./python-says.ts";
import { TemplateError, UnsupportedTemplateError } from "./template-error.ts";
import { words } from "../../words/message.ts";
import {
  Bool,
  Callable,
  Dict,
  Integer,
  isNumeric,
  Lazy,
  List,
  Loop,
  Markup,
  missing,
  Namespace,
  None,
  Text,
  textValue,
  textOf,
  Tuple,
} from "./values.ts";
import { typeName, Undefined, View, wholeNumber, type Value } from "./values.ts";

export function attributeOf(object: Value, name: string): Value {
  refuseUndefined(object, name);
  if (name.startsWith("_")) throw new TemplateError(pythonSays.unsafe(name, typeName(object)));
  if (object instanceof Namespace) return object.value.get(name) ?? missing;
  return methodOf(object, name) ?? (object instanceof Dict ? object.value.get(name) : undefined) ?? otherAttribute(object, name);
}

export function itemOf(object: Value, key: Value): Value {
  refuseUndefined(object, key instanceof Text ? key.value : "item");
  if (object instanceof Markup || object instanceof Loop)
    throw new UnsupportedTemplateError(words("jinja/items-of", { type: typeName(object) }));
  if (key instanceof Integer || key instanceof Bool) return sequence(object)?.at(Number(key.value)) ?? missing;
  if (!(key instanceof Text)) return missing;
  if (object instanceof Dict || object instanceof Namespace) {
    const value = object.value.get(key.value);
    if (value !== undefined) return value;
  }
  if (object instanceof Namespace || key.value.startsWith("_")) return missing;
  return methodOf(object, key.value) ?? otherAttribute(object, key.value);
}

/** `a.b.0`, as map, sort and join take attributes. */
export function pathOf(item: Value, path: Value, otherwise?: Value): Value {
  const keys =
    path instanceof Text ? path.value.split(".").map((key) => (/^\d+$/.test(key) ? new Integer(Number(key)) : textValue(key))) : [path];
  let value = item;
  for (const key of keys) {
    value = itemOf(value, key);
    if (value instanceof Undefined && otherwise !== undefined && !(otherwise instanceof None)) value = otherwise;
  }
  return value;
}

/** @param bounds start, stop and step; undefined where one is left out */
export function sliceOf(object: Value, bounds: readonly (Value | undefined)[]): Value {
  const [start = null, stop = null, step = null] = bounds.map((bound) =>
    bound === undefined || bound instanceof None ? null : wholeNumber(bound, 0),
  );
  const items = sequence(object);
  if (!items) throw new TemplateError(words("jinja/not-sliced", { type: typeName(object) }));
  if (step === 0) throw new TemplateError(pythonSays.sliceStep());
  const taken = indices(items.length, start, stop, step ?? 1).map((at) => items[at] as Value);
  if (object instanceof Text) return textValue(taken.map(textOf).join(""));
  if (object instanceof View) return new View(taken, true);
  return object instanceof Tuple ? new Tuple(taken) : new List(taken);
}

/** Python's slice.indices. */
function indices(length: number, start: number | null, stop: number | null, step: number): number[] {
  const [lowest, highest] = step > 0 ? [0, length] : [-1, length - 1];
  const clamp = (value: number): number => Math.min(highest, Math.max(lowest, value < 0 ? value + length : value));
  const from = start === null ? (step > 0 ? lowest : highest) : clamp(start);
  const to = stop === null ? (step > 0 ? highest : lowest) : clamp(stop);
  const count = Math.max(0, Math.ceil((to - from) / step));
  return Array.from({ length: count }, (_, at) => from + at * step);
}

function sequence(object: Value): readonly Value[] | undefined {
  if (object instanceof Text) return characters(object.value).map(textValue);
  if (object instanceof Lazy || (object instanceof View && !object.isRange)) return undefined;
  return object instanceof List ? object.value : undefined;
}

/** Numbers and functions have attributes in Python that no chat template needs. */
function otherAttribute(object: Value, name: string): Value {
  const numeric = /^(real|imag|numerator|denominator|conjugate|bit_\w+|to_bytes|from_bytes|as_integer_ratio|is_integer|hex|fromhex)$/;
  const isOpaque = object instanceof Lazy || object instanceof Callable;
  if (isOpaque || (isNumeric(object) && numeric.test(name)))
    throw new UnsupportedTemplateError(words("jinja/attribute", { name, type: typeName(object) }));
  return missing;
}

function refuseUndefined(object: Value, name: string): void {
  if (object instanceof Undefined) throw new TemplateError(words("jinja/undefined-member", { name }));
}
