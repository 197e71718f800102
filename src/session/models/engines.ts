// The engines of this worker, one per provider, made when first asked for. One that was lost is forgotten, so that the next
// load makes another.
import type { AtelierError } from "../../base/errors.ts";
import type { ExecutionProvider } from "../../protocol/execution-providers.ts";
import type { Engine } from "../../runtime/engine.ts";
import { PreparedPrograms } from "../../runtime/prepared-programs.ts";

export type CreateEngine = (provider: ExecutionProvider) => Promise<Engine>;

export class Engines {
  readonly #create: CreateEngine;
  readonly #onLost: (engine: Engine, error: AtelierError) => void;
  readonly #made = new Map<ExecutionProvider, Promise<Engine>>();
  readonly #lost = new WeakMap<Engine, AtelierError>();
  readonly #prepared = new WeakMap<Engine, PreparedPrograms>();

  constructor(create: CreateEngine, onLost: (engine: Engine, error: AtelierError) => void) {
    this.#create = create;
    this.#onLost = onLost;
  }

  get(provider: ExecutionProvider): Promise<Engine> {
    const known = this.#made.get(provider);
    if (known) return known;
    const made = this.#create(provider).then((engine) => this.#preparing(engine));
    this.#made.set(provider, made);
    void this.#follow(provider, made);
    return made;
  }

  /** What is compiled ahead on one of these engines; undefined of any other. */
  preparedOn(engine: Engine): PreparedPrograms | undefined {
    return this.#prepared.get(engine);
  }

  #preparing(inner: Engine): Engine {
    const prepared = new PreparedPrograms(inner);
    this.#prepared.set(prepared.engine, prepared);
    return prepared.engine;
  }

  async #follow(provider: ExecutionProvider, made: Promise<Engine>): Promise<void> {
    // A failure is not remembered: the user may plug in, allow or update something and try again.
    const engine = await made.catch(() => null);
    const error = await engine?.lost;
    if (this.#made.get(provider) === made) this.#made.delete(provider);
    if (!engine || !error) return;
    this.#lost.set(engine, error);
    this.#onLost(engine, error);
  }

  /** @throws AtelierError why this engine was lost */
  requireAlive(engine: Engine): void {
    const error = this.#lost.get(engine);
    if (error) throw error;
  }
}
