// The provider's own product of two square matrices, which stages are measured by; timed between them, because a machine's speed drifts.
import { seededRandom } from "../../base/random.ts";
import { GraphBuilder } from "../../graph/builder.ts";
import { disposeAll, type DeviceTensor, type Engine, type Program } from "../../runtime/engine.ts";
import { filled, type TensorOwner } from "../../runtime/tensor-owner.ts";
import { StageTimer } from "../../train/stage-timer.ts";

const matmulSize = 1024;
const mostProbeMs = 1000;

export class MatmulProbe implements Disposable {
  readonly #timer: StageTimer;
  readonly #owner: TensorOwner;
  readonly #program: Program;
  readonly #feeds: Record<string, DeviceTensor>;

  private constructor(owner: TensorOwner, program: Program, feeds: Record<string, DeviceTensor>) {
    this.#timer = new StageTimer(owner.engine);
    this.#owner = owner;
    this.#program = program;
    this.#feeds = feeds;
  }

  static async create(engine: Engine): Promise<MatmulProbe> {
    const g = new GraphBuilder();
    const shape = [matmulSize, matmulSize];
    const y = g.matmul(g.input("a", "float32", shape), g.input("b", "float32", shape));
    const graph = g.finish("matmul", { y });
    const { made } = await filled(engine, async (owner) => {
      const upload = (seed: number): DeviceTensor => owner.upload("float32", shape, randomFloats(matmulSize ** 2, seed));
      const probe = new MatmulProbe(owner, await owner.compile(graph), { a: upload(0), b: upload(1) });
      await probe.run(2);
      probe.#timer.start();
      return probe;
    });
    return made;
  }

  /** Fewer times on an engine so slow that one product takes seconds. */
  async run(times: number): Promise<void> {
    const until = performance.now() + mostProbeMs;
    for (let repeat = 0; repeat < times && (repeat === 0 || performance.now() < until); repeat++)
      disposeAll(await this.#timer.engine.run(this.#program, this.#feeds));
  }

  get gflops(): number {
    return (2 * matmulSize ** 3) / 1e6 / this.#timer.median("matmul");
  }

  [Symbol.dispose](): void {
    this.#owner[Symbol.dispose]();
  }
}

/** Uniform around zero. */
export function randomFloats(size: number, seed: number): Float32Array {
  const random = seededRandom(seed);
  return Float32Array.from({ length: size }, () => (random.uniform() - 0.5) * 0.07);
}
