// The records of one file, as they come, to its examples, its issues and what is said of it.
import { isRecord, type Json } from "../base/json.ts";
import { AtelierError, hintOf, messageOf } from "../base/errors.ts";
import type { Text } from "../words/message.ts";
import type { OpenedFile } from "./containers/container.ts";
import type { DataIssue, Example } from "./example.ts";
import { excerptAt, quoteSome } from "./excerpt.ts";
import { Columns, guessMapping, type ColumnLook } from "./guess-mapping.ts";
import type { Mapping } from "./mapped-roles.ts";
import { writtenMapping } from "./mapping.ts";
import { readRecord, type Read } from "./read-record.ts";
import type { FoundValue } from "./read-values.ts";
import { looksLikeColumns, recordLists, recordsOfColumns, recordsUnderKey, type Unwrapped } from "./wrapped-records.ts";

/** Issues kept; a file of another kind can have a fault on every one of a million lines. */
export const maxIssues = 1000;

/** Names of unused keys that are kept; a file can have others in every record. */
const maxIgnored = 1000;
/** Stands for the names that are not kept. */
const otherKeys = "…";

export interface Collected {
  readonly unit: "line" | "object";
  readonly details: readonly Text[];
  readonly examples: readonly Example[];
  readonly issues: readonly DataIssue[];
  readonly formats: ReadonlySet<string>;
  readonly lineCount: number;
  /** The last place that holds anything. */
  readonly last: number;
  readonly ignored: ReadonlyMap<string, number>;
}

export class Collector {
  readonly #name: string;
  readonly #unit: OpenedFile["unit"];
  readonly #details: Text[];
  readonly #mapping: Mapping | undefined;
  readonly #columns = new Columns();
  readonly #examples: Example[] = [];
  readonly #issues: DataIssue[] = [];
  readonly #formats = new Set<string>();
  readonly #ignored = new Map<string, number>();
  #lineCount = 0;
  #last = 0;
  /** A first object of no known format: where it stays the only one, its records may be within. */
  #wrapper: { readonly object: Json; readonly found: FoundValue; readonly read: Read } | undefined;

  constructor(name: string, { unit, details }: Pick<OpenedFile, "unit" | "details">, mapping?: Mapping) {
    this.#name = name;
    this.#mapping = mapping;
    this.#unit = unit;
    this.#details = [...details];
  }

  add(found: FoundValue): void {
    this.#flushWrapper();
    const read = this.#read(found, this.#unit());
    if (this.#lineCount === 0 && "value" in found && isRecord(found.value) && mayWrap(found.value, read)) {
      this.#wrapper = { object: found.value, found, read };
    } else this.#keep(read, found.place);
  }

  /** @throws AtelierError `data/empty#blank`, `data/no-examples`, `data/uneven-columns` */
  finish(): Collected {
    const unit = this.#unwrap() ? "object" : this.#unit();
    const [first] = this.#issues;
    if (this.#lineCount === 0) throw new AtelierError("data/empty#blank", { name: this.#name });
    if (this.#examples.length === 0) {
      const counted = { count: this.#lineCount, unit, name: this.#name };
      if (!first) throw new AtelierError("data/no-examples", counted);
      if (first.code === "data/unknown-keys") throw unmapped(counted, first, this.#columns.list());
      throw new AtelierError("data/no-examples#first", { ...counted, first: messageOf(first), hint: hintOf(first) });
    }
    return {
      unit,
      details: this.#details,
      examples: this.#examples,
      issues: this.#issues,
      formats: this.#formats,
      lineCount: this.#lineCount,
      last: this.#last,
      ignored: this.#ignored,
    };
  }

  #read(found: FoundValue, unit: "line" | "object"): Read {
    if ("value" in found) this.#columns.add(found.value);
    return readRecord(found, unit, this.#mapping);
  }

  #keep(read: Read, place: number): void {
    this.#lineCount++;
    this.#last = Math.max(this.#last, place);
    if ("issue" in read) {
      if (this.#issues.length < maxIssues) this.#issues.push(read.issue);
      return;
    }
    this.#examples.push(read.example);
    this.#formats.add(read.format);
    for (const key of read.unused) this.#ignore(key);
  }

  #ignore(key: string): void {
    countKey(this.#ignored, key, 1);
  }

  #flushWrapper(): void {
    const wrapper = this.#wrapper;
    this.#wrapper = undefined;
    if (wrapper) this.#keep(wrapper.read, wrapper.found.place);
  }

  #unwrap(): boolean {
    if (!this.#wrapper) return false;
    const { object, found, read } = this.#wrapper;
    const unwrapped = unwrap(object, this.#name);
    if (!unwrapped) {
      const lists = recordLists(object);
      if (lists.length > 1) this.#wrapper = { object, found, read: severalLists(read, lists) };
      this.#flushWrapper();
      return false;
    }
    this.#wrapper = undefined;
    for (const [at, value] of unwrapped.records.entries()) this.#keep(this.#read({ place: at + 1, value }, "object"), at + 1);
    for (const key of unwrapped.beside) this.#ignore(excerptAt(key));
    this.#details.push(unwrapped.detail);
    return true;
  }
}

/** Counts unused keys; beyond a thousand names they are counted together. */
export function countKey(ignored: Map<string, number>, key: string, count: number): void {
  const name = ignored.has(key) || ignored.size < maxIgnored ? key : otherKeys;
  ignored.set(name, (ignored.get(name) ?? 0) + count);
}

/** What the columns could be is proposed in words, for the user to confirm. */
function unmapped(counted: Counted, first: DataIssue, columns: readonly ColumnLook[]): AtelierError {
  const mapping = guessMapping(columns);
  if (!mapping) return new AtelierError("data/no-examples#first", { ...counted, first: messageOf(first), hint: hintOf(first) });
  return new AtelierError("data/unmapped", { ...counted, first: messageOf(first), mapping: `'${writtenMapping(mapping)}'` });
}

interface Counted {
  readonly count: number;
  readonly unit: "line" | "object";
  readonly name: string;
}

function mayWrap(object: Json, read: Read): boolean {
  return "issue" in read && (looksLikeColumns(object) || ["data/unknown-keys", "data/map-column"].includes(read.issue.code));
}

function unwrap(object: Json, name: string): Unwrapped | undefined {
  return looksLikeColumns(object) ? recordsOfColumns(object, name) : recordsUnderKey(object);
}

function severalLists(read: Read, lists: readonly string[]): Read {
  if (!("issue" in read)) return read;
  const { issue } = read;
  return { issue: { ...issue, key: "data/several-lists", params: { what: messageOf(issue), lists: quoteSome(lists) } } };
}
