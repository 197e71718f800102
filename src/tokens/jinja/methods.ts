// Methods of texts, lists and dicts. A method that Python has and this table lacks is refused by name; one that changes its
// object is forbidden by the sandbox in which transformers renders.
import { TemplateError, UnsupportedTemplateError } from "./template-error.ts";
import { capitalize, lengthOf, replace, split, splitFromEnd, splitLines, stripEnd, stripStart, whiteSpaceRun } from "./python-text.ts";
import { bind, Callable, isDict, isEqual, isList, isTrue, itemsOf, textOf, Tuple, typeName, Undefined, View } from "./values.ts";
import type { Arguments, Dict, Value } from "./values.ts";

type Method<T> = (self: T, given: Arguments) => Value;

/** The bound method; undefined where Python has none of that name. */
export function methodOf(object: Value, name: string): Callable | undefined {
  if (typeof object === "string") return bound(name, textMethods[name], object, otherTextMethods);
  if (isDict(object)) return bound(name, dictMethods[name], object, otherDictMethods);
  if (isList(object)) return bound(name, listMethods[name], object, otherListMethods);
  return object instanceof Tuple ? bound(name, listMethods[name], object.items, "") : undefined;
}

function bound<T>(name: string, method: Method<T> | undefined, self: T, others: string): Callable | undefined {
  if (method) return new Callable(name, (given) => method(self, given));
  if (others.split(" ").includes(name)) throw new UnsupportedTemplateError(`the method ${name} is not known`);
  return undefined;
}

function requireText(name: string, value: Value | undefined): string {
  if (typeof value === "string") return value;
  throw new TemplateError(`${name}() takes a text, not ${value === undefined ? "nothing" : typeName(value)}`);
}

function wholeNumber(name: string, value: Value | undefined, otherwise: number): number {
  if (value === undefined) return otherwise;
  if (typeof value === "number" || typeof value === "boolean") return Number(value);
  throw new TemplateError(`${name}() takes a whole number, not ${typeName(value)}`);
}

const plain =
  (name: string, change: (text: string) => Value): Method<string> =>
  (self, given) => {
    bind(name, given, []);
    return change(self);
  };

/** @param strip gets the set of characters, null for white space */
const stripping =
  (name: string, strip: (text: string, set: string | null) => string): Method<string> =>
  (self, given) => {
    const [set = null] = bind(name, given, ["chars"]);
    return strip(self, set === null ? null : requireText(name, set));
  };

const splitting =
  (name: string, cut: typeof split): Method<string> =>
  (self, given) => {
    const [separator = null, limit] = bind(name, given, ["sep", "maxsplit"]);
    if (separator === "") throw new TemplateError("empty separator");
    return cut(self, separator === null ? null : requireText(name, separator), wholeNumber(name, limit, -1));
  };

const testing =
  (name: string, test: (text: string, part: string) => boolean): Method<string> =>
  (self, given) => {
    const [parts, start, end] = bind(name, given, ["prefix", "start", "end"]);
    if (start !== undefined || end !== undefined) throw new UnsupportedTemplateError(`${name}() from a place is not known`);
    const all = parts instanceof Tuple ? parts.items : [parts];
    return all.some((part) => test(self, requireText(name, part)));
  };

/** Places count characters. */
const finding =
  (name: string, find: (text: string, part: string) => number, isRequired: boolean): Method<string> =>
  (self, given) => {
    const [part, start] = bind(name, given, ["sub", "start"]);
    if (start !== undefined) throw new UnsupportedTemplateError(`${name}() from a place is not known`);
    const at = find(self, requireText(name, part));
    if (at === -1 && isRequired) throw new TemplateError("substring not found");
    return at === -1 ? -1 : lengthOf(self.slice(0, at));
  };

const partition =
  (name: string, find: (text: string, part: string) => number, restIsLast: boolean): Method<string> =>
  (self, given) => {
    const separator = requireText(name, bind(name, given, ["sep"])[0]);
    if (separator === "") throw new TemplateError("empty separator");
    const at = find(self, separator);
    if (at === -1) return new Tuple(restIsLast ? ["", "", self] : [self, "", ""]);
    return new Tuple([self.slice(0, at), separator, self.slice(at + separator.length)]);
  };

const first = (text: string, part: string): number => text.indexOf(part);
const last = (text: string, part: string): number => text.lastIndexOf(part);
const all =
  (pattern: RegExp) =>
  (text: string): boolean =>
    pattern.test(text);

const textMethods: Readonly<Record<string, Method<string> | undefined>> = {
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
  splitlines: (self, given) => splitLines(self, isTrue(bind("splitlines", given, ["keepends"])[0] ?? false)),
  startswith: testing("startswith", (text, part) => text.startsWith(part)),
  endswith: testing("endswith", (text, part) => text.endsWith(part)),
  removeprefix: (self, given) => {
    const prefix = requireText("removeprefix", bind("removeprefix", given, ["prefix"])[0]);
    return self.startsWith(prefix) ? self.slice(prefix.length) : self;
  },
  removesuffix: (self, given) => {
    const suffix = requireText("removesuffix", bind("removesuffix", given, ["suffix"])[0]);
    return suffix !== "" && self.endsWith(suffix) ? self.slice(0, -suffix.length) : self;
  },
  find: finding("find", first, false),
  rfind: finding("rfind", last, false),
  index: finding("index", first, true),
  rindex: finding("rindex", last, true),
  count: (self, given) => {
    const part = requireText("count", bind("count", given, ["sub"])[0]);
    return part === "" ? lengthOf(self) + 1 : self.split(part).length - 1;
  },
  partition: partition("partition", first, false),
  rpartition: partition("rpartition", last, true),
  replace: (self, given) => {
    const [from, to, limit] = bind("replace", given, ["old", "new", "count"]);
    return replace(self, requireText("replace", from), requireText("replace", to), wholeNumber("replace", limit, -1));
  },
  join: (self, given) => {
    const [parts] = bind("join", given, ["iterable"]);
    return itemsOf(parts ?? null)
      .map((part) => requireText("join", part))
      .join(self);
  },
  zfill: (self, given) => {
    const width = wholeNumber("zfill", bind("zfill", given, ["width"])[0], 0);
    const sign = /^[+-]/.exec(self)?.[0] ?? "";
    return sign + "0".repeat(Math.max(0, width - lengthOf(self))) + self.slice(sign.length);
  },
};

const otherTextMethods =
  "casefold center encode expandtabs format format_map isascii isdecimal isidentifier isnumeric isprintable istitle ljust maketrans rjust swapcase translate";

const dictMethods: Readonly<Record<string, Method<Dict> | undefined>> = {
  get: (self, given) => {
    const [key = new Undefined("key"), otherwise = null] = bind("get", given, ["key", "default"]);
    return self.get(key) ?? (self.has(key) ? null : otherwise);
  },
  keys: (self) => new View([...self.keys()]),
  values: (self) => new View([...self.values()]),
  items: (self) => new View([...self].map((pair) => new Tuple(pair))),
  copy: (self) => new Map(self),
};

const otherDictMethods = "clear fromkeys pop popitem setdefault update";

const listMethods: Readonly<Record<string, Method<readonly Value[]> | undefined>> = {
  count: (self, { args: [wanted = null] }) => self.filter((item) => isEqual(item, wanted)).length,
  index: (self, { args: [wanted = null] }) => {
    const at = self.findIndex((item) => isEqual(item, wanted));
    if (at === -1) throw new TemplateError(`${textOf(wanted)} is not in list`);
    return at;
  },
};

const otherListMethods = "append clear copy extend insert pop remove reverse sort";
