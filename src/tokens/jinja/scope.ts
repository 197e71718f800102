import { Undefined } from "./values.ts";
import type { Value } from "./values.ts";

/** Names of one block. What a block sets is gone after it; what surrounds it can be read, not changed. */
export class Scope {
  readonly #names = new Map<string, Value>();
  readonly #outer: Scope | null;

  constructor(outer: Scope | null, names: Iterable<readonly [string, Value]> = []) {
    this.#outer = outer;
    for (const [name, value] of names) this.#names.set(name, value);
  }

  lookUp(name: string): Value {
    const value = this.#names.get(name);
    if (value !== undefined) return value;
    return this.#outer ? this.#outer.lookUp(name) : new Undefined(`'${name}' is undefined`);
  }

  set(name: string, value: Value): void {
    this.#names.set(name, value);
  }
}
