// a.b, a["b"], a[0] and a[1:2], as jinja2's sandboxed environment looks them up: with a dot methods come before keys, in brackets
// keys before methods; what is not there is undefined, not an error.
import { methodOf } from "./methods.ts";
import { characters } from "./python-text.ts";
import { TemplateError, UnsupportedTemplateError } from "./template-error.ts";
import { Callable, Float, Generator, isDict, isList, Loop, Markup, Namespace, textOf, Tuple, typeName, Undefined, View } from "./values.ts";
import type { Dict, Value } from "./values.ts";

export function attributeOf(object: Value, name: string): Value {
  refuseUndefined(object, name);
  if (name.startsWith("_")) throw new TemplateError(`access to attribute '${name}' is unsafe`);
  if (object instanceof Namespace) return orMissing(object.members.get(name), object, name);
  if (object instanceof Loop) return loopAttribute(object, name);
  const method = methodOf(object, name);
  if (method) return method;
  const value = isDict(object) ? entry(object, name) : undefined;
  return value === undefined ? otherAttribute(object, name) : value;
}

export function itemOf(object: Value, key: Value): Value {
  refuseUndefined(object, typeof key === "string" ? key : "item");
  if (isDict(object)) {
    const value = entry(object, key);
    if (value !== undefined) return value;
  } else if (typeof key === "number" || typeof key === "boolean") {
    return orMissing(sequence(object)?.at(Number(key)), object, String(key));
  }
  if (object instanceof Namespace && typeof key === "string") return orMissing(object.members.get(key), object, key);
  if (typeof key !== "string") return missing(object, typeName(key));
  return key.startsWith("_") ? missing(object, key) : (methodOf(object, key) ?? otherAttribute(object, key));
}

/** `a.b.0`, as map, sort and join take attributes. */
export function pathOf(item: Value, path: Value, otherwise?: Value): Value {
  const keys = typeof path === "string" ? path.split(".").map((key) => (/^\d+$/.test(key) ? Number(key) : key)) : [path];
  let value = item;
  for (const key of keys) {
    value = itemOf(value, key);
    if (value instanceof Undefined && otherwise !== undefined && otherwise !== null) value = otherwise;
  }
  return value;
}

/** @param bounds start, stop and step; null where one is left out */
export function sliceOf(object: Value, bounds: readonly (Value | null)[]): Value {
  const [start = null, stop = null, step = null] = bounds.map(bound);
  if (step === 0) throw new TemplateError("slice step cannot be zero");
  const items = sequence(object);
  if (!items) throw new TemplateError(`a ${typeName(object)} cannot be sliced`);
  const taken = indices(items.length, start, stop, step ?? 1).map((at) => items[at] as Value);
  if (typeof object === "string") return taken.map(textOf).join("");
  if (object instanceof View) return new View(taken, true);
  return object instanceof Tuple ? new Tuple(taken) : taken;
}

function bound(value: Value | null): number | null {
  if (value === null) return null;
  if (typeof value === "number" || typeof value === "boolean") return Number(value);
  throw new TemplateError("slice indices must be integers or None");
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
  if (typeof object === "string") return characters(object);
  if (isList(object)) return object;
  if (object instanceof Tuple) return object.items;
  return object instanceof View && object.isRange ? object.items : undefined;
}

function entry(dict: Dict, key: Value): Value | undefined {
  return dict.get(key instanceof Float ? key.value : key);
}

function loopAttribute({ items, index0, depth }: Loop, name: string): Value {
  const values: Readonly<Record<string, () => Value>> = {
    index: () => index0 + 1,
    index0: () => index0,
    revindex: () => items.length - index0,
    revindex0: () => items.length - index0 - 1,
    first: () => index0 === 0,
    last: () => index0 === items.length - 1,
    length: () => items.length,
    depth: () => depth,
    depth0: () => depth - 1,
    previtem: () => (index0 > 0 ? (items[index0 - 1] as Value) : new Undefined("there is no previous item")),
    nextitem: () => (index0 + 1 < items.length ? (items[index0 + 1] as Value) : new Undefined("there is no next item")),
    cycle: () =>
      new Callable("cycle", ({ args }) => {
        if (args.length === 0) throw new TemplateError("no items for cycling given");
        return args[index0 % args.length] as Value;
      }),
  };
  if (name === "changed") throw new UnsupportedTemplateError("loop.changed is not known");
  return Object.hasOwn(values, name) ? (values[name]?.() ?? null) : new Undefined(`'loop' has no attribute '${name}'`);
}

/** Numbers and marked texts have attributes in Python that no chat template needs. */
function otherAttribute(object: Value, name: string): Value {
  const isOpaque = object instanceof Markup || object instanceof Generator || object instanceof Callable;
  const isNumeric = typeof object === "number" || typeof object === "boolean" || object instanceof Float;
  if (
    isOpaque ||
    (isNumeric &&
      /^(real|imag|numerator|denominator|conjugate|bit_\w+|to_bytes|from_bytes|as_integer_ratio|is_integer|hex|fromhex)$/.test(name))
  )
    throw new UnsupportedTemplateError(`the attribute ${name} of a ${typeName(object)} is not known`);
  return missing(object, name);
}

/** None is a value; only what is not there at all is undefined. */
const orMissing = (value: Value | undefined, object: Value, name: string): Value => (value === undefined ? missing(object, name) : value);

const missing = (object: Value, name: string): Undefined => new Undefined(`'${typeName(object)} object' has no attribute '${name}'`);

function refuseUndefined(object: Value, name: string): void {
  if (object instanceof Undefined) throw new TemplateError(`${object.hint}, so '${name}' cannot be taken from it`);
}
