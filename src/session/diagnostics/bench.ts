// Times the stages of a training step against the provider's own matrix product, in one run, because machines differ and
// are noisy: only the ratio means anything elsewhere. Medians, after a warm-up.
import { itemOf } from "../../base/the.ts";
import { seededRandom } from "../../base/random.ts";
import { elementCount } from "../../base/tensor.ts";
import type { OwnQuantization } from "../../config/quantizations.ts";
import { GraphBuilder } from "../../graph/builder.ts";
import { parseModelConfig } from "../../model/architectures.ts";
import { baseNumbers } from "../../model/base-numbers.ts";
import type { AppliedMethod } from "../../model/methods/method.ts";
import { parameterTotal, type ParameterLayout } from "../../model/parameters.ts";
import { requiredTensors, type ModelSpec } from "../../model/spec.ts";
import type { TensorReader } from "../../model/tensor-reader.ts";
import { loadModel, type LoadedModel } from "../../model/weights.ts";
import type { BenchReport, BenchRequest, BenchStage } from "../../protocol/bench-api.ts";
import type { BenchMemory, RunShape } from "../../protocol/budget-api.ts";
import type { ExecutionProvider } from "../../protocol/execution-providers.ts";
import { disposeAll, type DeviceTensor, type Engine, type Program } from "../../runtime/engine.ts";
import { filled, type TensorOwner } from "../../runtime/tensor-owner.ts";
import { StageTimer } from "../../train/stage-timer.ts";
import { Trainer } from "../../train/trainer.ts";
import { freshSnapshot } from "../../train/training.ts";
import { estimateBudget } from "../models/budget.ts";
import { plannedUpdates } from "../models/plan-run.ts";
import { shapeTraining } from "../models/shape-training.ts";
import { fullBatch } from "../runs/step-time.ts";

const matmulSize = 1024;
const mostProbeMs = 1000;
const timedSteps = 3;
const learningRate = 1e-4;

/** HuggingFaceTB/SmolLM2-135M. One layer's weights stand for all thirty: the time is the same, the memory is not. */
const smolLm2Config = {
  model_type: "llama",
  hidden_act: "silu",
  hidden_size: 576,
  intermediate_size: 1536,
  num_attention_heads: 9,
  num_hidden_layers: 30,
  num_key_value_heads: 3,
  max_position_embeddings: 8192,
  rms_norm_eps: 1e-5,
  rope_theta: 100_000,
  tie_word_embeddings: true,
  vocab_size: 49_152,
};

/** @param given the loaded model, or null for the SmolLM2-135M shape with random weights */
export async function benchmark(engine: Engine, given: LoadedModel | null, { run, quantization }: BenchRequest): Promise<BenchReport> {
  const model = given ?? (await randomModel(engine, quantization));
  try {
    const training = shapeTraining(model, run);
    const start = await training.method.start(baseNumbers(model), seededRandom(1));
    const timer = new StageTimer(engine);
    const trainer = await Trainer.create({ ...model, engine: timer.engine }, training, freshSnapshot(training, start));
    try {
      return {
        ep: providerOf(engine),
        ...(engine.isFallback ? { fallback: true } : {}),
        ...(await timeSteps(model, training.method, run, trainer, timer)),
      };
    } finally {
      await trainer.dispose();
    }
  } finally {
    if (!given) model.dispose();
  }
}

async function timeSteps(
  model: LoadedModel,
  method: AppliedMethod,
  run: RunShape,
  trainer: Trainer,
  timer: StageTimer,
): Promise<Omit<BenchReport, "ep" | "fallback">> {
  const batch = fullBatch(model.spec, run, method);
  const update = async (): Promise<number> => {
    const since = performance.now();
    await trainer.update([batch], learningRate);
    return performance.now() - since;
  };
  // Memory first: what is timed takes more, and the matrices of the bare product would count too.
  for (let repeat = 0; repeat < plannedUpdates; repeat++) await update();
  const memory = await countMemory(model, run);
  timer.start();
  using matmul = await MatmulProbe.create(model.engine);
  const stepMs: number[] = [];
  // Few, because one of the first handful of steps is slow in every browser session, whatever the code; medians pass over it.
  for (let repeat = 0; repeat < timedSteps; repeat++) {
    await matmul.run(8);
    stepMs.push(await update());
  }
  await matmul.run(8);
  const times = stageTimes(timer, model.spec, method.layout, run, Math.min(...stepMs), matmul.gflops);
  return { matmulGflops: matmul.gflops, ...times, memory };
}

/** What was allocated so far, which is what the steps took where nothing else ran before, against the estimate for it. */
async function countMemory(model: LoadedModel, run: RunShape): Promise<BenchMemory> {
  const { engine, spec, quantizationConfig, weightBytes } = model;
  const limits = { memory: null, heap: null, buffer: null };
  const subject = { spec, provider: providerOf(engine), quantizationConfig, hasFloat16: engine.hasFloat16, run };
  const { parts, stepBytes } = await estimateBudget(subject, limits);
  // One layer may stand for all.
  const estimatedBytes = stepBytes - parts.weights + weightBytes;
  const { allocatedBytes } = engine.memory();
  return { estimatedBytes, allocatedBytes, ratio: estimatedBytes / allocatedBytes, parts: { ...parts, weights: weightBytes } };
}

function stageTimes(
  timer: StageTimer,
  { layers }: ModelSpec,
  layout: ParameterLayout,
  { batchSize, seqLength }: RunShape,
  stepMs: number,
  matmulGflops: number,
): Pick<BenchReport, "stages" | "tokensPerSecond"> {
  const tokens = batchSize * seqLength;
  const stage = (ms: number, megaflops: number): BenchStage => ({
    ms,
    gflops: megaflops / ms,
    shareOfMatmul: megaflops / ms / matmulGflops,
  });
  // What is really computed, in units of 10⁶ floating point operations, so that dividing by milliseconds gives GFLOP/s.
  const megaflops = (name: string): number => (2 * timer.multiplyAdds(name)) / timedSteps / 1e6;
  const perStep = (name: string): number => (timer.median(name) * timer.count(name)) / timedSteps;
  const perLayer = (name: string): BenchStage => stage(perStep(name) / layers, megaflops(name) / layers);
  const products = ["block.forward", "block.backward", "head.gradient"];
  const stages = {
    blockForward: perLayer("block.forward"),
    blockBackward: perLayer("block.backward"),
    head: stage(perStep("head.gradient"), megaflops("head.gradient")),
    optimizer: stage(perStep("optimizer"), (parameterTotal(layout) * 14) / 1e6),
    step: stage(
      stepMs,
      products.reduce((sum, name) => sum + megaflops(name), 0),
    ),
  };
  return { stages, tokensPerSecond: (tokens / stepMs) * 1000 };
}

function providerOf({ kind }: Engine): ExecutionProvider {
  return kind === "webgpu" ? "webgpu" : "wasm";
}

/** The provider's own product of two square matrices; timed between the steps, because a machine's speed drifts. */
class MatmulProbe implements Disposable {
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

async function randomModel(engine: Engine, quantization: OwnQuantization): Promise<LoadedModel> {
  const spec = parseModelConfig(smolLm2Config);
  const shapes = requiredTensors({ ...spec, layers: 1 });
  const read: TensorReader["read"] = (name, fromRow, toRow) => {
    const [rows = 1, ...rest] = shapes.get(name) ?? [];
    const size = ((toRow ?? rows) - (fromRow ?? 0)) * elementCount(rest);
    return Promise.resolve(name.includes("norm") ? new Float32Array(size).fill(1) : randomFloats(size, name.length));
  };
  const model = await loadModel(engine, { ...spec, layers: 1 }, { shapes, read }, { quantization });
  const all = <T>(of: readonly T[]): T[] => Array.from({ length: spec.layers }, () => itemOf(of, 0));
  return { ...model, spec, layers: all(model.layers), layerForms: all(model.layerForms) };
}

function randomFloats(size: number, seed: number): Float32Array {
  const random = seededRandom(seed);
  return Float32Array.from({ length: size }, () => (random.uniform() - 0.5) * 0.07);
}
