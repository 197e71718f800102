// Methods of texts, lists and dicts. A method that Python has and this table lacks is refused by name; one that changes its
// object is forbidden by the sandbox in which transformers renders.
import { pythonSays } from "./python-says.ts";
import { TemplateError, UnsupportedTemplateError } from "./template-error.ts";
import { words } from "../../words/message.ts";
import { capitalize, lengthOf, replace, split, splitFromEnd, splitLines, stripEnd, stripStart, whiteSpaceRun } from "./python-text.ts";
import {
  bind,
  bool,
  Callable,
  Dict,
  integer,
  isEqual,
  isTrue,
  itemsOf,
  Lazy,
  List,
  Markup,
  none,
  None,
  pairsOf,
  reprOf,
  Text,
} from "./values.ts";
import { textValue, Tuple, typeName, View, wholeNumber, type Arguments, type Value } from "./values.ts";

type Method<T> = (self: T, given: Arguments) => Value;

/** The bound method; undefined where Python has none of that name. */
export function methodOf(object: Value, name: string): Callable | undefined {
  if (object instanceof Markup) throw new UnsupportedTemplateError(words("jinja/of-marked", { name }));
  if (object instanceof Text) return bound(name, textMethods, object.value, otherTextMethods);
  if (object instanceof Dict) return bound(name, dictMethods, object.value, otherDictMethods);
  if (!(object instanceof List) || object instanceof Lazy || object instanceof View) return undefined;
  return bound(name, listMethods, object.value, object instanceof Tuple ? [] : otherListMethods);
}

function bound<T>(name: string, methods: Readonly<Record<string, Method<T>>>, self: T, others: readonly string[]): Callable | undefined {
  const method = Object.hasOwn(methods, name) ? methods[name] : undefined;
  if (method) return new Callable((given) => method(self, given));
  if (others.includes(name)) throw new UnsupportedTemplateError(words("jinja/method", { name }));
  return undefined;
}

function requireText(name: string, value: Value | undefined): string {
  if (value instanceof Text) return value.value;
  throw new TemplateError(
    value === undefined ? words("jinja/text-missing", { name }) : words("jinja/takes-text", { name, type: typeName(value) }),
  );
}

const orNull = (name: string, value: Value | undefined): string | null =>
  value === undefined || value instanceof None ? null : requireText(name, value);
const listOf = (parts: readonly string[]): Value => new List(parts.map(textValue));

const plain =
  (name: string, change: (text: string) => string | boolean): Method<string> =>
  (self, given) => {
    bind(name, given, []);
    const changed = change(self);
    return typeof changed === "string" ? textValue(changed) : bool(changed);
  };

/** @param strip gets the set of characters, null for white space */
const stripping =
  (name: string, strip: (text: string, set: string | null) => string): Method<string> =>
  (self, given) => {
    const [set] = bind(name, given, ["chars"]);
    return textValue(strip(self, orNull(name, set)));
  };

const splitting =
  (name: string, cut: typeof split): Method<string> =>
  (self, given) => {
    const [sep, limit] = bind(name, given, ["sep", "maxsplit"]);
    const separator = orNull(name, sep);
    if (separator === "") throw new TemplateError(pythonSays.emptySeparator());
    return listOf(cut(self, separator, wholeNumber(limit, -1)));
  };

const testing =
  (name: string, test: (text: string, part: string) => boolean): Method<string> =>
  (self, given) => {
    const [parts, start, end] = bind(name, given, ["prefix", "start", "end"]);
    if (start !== undefined || end !== undefined) throw new UnsupportedTemplateError(words("jinja/from-place", { name }));
    const all = parts instanceof Tuple ? parts.value : [parts];
    return bool(all.some((part) => test(self, requireText(name, part))));
  };

/** Places count characters. */
const finding =
  (name: string, find: (text: string, part: string) => number, isRequired: boolean): Method<string> =>
  (self, given) => {
    const [part, start] = bind(name, given, ["sub", "start"]);
    if (start !== undefined) throw new UnsupportedTemplateError(words("jinja/from-place", { name }));
    const at = find(self, requireText(name, part));
    if (at === -1 && isRequired) throw new TemplateError(pythonSays.notFound());
    return integer(at === -1 ? -1 : lengthOf(self.slice(0, at)));
  };

const partition =
  (name: string, find: (text: string, part: string) => number, restIsLast: boolean): Method<string> =>
  (self, given) => {
    const separator = requireText(name, bind(name, given, ["sep"])[0]);
    if (separator === "") throw new TemplateError(pythonSays.emptySeparator());
    const at = find(self, separator);
    const whole = restIsLast ? ["", "", self] : [self, "", ""];
    const parts = at === -1 ? whole : [self.slice(0, at), separator, self.slice(at + separator.length)];
    return new Tuple(parts.map(textValue));
  };

const first = (text: string, part: string): number => text.indexOf(part);
const last = (text: string, part: string): number => text.lastIndexOf(part);
const all =
  (pattern: RegExp) =>
  (text: string): boolean =>
    pattern.test(text);

const textMethods: Readonly<Record<string, Method<string>>> = {
  upper: plain("upper", (text) => text.toUpperCase()),
  lower: plain("lower", (text) => text.toLowerCase()),
  capitalize: plain("capitalize", capitalize),
  title: plain("title", (text) => text.replaceAll(/\p{L}+/gu, capitalize)),
  isspace: plain("isspace", (text) => whiteSpaceRun.test(text)),
  isdigit: plain("isdigit", all(/^[0-9]+$/)),
  isalpha: plain("isalpha", all(/^\p{L}+$/u)),
  isalnum: plain("isalnum", all(/^[\p{L}\p{N}]+$/u)),
  isupper: plain("isupper", (text) => /\p{Lu}/u.test(text) && text === text.toUpperCase()),
  islower: plain("islower", (text) => /\p{Ll}/u.test(text) && text === text.toLowerCase()),
  strip: stripping("strip", (text, set) => stripEnd(stripStart(text, set), set)),
  lstrip: stripping("lstrip", stripStart),
  rstrip: stripping("rstrip", stripEnd),
  split: splitting("split", split),
  rsplit: splitting("rsplit", splitFromEnd),
  splitlines: (self, given) => listOf(splitLines(self, isTrue(bind("splitlines", given, ["keepends"])[0] ?? none))),
  startswith: testing("startswith", (text, part) => text.startsWith(part)),
  endswith: testing("endswith", (text, part) => text.endsWith(part)),
  removeprefix: (self, given) => {
    const prefix = requireText("removeprefix", bind("removeprefix", given, ["prefix"])[0]);
    return textValue(self.startsWith(prefix) ? self.slice(prefix.length) : self);
  },
  removesuffix: (self, given) => {
    const suffix = requireText("removesuffix", bind("removesuffix", given, ["suffix"])[0]);
    return textValue(suffix !== "" && self.endsWith(suffix) ? self.slice(0, -suffix.length) : self);
  },
  find: finding("find", first, false),
  rfind: finding("rfind", last, false),
  index: finding("index", first, true),
  rindex: finding("rindex", last, true),
  count: (self, given) => {
    const part = requireText("count", bind("count", given, ["sub"])[0]);
    return integer(part === "" ? lengthOf(self) + 1 : self.split(part).length - 1);
  },
  partition: partition("partition", first, false),
  rpartition: partition("rpartition", last, true),
  replace: (self, given) => {
    const [from, to, limit] = bind("replace", given, ["old", "new", "count"]);
    return textValue(replace(self, requireText("replace", from), requireText("replace", to), wholeNumber(limit, -1)));
  },
  join: (self, given) => {
    const [parts] = bind("join", given, ["iterable"]);
    const texts = itemsOf(parts ?? none).map((part) => requireText("join", part));
    return textValue(texts.join(self));
  },
  zfill: (self, given) => {
    const width = wholeNumber(bind("zfill", given, ["width"])[0], 0);
    const sign = /^[+-]/.exec(self)?.[0] ?? "";
    return textValue(sign + "0".repeat(Math.max(0, width - lengthOf(self))) + self.slice(sign.length));
  },
};

const otherTextMethods = [
  "casefold",
  "center",
  "encode",
  "expandtabs",
  "format",
  "format_map",
  "isascii",
  "isdecimal",
  "isidentifier",
  "isnumeric",
  "isprintable",
  "istitle",
  "ljust",
  "maketrans",
  "rjust",
  "swapcase",
  "translate",
];

const dictMethods: Readonly<Record<string, Method<ReadonlyMap<string, Value>>>> = {
  get: (self, given) => {
    const [key = none, otherwise = none] = bind("get", given, ["key", "default"]);
    return (key instanceof Text ? self.get(key.value) : undefined) ?? otherwise;
  },
  keys: (self) => new View([...self.keys()].map(textValue)),
  values: (self) => new View([...self.values()]),
  items: (self) => new View(pairsOf(new Dict(new Map(self)))),
  copy: (self) => new Dict(new Map(self)),
};

const otherDictMethods = ["clear", "fromkeys", "pop", "popitem", "setdefault", "update"];

const listMethods: Readonly<Record<string, Method<readonly Value[]>>> = {
  count: (self, { args: [wanted = none] }) => integer(self.filter((item) => isEqual(item, wanted)).length),
  index: (self, { args: [wanted = none] }) => {
    const at = self.findIndex((item) => isEqual(item, wanted));
    if (at === -1) throw new TemplateError(pythonSays.notInList(reprOf(wanted)));
    return integer(at);
  },
};

const otherListMethods = ["append", "clear", "copy", "extend", "insert", "pop", "remove", "reverse", "sort"];
