// Filters that choose or change items one by one. All are lazy in Python: their result is true even where it is empty.
import { pathOf } from "./attributes.ts";
import { TemplateError } from "./template-error.ts";
import { testOf } from "./tests.ts";
import { bind, Generator, isTrue, itemsOf, isNumber, numberOf, Float, typeName } from "./values.ts";
import type { Filter, Value } from "./values.ts";

const selecting =
  (isWanted: boolean): Filter =>
  (value, { args }) => {
    const test = testOf(args);
    return new Generator(present(value).filter((item) => test(item) === isWanted));
  };

const selectingAttribute =
  (isWanted: boolean): Filter =>
  (value, { args }) => {
    const [path, ...rest] = args;
    if (path === undefined) throw new TemplateError("Missing parameter for attribute name");
    const test = testOf(rest);
    return new Generator(present(value).filter((item) => test(pathOf(item, path)) === isWanted));
  };

/** None and undefined have no items here, unlike in a loop. */
export const present = (value: Value): readonly Value[] => (isTrue(value) ? itemsOf(value) : []);

function sum(value: Value, given: Parameters<Filter>[1]): Value {
  const [attribute = null, start = 0] = bind("sum", given, ["attribute", "start"]);
  const parts = [start, ...itemsOf(value).map((item) => (attribute === null ? item : pathOf(item, attribute)))];
  const numbers = parts.map((part) => {
    if (isNumber(part)) return numberOf(part);
    throw new TemplateError(`a ${typeName(part)} cannot be added`);
  });
  const total = numbers.reduce((left, right) => left + right, 0);
  return parts.some((part) => part instanceof Float) ? new Float(total) : total;
}

export const selectFilters = {
  reject: selecting(false),
  rejectattr: selectingAttribute(false),
  select: selecting(true),
  selectattr: selectingAttribute(true),
  sum,
} satisfies Readonly<Record<string, Filter>>;
