// Training steps of a run shape on a loaded model, to be timed: whole steps as they come, then stage by stage beside the provider's own
// matrix product, because machines differ and are noisy: only the ratio means anything elsewhere.
import { seededRandom } from "../../base/random.ts";
import { baseNumbers } from "../../model/base-numbers.ts";
import type { AppliedMethod } from "../../model/methods/method.ts";
import { parameterTotal, type ParameterLayout } from "../../model/parameters.ts";
import type { ModelSpec } from "../../model/spec.ts";
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

/** One of the first handful of steps is slow in every browser session, whatever the code; medians pass over it. */
const timedSteps = 3;
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
    for (let repeat = 0; repeat < timedSteps; repeat++) {
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
  { layers }: ModelSpec,
  layout: ParameterLayout,
  { batchSize, seqLength }: RunShape,
  stepMs: number,
  matmulGflops: number,
): Pick<BenchReport, "stages" | "tokensPerSecond"> {
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
  return { stages, tokensPerSecond: ((batchSize * seqLength) / stepMs) * 1000 };
}
