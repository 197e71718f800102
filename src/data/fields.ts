// An object of the file whose keys are taken one by one. What has content and nobody took is named: nothing is dropped in silence.
import { codeOf } from "../base/errors.ts";
import type { Json } from "../base/json.ts";
import type { ErrorKey } from "../words/catalog.ts";
import type { ErrorParameters, Given, Values } from "../words/message.ts";
import type { DataIssue, ParsedDataset } from "./example.ts";
import { excerptAt } from "./excerpt.ts";
import { placeOf } from "./sources.ts";

type FaultKey = Extract<ErrorKey, `data/${string}`>;

/** Why a record cannot be used. Its words start with the place of the record, which whoever reads the file knows. */
export class RecordFault<Key extends FaultKey = FaultKey> extends Error {
  override readonly name = "RecordFault";
  readonly #key: Key;
  readonly #params: Values;

  constructor(key: Key, ...given: Given<Omit<ErrorParameters<Key>, "place" | "unit">>) {
    super(key);
    this.#key = key;
    this.#params = given[0] ?? {};
  }

  /** As what is wrong with the record that stands there. */
  issueAt(unit: ParsedDataset["unit"], line: number): DataIssue {
    const params = { ...this.#params, place: placeOf(unit, line), unit };
    return { line, code: codeOf(this.#key), key: this.#key, params };
  }
}

export class Fields {
  readonly #record: Json;
  readonly #path: string;
  /** Of the whole record, in order of discovery. */
  readonly #all: Fields[];
  readonly #taken = new Set<string>();

  constructor(record: Json, path = "", all: Fields[] = []) {
    this.#record = record;
    this.#path = path;
    this.#all = all;
    all.push(this);
  }

  /** An object within. `path` is from here, with [] for a place in a list. */
  inner(record: Json, path: string): Fields {
    return new Fields(record, `${this.#path}${path}.`, this.#all);
  }

  keys(): readonly string[] {
    return Object.keys(this.#record);
  }

  has(key: string): boolean {
    return !isEmpty(this.peek(key));
  }

  /** The value of an own key. What is only looked at counts as not used. */
  peek(key: string): unknown {
    return Object.hasOwn(this.#record, key) ? this.#record[key] : undefined;
  }

  take(key: string): unknown {
    this.#taken.add(key);
    return this.peek(key);
  }

  /** The first of the keys that has content, and its value. Where none has: the first that is there at all, else the first. */
  takeFirst(keys: readonly [string, ...string[]]): { readonly key: string; readonly value: unknown } {
    const key = keys.find((name) => this.has(name)) ?? keys.find((name) => this.peek(name) !== undefined) ?? keys[0];
    return { key, value: this.take(key) };
  }

  /** Paths of what has content and was not taken, here and in all objects of the record. */
  unused(): ReadonlySet<string> {
    return new Set(this.#all.flatMap((fields) => fields.#unused()));
  }

  #unused(): string[] {
    return Object.keys(this.#record)
      .filter((key) => !this.#taken.has(key) && this.has(key))
      .map((key) => this.#path + excerptAt(key));
  }
}

export function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === "") return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}
