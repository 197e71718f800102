// Programs by what they are for, each compiled once. A failure is not remembered: memory may be free again later.
import type { Graph } from "../graph/ir.ts";
import type { Engine, Program } from "./engine.ts";

export class ProgramCache {
  readonly #engine: Engine;
  readonly #programs = new Map<string, Promise<Program>>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** @param build is called where the key is new */
  get<Output extends string>(key: string, build: () => Graph<Output>): Promise<Program<Output>> {
    const known = this.#programs.get(key);
    // The key says which graph it is, and so which outputs it has.
    if (known) return known as Promise<Program<Output>>;
    const compiled = this.#engine.compile(build());
    this.#programs.set(key, compiled);
    compiled.catch(() => this.#programs.delete(key));
    return compiled;
  }

  /** One that failed to compile has nothing to let go. */
  async dispose(): Promise<void> {
    const programs = [...this.#programs.values()];
    this.#programs.clear();
    for (const outcome of await Promise.allSettled(programs)) if (outcome.status === "fulfilled") outcome.value.dispose();
  }
}
