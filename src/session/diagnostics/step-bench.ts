// Training steps of a run shape on a loaded model, to be timed: whole steps as they come, then stage by stage beside the provider's own
// matrix product, because machines differ and are noisy: only the ratio means anything elsewhere.
import { seededRandom } from "../../base/random.ts";
import { baseNumbers } from "../../model/base-numbers.ts";
import type { AppliedMethod } from "../../model/methods/method.ts";
import { parameterTotal, type ParameterLayout } from "../../model/parameters.ts";
import type { ModelSpec } from "../../model/spec.ts";
import { headChunk } from "../../model/stages/head.ts";
import type { LoadedModel } from "../../model/weights.ts";
import type { BenchReport, BenchStage } from "../../protocol/bench-api.ts";
import type { BenchMemory, RunShape } from "../../protocol/budget-api.ts";
import type { ExecutionProvider } from "../../protocol/execution-providers.ts";
import type { Engine } from "../../runtime/engine.ts";
import type { Batch } from "../../tokens/batch.ts";
import { StageTimer } from "../../train/stage-timer.ts";
import { Trainer } from "../../train/trainer.ts";
import { freshSnapshot } from "../../train/training.ts";
import { estimateBudget } from "../models/budget.ts";
import { shapeTraining } from "../models/shape-training.ts";
import { fullBatch } from "../runs/step-time.ts";
import { MatmulProbe } from "./matmul-probe.ts";

const learningRate = 1e-4;

export class StepBench {
  readonly #model: LoadedModel;
  readonly #run: RunShape;
  readonly #method: AppliedMethod;
  readonly #timer: StageTimer;
  readonly #trainer: Trainer;
  readonly #batch: Batch;

  private constructor(model: LoadedModel, run: RunShape, method: AppliedMethod, timer: StageTimer, trainer: Trainer) {
    this.#model = model;
    this.#run = run;
    this.#method = method;
    this.#timer = timer;
    this.#trainer = trainer;
    this.#batch = fullBatch(model.spec, run, method);
  }

  static async create(model: LoadedModel, run: RunShape): Promise<StepBench> {
    const training = shapeTraining(model, run);
    const start = await training.method.start(baseNumbers(model), seededRandom(1));
    const timer = new StageTimer(model.engine);
    const trainer = await Trainer.create({ ...model, engine: timer.engine }, training, freshSnapshot(training, start));
    return new StepBench(model, run, training.method, timer, trainer);
  }

  /** One step. @returns milliseconds */
  async update(): Promise<number> {
    const since = performance.now();
    await this.#trainer.update([this.#batch], learningRate);
    return performance.now() - since;
  }

  /** What was allocated so far, which is what the steps took where nothing else ran before, against the estimate for it. */
  async memory(): Promise<BenchMemory> {
    const { engine, spec, quantizationConfig, weightBytes } = this.#model;
    const limits = { memory: null, heap: null, buffer: null };
    const subject = { spec, provider: providerOf(engine), quantizationConfig, hasFloat16: engine.hasFloat16, run: this.#run };
    const { parts, stepBytes } = await estimateBudget(subject, limits);
    // One layer may stand for all.
    const estimatedBytes = stepBytes - parts.weights + weightBytes;
    const { allocatedBytes } = engine.memory();
    return { estimatedBytes, allocatedBytes, ratio: estimatedBytes / allocatedBytes, parts: { ...parts, weights: weightBytes } };
  }

  /** Ask for the memory first: what is timed takes more, and the matrices of the bare product count too. Medians. */
  async stages(): Promise<Pick<BenchReport, "matmulGflops" | "stages" | "tokensPerSecond">> {
    this.#timer.start();
    using matmul = await MatmulProbe.create(this.#model.engine);
    const stepMs: number[] = [];
    // Three, because one of the first handful of steps is slow in every browser session, whatever the code; medians pass over it.
    for (let repeat = 0; repeat < 3; repeat++) {
      await matmul.run(8);
      stepMs.push(await this.update());
    }
    await matmul.run(8);
    const { spec } = this.#model;
    const times = stageTimes(this.#timer, spec, this.#method.layout, this.#run, Math.min(...stepMs), matmul.gflops);
    return { matmulGflops: matmul.gflops, ...times };
  }

  dispose(): Promise<void> {
    return this.#trainer.dispose();
  }
}

export function providerOf({ kind }: Engine): ExecutionProvider {
  return kind === "webgpu" ? "webgpu" : "wasm";
}

function stageTimes(
  timer: StageTimer,
  spec: ModelSpec,
  layout: ParameterLayout,
  { batchSize, seqLength }: RunShape,
  stepMs: number,
  matmulGflops: number,
): Pick<BenchReport, "stages" | "tokensPerSecond"> {
  const tokens = batchSize * seqLength;
  const flops = countFlops(spec, layout, batchSize, seqLength);
  const stage = (ms: number, gflop: number): BenchStage => ({ ms, gflops: gflop / ms, shareOfMatmul: gflop / ms / matmulGflops });
  const chunks = Math.ceil((tokens - batchSize) / headChunk(spec, tokens));
  const stages = {
    blockForward: stage(timer.median("block.forward"), flops.forward),
    blockBackward: stage(timer.median("block.backward"), flops.backward),
    head: stage(timer.median("head.gradient") * chunks, flops.head),
    optimizer: stage(timer.median("optimizer") * layout.length, (parameterTotal(layout) * 14) / 1e6),
    step: stage(stepMs, (flops.forward + flops.backward) * spec.layers + flops.head),
  };
  return { stages, tokensPerSecond: (tokens / stepMs) * 1000 };
}

/** In units of 10⁶ floating point operations, so that dividing by milliseconds gives GFLOP/s. Frozen weights have no gradient. */
function countFlops(
  spec: ModelSpec,
  layout: ParameterLayout,
  batch: number,
  seq: number,
): { forward: number; backward: number; head: number } {
  const tokens = batch * seq;
  const linears = spec.linears.reduce((sum, { inFeatures, outFeatures }) => sum + 2 * tokens * inFeatures * outFeatures, 0);
  // Of the matrices that a method adds; a layer in the mean.
  const added = (2 * tokens * parameterTotal(layout)) / spec.layers;
  const attention = 4 * tokens * seq * spec.heads * spec.headDim;
  const forward = linears + added + attention;
  const head = 2 * (tokens - batch) * spec.hiddenSize * spec.vocabularySize;
  return { forward: forward / 1e6, backward: (forward + linears + 2 * added + 2 * attention) / 1e6, head: (2 * head) / 1e6 };
}
