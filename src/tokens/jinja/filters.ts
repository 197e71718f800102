// Filters by jinja2's names, with the parameters and defaults of its filters.py. Rare ones are not known and refused by name.
import { pathOf } from "./attributes.ts";
import { capitalize, characters, replace, splitLines, stripEnd, stripStart } from "./python-text.ts";
import { present, selectFilters } from "./select-filters.ts";
import { TemplateError, UnsupportedTemplateError } from "./template-error.ts";
import { toJson } from "./to-json.ts";
import {
  bind,
  compare,
  Float,
  Generator,
  isDict,
  isList,
  isNumber,
  isTrue,
  itemsOf,
  Loop,
  Markup,
  numberOf,
  textOf,
  Tuple,
  typeName,
  Undefined,
  View,
} from "./values.ts";
import type { Arguments, Filter, Value } from "./values.ts";

const simple =
  (name: string, change: (value: Value) => Value): Filter =>
  (value, given) => {
    bind(name, given, []);
    return change(value);
  };

const whole = (value: Value | undefined, otherwise: number): number => {
  if (value === undefined) return otherwise;
  if (typeof value === "number" || typeof value === "boolean") return Number(value);
  throw new TemplateError(`a whole number is needed, not a ${typeName(value)}`);
};

function lengthOfValue(value: Value): number {
  if (typeof value === "string") return characters(value).length;
  if (value instanceof Markup) return characters(value.text).length;
  if (isDict(value)) return value.size;
  if (isList(value)) return value.length;
  if (value instanceof Tuple || value instanceof View || value instanceof Loop) return value.items.length;
  if (value instanceof Undefined) return 0;
  throw new TemplateError(`object of type '${typeName(value)}' has no len()`);
}

function trim(value: Value, given: Arguments): Value {
  const [set = null] = bind("trim", given, ["chars"]);
  const characterSet = set === null ? null : textOf(set);
  return stripEnd(stripStart(textOf(value), characterSet), characterSet);
}

function join(value: Value, given: Arguments): Value {
  const [separator = "", attribute = null] = bind("join", given, ["d", "attribute"]);
  const items = attribute === null ? itemsOf(value) : itemsOf(value).map((item) => pathOf(item, attribute));
  return items.map(textOf).join(textOf(separator));
}

function indent(value: Value, given: Arguments): Value {
  const [width = 4, first = false, blank = false] = bind("indent", given, ["width", "first", "blank"]);
  const step = typeof width === "string" ? width : " ".repeat(Math.max(0, whole(width, 4)));
  if (typeof value !== "string") throw new TemplateError(`indent() takes a text, not a ${typeName(value)}`);
  const lines = splitLines(`${value}\n`);
  const indented = lines.map((line, at) => (at > 0 && (line !== "" || isTrue(blank)) ? step + line : line));
  return (isTrue(first) ? step : "") + indented.join("\n");
}

function toInteger(value: Value, given: Arguments): Value {
  const [otherwise = 0, base = 10] = bind("int", given, ["default", "base"]);
  if (base !== 10) throw new UnsupportedTemplateError("int() with a base is not known");
  const number = asNumber(value);
  return Number.isFinite(number) ? Math.trunc(number) : otherwise;
}

function toFloat(value: Value, given: Arguments): Value {
  const [otherwise = new Float(0)] = bind("float", given, ["default"]);
  const number = asNumber(value);
  return Number.isNaN(number) ? otherwise : new Float(number);
}

function asNumber(value: Value): number {
  if (value instanceof Undefined) throw new TemplateError(`${value.hint}, so it is no number`);
  if (isNumber(value)) return numberOf(value);
  return typeof value === "string" ? numberIn(value) : Number.NaN;
}

const numberIn = (text: string): number => {
  const digits = stripEnd(stripStart(text));
  return /^[+-]?(\d+(_\d+)*\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(digits) ? Number(digits.replaceAll("_", "")) : Number.NaN;
};

/** Texts compare without regard to case unless asked otherwise. */
const comparable = (value: Value, caseSensitive: Value): Value =>
  typeof value === "string" && !isTrue(caseSensitive) ? value.toLowerCase() : value;

function sort(value: Value, given: Arguments): Value {
  const [reverse = false, caseSensitive = false, attribute = null] = bind("sort", given, ["reverse", "case_sensitive", "attribute"]);
  if (typeof attribute === "string" && attribute.includes(","))
    throw new UnsupportedTemplateError("sort() by several attributes is not known");
  const keyOf = (item: Value): Value => comparable(attribute === null ? item : pathOf(item, attribute), caseSensitive);
  return sortedBy(itemsOf(value), keyOf, isTrue(reverse));
}

/** Equal items keep their order, in reverse too. */
const sortedBy = (items: readonly Value[], keyOf: (item: Value) => Value, isReversed: boolean): readonly Value[] =>
  items.toSorted((a, b) => (isReversed ? compare(keyOf(b), keyOf(a)) : compare(keyOf(a), keyOf(b))));

function dictsort(value: Value, given: Arguments): Value {
  const [caseSensitive = false, by = "key", reverse = false] = bind("dictsort", given, ["case_sensitive", "by", "reverse"]);
  if (!isDict(value)) throw new TemplateError("dictsort() takes a dict");
  const place = by === "key" ? 0 : by === "value" ? 1 : null;
  if (place === null) throw new TemplateError('You can only sort by either "key" or "value"');
  const pairs = [...value].map((pair) => new Tuple(pair));
  return sortedBy(pairs, (pair) => comparable((pair as Tuple).items[place] as Value, caseSensitive), isTrue(reverse));
}

function unique(value: Value, given: Arguments): Value {
  const [caseSensitive = false, attribute = null] = bind("unique", given, ["case_sensitive", "attribute"]);
  const seen = new Set<Value>();
  const kept = itemsOf(value).filter((item) => {
    const key = comparable(attribute === null ? item : pathOf(item, attribute), caseSensitive);
    if (typeof key === "object" && key !== null) throw new UnsupportedTemplateError(`unique() of a ${typeName(key)} is not known`);
    return !seen.has(key) && seen.add(key);
  });
  return new Generator(kept);
}

const extreme =
  (name: string, sign: 1 | -1): Filter =>
  (value, given) => {
    const [caseSensitive = false, attribute = null] = bind(name, given, ["case_sensitive", "attribute"]);
    const keyOf = (item: Value): Value => comparable(attribute === null ? item : pathOf(item, attribute), caseSensitive);
    const [first, ...rest] = itemsOf(value);
    if (first === undefined) return new Undefined("No aggregated item, sequence was empty.");
    return rest.reduce((best, item) => (sign * compare(keyOf(item), keyOf(best)) > 0 ? item : best), first);
  };

function firstOf(value: Value): Value {
  const item = value instanceof Generator ? value.takeOne() : itemsOf(value)[0];
  return item === undefined ? new Undefined("No first item, sequence was empty.") : item;
}

function lastOf(value: Value): Value {
  if (value instanceof Generator) throw new TemplateError("'generator' object is not reversible");
  const item = itemsOf(value).at(-1);
  return item === undefined ? new Undefined("No last item, sequence was empty.") : item;
}

function reversed(value: Value): Value {
  if (typeof value === "string") return characters(value).toReversed().join("");
  return new Generator(itemsOf(value).toReversed());
}

function pairsOf(value: Value): Value {
  if (value instanceof Undefined) return new Generator([]);
  if (!isDict(value)) throw new TemplateError("Can only get item pairs from a mapping.");
  return new Generator([...value].map((pair) => new Tuple(pair)));
}

function withDefault(value: Value, given: Arguments): Value {
  const [instead = "", boolean = false] = bind("default", given, ["default_value", "boolean"]);
  return value instanceof Undefined || (isTrue(boolean) && !isTrue(value)) ? instead : value;
}

/** Words begin after hyphens, white space and opening brackets. */
function title(value: Value): Value {
  const words = textOf(value).split(/([-\s({[<]+)/u);
  return words
    .map((word) => (word === "" ? "" : (characters(word)[0] as string).toUpperCase() + characters(word).slice(1).join("").toLowerCase()))
    .join("");
}

function absolute(value: Value): Value {
  if (!isNumber(value)) throw new TemplateError(`bad operand type for abs(): '${typeName(value)}'`);
  return value instanceof Float ? new Float(Math.abs(value.value)) : Math.abs(Number(value));
}

function map(value: Value, { args, kwargs }: Arguments): Value {
  const attribute = kwargs.get("attribute");
  if (args.length === 0 && attribute !== undefined) {
    bind("map", { args, kwargs }, ["attribute", "default"]);
    return new Generator(present(value).map((item) => pathOf(item, attribute, kwargs.get("default"))));
  }
  const [name, ...rest] = args;
  if (typeof name !== "string") throw new TemplateError("map requires a filter argument");
  return new Generator(present(value).map((item) => applyFilter(name, item, { args: rest, kwargs })));
}

const filters: Readonly<Record<string, Filter>> = {
  ...selectFilters,
  abs: simple("abs", absolute),
  capitalize: simple("capitalize", (value) => capitalize(textOf(value))),
  count: simple("count", lengthOfValue),
  d: withDefault,
  default: withDefault,
  dictsort,
  first: simple("first", firstOf),
  float: toFloat,
  indent,
  int: toInteger,
  items: simple("items", pairsOf),
  join,
  last: simple("last", lastOf),
  length: simple("length", lengthOfValue),
  list: simple("list", (value) => [...itemsOf(value)]),
  lower: simple("lower", (value) => textOf(value).toLowerCase()),
  map,
  max: extreme("max", 1),
  min: extreme("min", -1),
  replace: (value, given) => {
    const [from, to, limit = null] = bind("replace", given, ["old", "new", "count"]);
    if (from === undefined || to === undefined) throw new TemplateError("replace() takes two texts");
    return replace(textOf(value), textOf(from), textOf(to), limit === null ? -1 : whole(limit, -1));
  },
  reverse: simple("reverse", reversed),
  safe: simple("safe", (value) => new Markup(textOf(value))),
  sort,
  string: simple("string", (value) => (value instanceof Markup ? value : textOf(value))),
  title: simple("title", title),
  tojson: toJson,
  trim,
  unique,
  upper: simple("upper", (value) => textOf(value).toUpperCase()),
};

/** @throws UnsupportedTemplateError for a filter that is not in the table */
export function applyFilter(name: string, value: Value, given: Arguments): Value {
  const filter = Object.hasOwn(filters, name) ? filters[name] : undefined;
  if (!filter) throw new UnsupportedTemplateError(`the filter "${name}" is not known`);
  if (value instanceof Markup && !markupKeepers.has(name))
    throw new UnsupportedTemplateError(`"${name}" of what "safe" marked is not known`);
  return filter(value, given);
}

/** Filters that give the same for marked and for plain texts. */
const markupKeepers: ReadonlySet<string> = new Set(["safe", "string", "length", "count", "default", "d", "tojson"]);
