// The decoder's programs of the methods that were chatted with last. Runs of the same method and settings share theirs, so that going back
// and forth between some adapters compiles nothing; what was used longest ago goes, unless an answer still needs it.
import type { MethodConfig } from "../../config/run-config.ts";
import { DecoderPrograms } from "../../generate/decoder-programs.ts";
import type { Residents } from "../../generate/residents.ts";
import type { AppliedMethod } from "../../model/methods/method.ts";
import { applyMethod } from "../../model/methods/methods.ts";
import type { LoadedModel } from "../../model/weights.ts";

/** Methods whose programs are kept beside those of answers under way. */
const mostKept = 4;

/** Programs stay until it is disposed. */
export interface LentPrograms extends Disposable {
  readonly method: AppliedMethod;
  readonly programs: DecoderPrograms;
}

interface Kept extends Omit<LentPrograms, keyof Disposable> {
  users: number;
}

export class MethodPrograms {
  readonly #model: LoadedModel;
  readonly #residents: Residents;
  /** The last used at the end. */
  readonly #kept = new Map<string, Kept>();

  constructor(model: LoadedModel, residents: Residents) {
    this.#model = model;
    this.#residents = residents;
  }

  /** @throws AtelierError `config/invalid` where the method does not fit the model */
  async lend(config: MethodConfig): Promise<LentPrograms> {
    const key = JSON.stringify(config);
    const kept = this.#kept.get(key) ?? this.#made(config);
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    kept.users++;
    await this.#letGo([...this.#kept].slice(0, -mostKept).filter(([, { users }]) => users === 0));
    const { method, programs } = kept;
    return { method, programs, [Symbol.dispose]: () => void kept.users-- };
  }

  dispose(): Promise<void> {
    return this.#letGo([...this.#kept]);
  }

  #made(config: MethodConfig): Kept {
    const method = applyMethod(this.#model.spec, config);
    return { method, programs: new DecoderPrograms(this.#model, method, this.#residents), users: 0 };
  }

  async #letGo(all: readonly (readonly [string, Kept])[]): Promise<void> {
    for (const [key] of all) this.#kept.delete(key);
    for (const [, { programs }] of all) await programs.dispose();
  }
}
