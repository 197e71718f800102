// Filters by jinja2's names, with the parameters and defaults of its filters.py. Rare ones are not known and refused by name.
import { pathOf } from "./members.ts";
import { capitalize, characters, lengthOf, replace, splitLines, stripEnd, stripStart } from "./python-text.ts";
import { present, selectFilters, type Filter } from "./select-filters.ts";
import { pythonSays } from "./python-says.ts";
import { TemplateError, UnsupportedTemplateError } from "./template-error.ts";
import { words } from "../../words/message.ts";
import { runTest } from "./tests.ts";
import { toJson } from "./to-json.ts";
import { bind, bool, Dict, Float, integer, isNumeric, isTrue, itemsOf, Lazy, List, Loop, Markup, none, None, Text } from "./values.ts";
import { textValue, textOf, Tuple, typeName, Undefined, wholeNumber, type Arguments, type Value } from "./values.ts";

const ofText =
  (name: string, change: (text: string) => string): Filter =>
  (value, given) => {
    bind(name, given, []);
    return textValue(change(textOf(value)));
  };

function length(value: Value, given: Arguments): Value {
  bind("length", given, []);
  if (value instanceof Text) return integer(lengthOf(value.value));
  if (value instanceof Dict) return integer(value.value.size);
  if (value instanceof Loop) return value.value.get("length") ?? none;
  if (value instanceof List && !(value instanceof Lazy)) return integer(value.value.length);
  if (value instanceof Undefined) return integer(0);
  throw new TemplateError(pythonSays.noLength(typeName(value)));
}

function trim(value: Value, given: Arguments): Value {
  const [set = none] = bind("trim", given, ["chars"]);
  const characterSet = set instanceof None ? null : textOf(set);
  return textValue(stripEnd(stripStart(textOf(value), characterSet), characterSet));
}

function join(value: Value, given: Arguments): Value {
  const [separator = textValue(""), attribute = none] = bind("join", given, ["d", "attribute"]);
  const items = attribute instanceof None ? itemsOf(value) : itemsOf(value).map((item) => pathOf(item, attribute));
  return textValue(items.map(textOf).join(textOf(separator)));
}

function indent(value: Value, given: Arguments): Value {
  const [width = integer(4), first = none, blank = none] = bind("indent", given, ["width", "first", "blank"]);
  const step = width instanceof Text ? width.value : " ".repeat(Math.max(0, wholeNumber(width, 4)));
  if (!(value instanceof Text)) throw new TemplateError(words("jinja/takes-text", { name: "indent", type: typeName(value) }));
  const lines = splitLines(`${value.value}\n`);
  const indented = lines.map((line, at) => (at > 0 && (line !== "" || isTrue(blank)) ? step + line : line));
  return textValue((isTrue(first) ? step : "") + indented.join("\n"));
}

function toInteger(value: Value, given: Arguments): Value {
  const [otherwise = integer(0), base = integer(10)] = bind("int", given, ["default", "base"]);
  if (base.value !== 10) throw new UnsupportedTemplateError(words("jinja/int-base"));
  const number = asNumber(value);
  return Number.isFinite(number) ? integer(Math.trunc(number)) : otherwise;
}

function toFloat(value: Value, given: Arguments): Value {
  const [otherwise = new Float(0)] = bind("float", given, ["default"]);
  const number = asNumber(value);
  return Number.isNaN(number) ? otherwise : new Float(number);
}

function asNumber(value: Value): number {
  if (value instanceof Undefined) throw new TemplateError(words("jinja/undefined-number"));
  if (isNumeric(value)) return Number(value.value);
  return value instanceof Text ? numberIn(value.value) : Number.NaN;
}

const numberIn = (text: string): number => {
  const digits = stripEnd(stripStart(text));
  return /^[+-]?(\d+(_\d+)*\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(digits) ? Number(digits.replaceAll("_", "")) : Number.NaN;
};

function withDefault(value: Value, given: Arguments): Value {
  const [instead = textValue(""), boolean = none] = bind("default", given, ["default_value", "boolean"]);
  return value instanceof Undefined || (isTrue(boolean) && !isTrue(value)) ? instead : value;
}

/** Words begin after hyphens, white space and opening brackets. */
const title = (value: string): string =>
  value
    .split(/([-\s({[<]+)/u)
    .map((word) => (word === "" ? "" : (characters(word)[0] as string).toUpperCase() + characters(word).slice(1).join("").toLowerCase()))
    .join("");

function absolute(value: Value, given: Arguments): Value {
  bind("abs", given, []);
  if (!isNumeric(value)) throw new TemplateError(pythonSays.abs(typeName(value)));
  const size = Math.abs(Number(value.value));
  return value instanceof Float ? new Float(size) : integer(size);
}

function map(value: Value, { args, kwargs }: Arguments): Value {
  const attribute = kwargs.get("attribute");
  if (args.length === 0 && attribute !== undefined) {
    bind("map", { args, kwargs }, ["attribute", "default"]);
    return new Lazy(present(value).map((item) => pathOf(item, attribute, kwargs.get("default"))));
  }
  const [name, ...rest] = args;
  if (!(name instanceof Text)) throw new TemplateError(pythonSays.mapFilter());
  return new Lazy(present(value).map((item) => applyFilter(name.value, item, { args: rest, kwargs })));
}

const filters: Readonly<Record<string, Filter>> = {
  ...selectFilters,
  abs: absolute,
  // Tuples that the parser cannot read.
  "as-tuple": (value) => new Tuple(itemsOf(value)),
  capitalize: ofText("capitalize", capitalize),
  count: length,
  d: withDefault,
  default: withDefault,
  float: toFloat,
  // What a block of this name encloses: it marks what is learned, and is rendered as it is.
  generation: (value) => value,
  indent,
  int: toInteger,
  join,
  length,
  lower: ofText("lower", (value) => value.toLowerCase()),
  map,
  replace: (value, given) => {
    const [from, to, limit = none] = bind("replace", given, ["old", "new", "count"]);
    if (from === undefined || to === undefined) throw new TemplateError(words("jinja/two-texts"));
    return textValue(replace(textOf(value), textOf(from), textOf(to), limit instanceof None ? -1 : wholeNumber(limit, -1)));
  },
  safe: (value) => new Markup(textOf(value)),
  string: (value) => (value instanceof Markup ? value : textValue(textOf(value))),
  title: ofText("title", title),
  tojson: (value, given) => textValue(toJson(value, given)),
  trim,
  upper: ofText("upper", (value) => value.toUpperCase()),
};

/** Filters that give the same for marked and for plain texts. */
const markupKeepers: ReadonlySet<string> = new Set(["safe", "string", "length", "count", "default", "d", "tojson"]);

/** Tests come as filters of the name "is …". @throws UnsupportedTemplateError for a filter that is not in the table */
export function applyFilter(name: string, value: Value, given: Arguments): Value {
  const [, negation, test] = /^is (not )?(.+)$/.exec(name) ?? [];
  if (test !== undefined) return bool(runTest(test, value, given.args) === (negation === undefined));
  const filter = Object.hasOwn(filters, name) ? filters[name] : undefined;
  if (!filter) throw new UnsupportedTemplateError(words("jinja/filter", { name }));
  if (value instanceof Markup && !markupKeepers.has(name)) throw new UnsupportedTemplateError(words("jinja/of-marked", { name }));
  return filter(value, given);
}
