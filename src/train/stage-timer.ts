// An engine that times every run by the name of its graph. On a GPU a run returns before it is done, so the timer waits for
// one result to be readable; that makes a timed step slower than a real one, and the sum of stages an upper bound. What is read takes
// memory as well, so that until it is told to start the timer does nothing.
import { elementCount } from "../base/tensor.ts";
import { multiplyAdds } from "../graph/multiply-adds.ts";
import { disposeAll, type DeviceTensor, type Engine } from "../runtime/engine.ts";
import { wrappedEngine } from "../runtime/wrapped-engine.ts";

export class StageTimer {
  readonly engine: Engine;
  readonly #times = new Map<string, number[]>();
  readonly #multiplyAdds = new Map<string, number>();
  #isStarted = false;

  constructor(inner: Engine) {
    const run: Engine["run"] = async (program, feeds) => {
      if (!this.#isStarted) return inner.run(program, feeds);
      const since = performance.now();
      const results = await inner.run(program, feeds);
      try {
        if (inner.kind === "webgpu") await inner.read(smallest(Object.values<DeviceTensor>(results)));
      } catch (error) {
        // Nobody else has seen these results.
        disposeAll(results);
        throw error;
      }
      const { name } = program.graph;
      this.#times.set(name, [...(this.#times.get(name) ?? []), performance.now() - since]);
      this.#multiplyAdds.set(name, this.multiplyAdds(name) + multiplyAdds(program.graph));
      return results;
    };
    this.engine = wrappedEngine(inner, { run });
  }

  start(): void {
    this.#isStarted = true;
  }

  /** How often the stage ran. */
  count(stage: string): number {
    return this.#times.get(stage)?.length ?? 0;
  }

  /** Multiplications of all its runs: see graph/multiply-adds.ts. */
  multiplyAdds(stage: string): number {
    return this.#multiplyAdds.get(stage) ?? 0;
  }

  /** Milliseconds; NaN where the stage did not run. */
  median(stage: string): number {
    const sorted = (this.#times.get(stage) ?? []).toSorted((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)] ?? NaN;
  }
}

function smallest(tensors: readonly DeviceTensor[]): DeviceTensor {
  return tensors.reduce((best, tensor) => (elementCount(tensor.shape) < elementCount(best.shape) ? tensor : best));
}
