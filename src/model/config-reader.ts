// Reads config.json key by key. Every refusal names the key, what was found and what is expected.
import type { Json } from "../base/json.ts";
import { AtelierError } from "../base/errors.ts";
import { commas, words, type Words } from "../words/message.ts";

export class ConfigReader {
  readonly #config: Readonly<Record<string, unknown>>;
  readonly #path: string;

  constructor(config: unknown, path = "") {
    if (typeof config !== "object" || config === null || Array.isArray(config)) {
      if (path === "") throw new AtelierError("model/config-invalid#no-object");
      throw new AtelierError("model/config-invalid#no-object-at", { key: path.slice(0, -1) });
    }
    this.#config = config as Record<string, unknown>;
    this.#path = path;
  }

  text(key: string): string {
    const value = this.#config[key];
    if (typeof value !== "string") throw this.#wrong(key, words("model/a-string"));
    return value;
  }

  number(key: string, fallback?: number): number {
    const value = this.#config[key] ?? fallback;
    if (typeof value !== "number" || !Number.isFinite(value)) throw this.#wrong(key, words("model/a-number"));
    return value;
  }

  positive(key: string, fallback?: number): number {
    const value = this.number(key, fallback);
    if (value <= 0) throw this.#wrong(key, words("model/a-number-above-zero"));
    return value;
  }

  /** A list of `length` positive numbers. */
  positives(key: string, length: number): readonly number[] {
    const value: unknown = this.#config[key];
    const fits = Array.isArray(value) && value.length === length && value.every((entry) => Number.isFinite(entry) && entry > 0);
    if (!fits) throw this.#wrong(key, words("model/numbers-above-zero", { count: length }));
    return value as readonly number[];
  }

  /** A positive whole number. */
  count(key: string, fallback?: number): number {
    const value = this.number(key, fallback);
    if (!Number.isInteger(value) || value <= 0) throw this.#wrong(key, words("model/a-positive-whole-number"));
    return value;
  }

  flag(key: string, fallback: boolean): boolean {
    const value = this.#config[key] ?? fallback;
    if (typeof value !== "boolean") throw this.#wrong(key, words("model/true-or-false"));
    return value;
  }

  all(): Json {
    return this.#config;
  }

  keys(): readonly string[] {
    return Object.keys(this.#config);
  }

  has(key: string): boolean {
    return this.#config[key] !== undefined && this.#config[key] !== null;
  }

  /** As it stands there. */
  value(key: string): unknown {
    return this.#config[key];
  }

  /** Whether the key is there with the value null, which often differs from its absence. */
  isNull(key: string): boolean {
    return this.#config[key] === null;
  }

  /** A positive whole number; null where the key says null, `fallback` where it is absent. */
  countOrNull(key: string, fallback: number | null): number | null {
    if (this.isNull(key)) return null;
    return this.has(key) ? this.count(key) : fallback;
  }

  /** A number; null where the key says null, `fallback` where it is absent. */
  numberOrNull(key: string, fallback: number | null): number | null {
    if (this.isNull(key)) return null;
    return this.has(key) ? this.number(key) : fallback;
  }

  /** One entry per layer; null where the key is absent or null. */
  list(key: string, layers: number): readonly unknown[] | null {
    if (!this.has(key)) return null;
    const value = this.#config[key];
    if (!Array.isArray(value) || value.length !== layers) throw this.#wrong(key, words("model/an-entry-per-layer", { layers }));
    return value;
  }

  /** @throws AtelierError `model/unsupported-feature` where the key is there and says something else */
  refuse(key: string, unless: (value: unknown) => boolean): void {
    const value = this.#config[key];
    if (value === undefined || value === null || unless(value)) return;
    throw new AtelierError("model/unsupported-feature#setting", { key: this.#path + key, value: JSON.stringify(value) });
  }

  /** A nested object; null where the key is absent or null. */
  object(key: string): ConfigReader | null {
    const value = this.#config[key];
    return value === undefined || value === null ? null : new ConfigReader(value, `${this.#path}${key}.`);
  }

  /** A string out of those that are supported. */
  expect<T extends string>(key: string, supported: readonly T[], fallback?: T): T {
    const value = this.#config[key] ?? fallback;
    const found = supported.find((option) => option === value);
    if (found !== undefined) return found;
    throw new AtelierError("model/unsupported-feature#option", {
      key: this.#path + key,
      value: value === undefined ? words("model/nothing") : JSON.stringify(value),
      supported: commas(supported),
    });
  }

  #wrong(key: string, expected: Words): AtelierError {
    const value = this.#config[key];
    const at = { key: this.#path + key, expected };
    if (value === undefined) return new AtelierError("model/config-invalid#missing", at);
    return new AtelierError("model/config-invalid#wrong", { ...at, found: JSON.stringify(value) });
  }
}
