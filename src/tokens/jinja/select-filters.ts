// Filters that choose, order or change items one by one. Most are lazy in Python: their result is true even where it is empty.
import { pathOf } from "./members.ts";
import { pythonSays } from "./python-says.ts";
import { TemplateError, UnsupportedTemplateError } from "./template-error.ts";
import { words } from "../../words/message.ts";
import { testOf } from "./tests.ts";
import { bind, compare, Dict, Float, Integer, isNumeric, isTrue, itemsOf, Lazy, List, missing, none, None, pairsOf } from "./values.ts";
import { Text, textValue, Tuple, typeName, Undefined, type Arguments, type Value } from "./values.ts";

export type Filter = (value: Value, given: Arguments) => Value;

/** None and undefined have no items here, unlike in a loop. */
export const present = (value: Value): readonly Value[] => (isTrue(value) ? itemsOf(value) : []);

const selecting =
  (isWanted: boolean): Filter =>
  (value, { args }) => {
    const test = testOf(args);
    return new Lazy(present(value).filter((item) => test(item) === isWanted));
  };

const selectingAttribute =
  (isWanted: boolean): Filter =>
  (value, { args }) => {
    const [path, ...rest] = args;
    if (path === undefined) throw new TemplateError(pythonSays.attributeName());
    const test = testOf(rest);
    return new Lazy(present(value).filter((item) => test(pathOf(item, path)) === isWanted));
  };

function sum(value: Value, given: Arguments): Value {
  const [attribute = none, start = new Integer(0)] = bind("sum", given, ["attribute", "start"]);
  const parts = [start, ...itemsOf(value).map((item) => byAttribute(item, attribute))];
  const numbers = parts.map((part) => {
    if (isNumeric(part)) return Number(part.value);
    throw new TemplateError(words("jinja/not-added", { type: typeName(part) }));
  });
  const total = numbers.reduce((left, right) => left + right, 0);
  return parts.some((part) => part instanceof Float) ? new Float(total) : new Integer(total);
}

const byAttribute = (item: Value, attribute: Value): Value => (attribute instanceof None ? item : pathOf(item, attribute));

/** Texts compare without regard to case unless asked otherwise. */
const comparable = (value: Value, caseSensitive: Value): Value =>
  value instanceof Text && !isTrue(caseSensitive) ? textValue(value.value.toLowerCase()) : value;

function sort(value: Value, given: Arguments): Value {
  const [reverse = none, caseSensitive = none, attribute = none] = bind("sort", given, ["reverse", "case_sensitive", "attribute"]);
  if (attribute instanceof Text && attribute.value.includes(",")) throw new UnsupportedTemplateError(words("jinja/sort-several"));
  const keyOf = (item: Value): Value => comparable(byAttribute(item, attribute), caseSensitive);
  return sortedBy(itemsOf(value), keyOf, isTrue(reverse));
}

/** Equal items keep their order, in reverse too. */
const sortedBy = (items: readonly Value[], keyOf: (item: Value) => Value, isReversed: boolean): Value =>
  new List(items.toSorted((a, b) => (isReversed ? compare(keyOf(b), keyOf(a)) : compare(keyOf(a), keyOf(b)))));

function dictsort(value: Value, given: Arguments): Value {
  const [caseSensitive = none, by = textValue("key"), reverse = none] = bind("dictsort", given, ["case_sensitive", "by", "reverse"]);
  if (!(value instanceof Dict)) throw new TemplateError(words("jinja/takes-dict"));
  const place = by.value === "key" ? 0 : by.value === "value" ? 1 : null;
  if (place === null) throw new TemplateError(pythonSays.sortBy());
  return sortedBy(pairsOf(value), (pair) => comparable(itemsOf(pair)[place] as Value, caseSensitive), isTrue(reverse));
}

function unique(value: Value, given: Arguments): Value {
  const [caseSensitive = none, attribute = none] = bind("unique", given, ["case_sensitive", "attribute"]);
  const seen = new Set<unknown>();
  const kept = itemsOf(value).filter((item) => {
    const key = comparable(byAttribute(item, attribute), caseSensitive);
    if (key instanceof List || key instanceof Dict) throw new UnsupportedTemplateError(words("jinja/unique", { type: typeName(key) }));
    const seenAs = isNumeric(key) ? Number(key.value) : key.value;
    return !seen.has(seenAs) && seen.add(seenAs);
  });
  return new Lazy(kept);
}

const extreme =
  (name: string, sign: 1 | -1): Filter =>
  (value, given) => {
    const [caseSensitive = none, attribute = none] = bind(name, given, ["case_sensitive", "attribute"]);
    const keyOf = (item: Value): Value => comparable(byAttribute(item, attribute), caseSensitive);
    const [first, ...rest] = itemsOf(value);
    if (first === undefined) return missing;
    return rest.reduce((best, item) => (sign * compare(keyOf(item), keyOf(best)) > 0 ? item : best), first);
  };

function firstOf(value: Value): Value {
  return (value instanceof Lazy ? value.take(1) : itemsOf(value))[0] ?? missing;
}

function lastOf(value: Value): Value {
  if (value instanceof Lazy) throw new TemplateError(pythonSays.notReversible());
  return itemsOf(value).at(-1) ?? missing;
}

function reversed(value: Value): Value {
  const items = itemsOf(value).toReversed();
  return value instanceof Text ? textValue(items.map((item) => String(item.value)).join("")) : new Lazy(items);
}

const simple =
  (name: string, change: (value: Value) => Value): Filter =>
  (value, given) => {
    bind(name, given, []);
    return change(value);
  };

export const selectFilters = {
  dictsort,
  first: simple("first", firstOf),
  items: simple("items", (value) => {
    if (value instanceof Dict) return new Lazy(pairsOf(value));
    if (value instanceof Undefined) return new Lazy([]);
    throw new TemplateError(pythonSays.mappingPairs());
  }),
  last: simple("last", lastOf),
  list: simple("list", (value) => new List(value instanceof Tuple ? [...value.value] : itemsOf(value))),
  max: extreme("max", 1),
  min: extreme("min", -1),
  reject: selecting(false),
  rejectattr: selectingAttribute(false),
  reverse: simple("reverse", reversed),
  select: selecting(true),
  selectattr: selectingAttribute(true),
  sort,
  sum,
  unique,
} satisfies Readonly<Record<string, Filter>>;
