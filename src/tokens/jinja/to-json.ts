// tojson as transformers defines it: json.dumps with ensure_ascii=False, separators ", " and ": ", keys in their own order.
import { pythonSays } from "./python-says.ts";
import { TemplateError } from "./template-error.ts";
import { words } from "../../words/message.ts";
import { reprFloat } from "./python-text.ts";
import {
  bind,
  Bool,
  compare,
  Dict,
  Float,
  Integer,
  isTrue,
  itemsOf,
  Lazy,
  List,
  none,
  None,
  Text,
  textValue,
  textOf,
  typeName,
} from "./values.ts";
import { safeInteger, View } from "./values.ts";
import type { Arguments, Value } from "./values.ts";

interface JsonStyle {
  readonly ascii: boolean;
  /** Null: all on one line. */
  readonly indent: string | null;
  readonly between: string;
  readonly afterKey: string;
  readonly sorted: boolean;
}

export function toJson(value: Value, given: Arguments): string {
  const [ascii = none, indent = none, separators = none, sorted = none] = bind("tojson", given, [
    "ensure_ascii",
    "indent",
    "separators",
    "sort_keys",
  ]);
  const step = indent instanceof Integer ? " ".repeat(Math.max(0, indent.value)) : indent instanceof None ? null : textOf(indent);
  const [between, afterKey] = separators instanceof None ? [step === null ? ", " : ",", ": "] : itemsOf(separators).map(textOf);
  if (between === undefined || afterKey === undefined) throw new TemplateError(words("jinja/two-separators"));
  return write(value, { ascii: isTrue(ascii), indent: step, between, afterKey, sorted: isTrue(sorted) }, "\n");
}

function write(value: Value, style: JsonStyle, lineStart: string): string {
  if (value instanceof None) return "null";
  if (value instanceof Bool) return String(value.value);
  if (value instanceof Integer) return String(safeInteger(value.value));
  if (value instanceof Float) return writeFloat(value.value);
  if (value instanceof Text) return writeText(value.value, style);
  const inner = lineStart + (style.indent ?? "");
  if (value instanceof List && !(value instanceof Lazy) && !(value instanceof View)) {
    const items = value.value.map((item) => write(item, style, inner));
    return enclosed("[", items, "]", style, lineStart);
  }
  if (!(value instanceof Dict)) throw new TemplateError(pythonSays.notJson(typeName(value)));
  const entries = style.sorted ? [...value.value].toSorted(([a], [b]) => compare(textValue(a), textValue(b))) : [...value.value];
  const pairs = entries.map(([key, entry]) => writeText(key, style) + style.afterKey + write(entry, style, inner));
  return enclosed("{", pairs, "}", style, lineStart);
}

function enclosed(open: string, parts: readonly string[], close: string, { indent, between }: JsonStyle, lineStart: string): string {
  if (parts.length === 0) return open + close;
  if (indent === null) return open + parts.join(between) + close;
  const inner = lineStart + indent;
  return open + inner + parts.join(between + inner) + lineStart + close;
}

const writeFloat = (value: number): string =>
  Number.isFinite(value) ? reprFloat(value) : Number.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";

function writeText(value: string, { ascii }: JsonStyle): string {
  const json = JSON.stringify(value);
  if (!ascii) return json;
  return json.replaceAll(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
