// One owner of what is made on an engine. All that was neither kept nor dropped goes with it, also when the work that made it
// failed halfway: whoever allocates does it through an owner.
import type { Graph } from "../graph/ir.ts";
import type { DeviceTensor, Engine, Program, Results } from "./engine.ts";

interface Held {
  dispose(): void;
}

export class TensorOwner implements Disposable {
  readonly engine: Engine;
  readonly #held = new Set<Held>();

  constructor(engine: Engine) {
    this.engine = engine;
  }

  /** Bound, because it is handed to whoever fills tables. */
  readonly upload: Engine["upload"] = (...args) => this.own(this.engine.upload(...args));

  async compile<Output extends string>(graph: Graph<Output>): Promise<Program<Output>> {
    return this.own(await this.engine.compile(graph));
  }

  async run<Output extends string>(
    program: Program<Output>,
    feeds: Readonly<Record<string, DeviceTensor | undefined>>,
  ): Promise<Results<Output>> {
    const results = await this.engine.run(program, feeds as Record<string, DeviceTensor>);
    for (const tensor of Object.values<DeviceTensor>(results)) this.own(tensor);
    return results;
  }

  /** Takes over what another made. */
  own<T extends Held>(held: T): T {
    this.#held.add(held);
    return held;
  }

  /** Hands a tensor over to the caller. */
  keep(tensor: DeviceTensor): DeviceTensor {
    this.#held.delete(tensor);
    return tensor;
  }

  drop(...dropped: readonly Held[]): void {
    for (const held of dropped) {
      this.#held.delete(held);
      held.dispose();
    }
  }

  [Symbol.dispose](): void {
    this.drop(...this.#held);
  }
}

/** What `fill` makes belongs to the owner that is returned; where it fails nothing stays allocated. */
export async function filled<T>(engine: Engine, fill: (owner: TensorOwner) => T | Promise<T>): Promise<{ owner: TensorOwner; made: T }> {
  const owner = new TensorOwner(engine);
  try {
    const made = await fill(owner);
    await engine.settled();
    return { owner, made };
  } catch (error) {
    owner[Symbol.dispose]();
    throw error;
  }
}
