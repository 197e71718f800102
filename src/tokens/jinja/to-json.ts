// tojson as transformers defines it: json.dumps with ensure_ascii=False, separators ", " and ": ", keys in their own order.
import { TemplateError } from "./template-error.ts";
import { reprFloat } from "./python-text.ts";
import { bind, Float, isDict, isList, isTrue, itemsOf, Markup, textOf, Tuple, typeName, compare, safeInteger } from "./values.ts";
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
  const [ascii = false, indent = null, separators = null, sorted = false] = bind("tojson", given, [
    "ensure_ascii",
    "indent",
    "separators",
    "sort_keys",
  ]);
  const step = typeof indent === "number" ? " ".repeat(Math.max(0, indent)) : indent === null ? null : textOf(indent);
  const [between, afterKey] = separators === null ? [step === null ? ", " : ",", ": "] : itemsOf(separators).map(textOf);
  if (between === undefined || afterKey === undefined) throw new TemplateError("tojson() needs two separators");
  return write(value, { ascii: isTrue(ascii), indent: step, between, afterKey, sorted: isTrue(sorted) }, "\n");
}

function write(value: Value, style: JsonStyle, lineStart: string): string {
  if (value === null) return "null";
  if (typeof value === "boolean") return String(value);
  if (typeof value === "number") return String(safeInteger(value));
  if (value instanceof Float) return writeFloat(value.value);
  if (typeof value === "string") return writeText(value, style);
  if (value instanceof Markup) return writeText(value.text, style);
  const inner = lineStart + (style.indent ?? "");
  if (isList(value) || value instanceof Tuple) {
    const items = itemsOf(value).map((item) => write(item, style, inner));
    return enclosed("[", items, "]", style, lineStart);
  }
  if (!isDict(value)) throw new TemplateError(`Object of type ${typeName(value)} is not JSON serializable`);
  const entries = style.sorted ? [...value].toSorted(([a], [b]) => compare(a, b)) : [...value];
  const pairs = entries.map(([key, entry]) => writeText(keyText(key), style) + style.afterKey + write(entry, style, inner));
  return enclosed("{", pairs, "}", style, lineStart);
}

function enclosed(open: string, parts: readonly string[], close: string, { indent, between }: JsonStyle, lineStart: string): string {
  if (parts.length === 0) return open + close;
  if (indent === null) return open + parts.join(between) + close;
  const inner = lineStart + indent;
  return open + inner + parts.join(between + inner) + lineStart + close;
}

function keyText(key: Value): string {
  if (typeof key === "string") return key;
  if (key === null) return "null";
  return typeof key === "boolean" ? String(key) : textOf(key);
}

const writeFloat = (value: number): string =>
  Number.isFinite(value) ? reprFloat(value) : Number.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";

function writeText(text: string, { ascii }: JsonStyle): string {
  const json = JSON.stringify(text);
  if (!ascii) return json;
  return json.replaceAll(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
