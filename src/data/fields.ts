// An object of the file whose keys are taken one by one. What has content and nobody took is named: nothing is dropped in silence.
import type { Json } from "../base/json.ts";
import { excerptAt } from "./excerpt.ts";

/** Why a record cannot be used, as the end of a sentence that starts with "Line 3". */
export class RecordFault extends Error {
  override readonly name = "RecordFault";
  readonly code: string;
  readonly hint: string | undefined;

  constructor(message: string, code = "data/bad-field", hint?: string) {
    super(message);
    this.code = code;
    this.hint = hint;
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
