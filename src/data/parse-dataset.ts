// A file to examples, streaming. A bad line never spoils the good ones: it becomes an issue that names the line and says what to do. A
// file that cannot be a dataset at all is refused as a whole.
import { isRecord, type Json } from "../base/json.ts";
import { AtelierError, hintOf, messageOf } from "../base/errors.ts";
import { decodeLines, type NamedBlob } from "./decode-lines.ts";
import type { DataIssue, Example, ParsedDataset } from "./example.ts";
import { excerptAt, quoteSome } from "./excerpt.ts";
import { isEmpty } from "./fields.ts";
import { readRecord, type Read } from "./read-record.ts";
import { ValueReader, type FoundValue } from "./read-values.ts";

/** Larger files would not fit the memory of a tab once tokenized; sets for fine-tuning are far smaller. */
export const maxDatasetBytes = 100_000_000;

/** Issues kept; a file of another kind can have a fault on every one of a million lines. */
const maxIssues = 1000;

/** Names of unused keys that are kept; a file can have others in every record. */
const maxIgnored = 1000;
/** Stands for the names that are not kept. */
const otherKeys = "…";

/**
 * @param onProgress gets the share of bytes read
 * @throws AtelierError `data/empty`, `data/too-large`, `data/binary`, `data/no-examples`
 */
export async function parseDataset(file: NamedBlob, onProgress?: (fraction: number) => void): Promise<ParsedDataset> {
  if (file.size === 0) throw new AtelierError("data/empty", { name: file.name });
  if (file.size > maxDatasetBytes) throw new AtelierError("data/too-large", { name: file.name, size: file.size, limit: maxDatasetBytes });
  const values = new ValueReader();
  const collector = new Collector(file.name, values);
  for await (const line of decodeLines(file, onProgress)) for (const found of values.push(line)) collector.add(found);
  for (const found of values.end()) collector.add(found);
  return collector.finish();
}

class Collector {
  readonly #name: string;
  readonly #values: ValueReader;
  readonly #examples: Example[] = [];
  readonly #issues: DataIssue[] = [];
  readonly #formats = new Set<string>();
  readonly #ignored = new Map<string, number>();
  #lineCount = 0;
  /** A first object of no known format: where it stays the only one, its records may be in a list within. */
  #wrapper: { readonly object: Json; readonly read: Read } | undefined;

  constructor(name: string, values: ValueReader) {
    this.#name = name;
    this.#values = values;
  }

  add(found: FoundValue): void {
    this.#flushWrapper();
    const { unit } = this.#values;
    const read = readRecord(found, unit);
    if ("issue" in read && read.issue.code === "data/unknown-keys" && this.#lineCount === 0 && "value" in found && isRecord(found.value))
      this.#wrapper = { object: found.value, read };
    else this.#keep(read);
  }

  finish(): ParsedDataset {
    const unit = this.#unwrap() ? "object" : this.#values.unit;
    const [first] = this.#issues;
    if (this.#lineCount === 0) throw new AtelierError("data/empty#blank", { name: this.#name });
    if (this.#examples.length === 0) {
      const counted = { count: this.#lineCount, unit, name: this.#name };
      if (!first) throw new AtelierError("data/no-examples", counted);
      throw new AtelierError("data/no-examples#first", { ...counted, first: messageOf(first), hint: hintOf(first) });
    }
    return {
      name: this.#name,
      format: [...this.#formats].join(", "),
      unit,
      examples: this.#examples,
      issues: this.#issues,
      lineCount: this.#lineCount,
      ignored: Object.fromEntries(this.#ignored),
    };
  }

  #keep(read: Read): void {
    this.#lineCount++;
    if ("issue" in read) {
      if (this.#issues.length < maxIssues) this.#issues.push(read.issue);
      return;
    }
    this.#examples.push(read.example);
    this.#formats.add(read.format);
    for (const key of read.unused) this.#ignore(key);
  }

  #ignore(key: string): void {
    const name = this.#ignored.has(key) || this.#ignored.size < maxIgnored ? key : otherKeys;
    this.#ignored.set(name, (this.#ignored.get(name) ?? 0) + 1);
  }

  #flushWrapper(): void {
    const wrapper = this.#wrapper;
    this.#wrapper = undefined;
    if (wrapper) this.#keep(wrapper.read);
  }

  /** {"data": [{…}, …]}: the one list of objects in the one object of a file. */
  #unwrap(): boolean {
    const object = this.#wrapper?.object ?? {};
    const lists = Object.keys(object).filter((key) => isListOfObjects(object[key]));
    const [list] = lists;
    if (list === undefined || lists.length > 1) {
      if (this.#wrapper && lists.length > 1) this.#wrapper = { object, read: severalLists(this.#wrapper.read, lists) };
      this.#flushWrapper();
      return false;
    }
    this.#wrapper = undefined;
    const records = object[list] as readonly Json[];
    for (const [at, value] of records.entries()) this.#keep(readRecord({ place: at + 1, value }, "object"));
    for (const key of Object.keys(object)) if (key !== list && !isEmpty(object[key])) this.#ignore(excerptAt(key));
    return true;
  }
}

function severalLists(read: Read, lists: readonly string[]): Read {
  if (!("issue" in read)) return read;
  const { issue } = read;
  return { issue: { ...issue, key: "data/several-lists", params: { what: messageOf(issue), lists: quoteSome(lists) } } };
}

function isListOfObjects(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every(isRecord);
}
