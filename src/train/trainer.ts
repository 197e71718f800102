// The state of a run on the engine (parameters, gradients, what the optimizer keeps) and one optimizer step on it. Nothing here knows
// where examples come from, what time it is or where checkpoints go, nor which method, objective or optimizer it runs.
import { AtelierError } from "../base/errors.ts";
import { the } from "../base/the.ts";
import type { NamedVectors } from "../model/parameters.ts";
import { uploadGroups, uploadTuned, type NamedTensors, type TunedTensors } from "../model/tuned-stages.ts";
import type { LoadedModel } from "../model/weights.ts";
import { disposeAll, readFloats, readVectors, type DeviceTensor, type Program } from "../runtime/engine.ts";
import { filled, TensorOwner } from "../runtime/tensor-owner.ts";
import { ZeroVectors } from "../runtime/zero-vectors.ts";
import type { Batch } from "../tokens/batch.ts";
import { drawSeed, type Draw } from "./draw.ts";
import { afterOverflow, afterStep, firstLossScale, type LossScale } from "./loss-scale.ts";
import { named } from "./named.ts";
import { embeddingNoise } from "./neftune.ts";
import { Network, type GradientRequest, type UnreadSum } from "./network.ts";
import { gradNormGraph, optimizerScalars, type OptimizerPlan } from "./optimizer-graphs.ts";
import { Gradients } from "../model/gradients.ts";
import { compileUpdates, runUpdates, type OptimizerState } from "./updates.ts";
import { optimizerPlan, optimizerSizes, type TrainerSnapshot, type TrainerStart, type Training } from "./training.ts";

export interface StepResult {
  readonly loss: number;
  readonly gradNorm: number;
}

/** What became of an update. */
export interface UpdateResult extends StepResult {
  /** Present where the step was skipped, since its gradient was not finite with the loss multiplied by the factor that there was. */
  readonly overflowed?: true;
}

/** The gradient of a step; the caller disposes its tensors. */
export interface StepGradient extends StepResult {
  /** Tokens or pairs that the loss is the mean over. */
  readonly count: number;
  /** By which the gradient is multiplied, and its norm is not; 1 in float32. */
  readonly factor: number;
  readonly gradient: NamedTensors;
}

interface TrainerParts {
  readonly network: Network;
  readonly base: Network;
  readonly training: Training;
  readonly plan: OptimizerPlan;
  /** Of the programs and the state. */
  readonly owner: TensorOwner;
  readonly zeros: ZeroVectors;
  readonly gradNorm: Program<"norm">;
  readonly updates: Awaited<ReturnType<typeof compileUpdates>>;
}

export class Trainer {
  readonly #parts: TrainerParts;
  #step: number;
  #tuned: TunedTensors;
  #state: OptimizerState;
  #lossScale: LossScale | undefined;

  private constructor(parts: TrainerParts, tuned: TunedTensors, state: OptimizerState, { step, lossScale }: TrainerStart) {
    this.#parts = parts;
    this.#tuned = tuned;
    this.#state = state;
    this.#step = step;
    if (parts.training.precision === "float16") this.#lossScale = lossScale ?? firstLossScale;
  }

  /** Where it fails nothing stays allocated. */
  static async create(model: LoadedModel, training: Training, from: TrainerStart): Promise<Trainer> {
    const { layout } = training.method;
    const plan = optimizerPlan(training);
    const { owner, made } = await filled(model.engine, async (own) => ({
      updates: await compileUpdates(own, plan, layout),
      gradNorm: await own.compile(gradNormGraph(layout)),
      tuned: uploadTuned(own, training.method, from),
      state: uploadState(own, training, from.optimizer),
    }));
    const { updates, gradNorm, tuned, state } = made;
    const { method, precision } = training;
    const [network, base] = [new Network(model, method, precision), new Network(model, null, precision)];
    const zeros = new ZeroVectors(owner);
    return new Trainer({ network, base, training, plan, owner, zeros, updates, gradNorm }, tuned, state, from);
  }

  /** Steps done. */
  get step(): number {
    return this.#step;
  }

  get network(): Network {
    return this.#parts.network;
  }

  /** What is trained, as it stands; a step replaces its tensors. */
  get tuned(): TunedTensors {
    return this.#tuned;
  }

  /**
   * The gradient of the objective over all the batches together.
   * @param use "evaluation": without what training leaves out or adds at random
   */
  async gradient(batches: readonly Batch[], use: "training" | "evaluation" = "training"): Promise<StepGradient> {
    const { objective, method } = this.#parts.training;
    const count = batches.reduce((sum, batch) => sum + objective.count(batch), 0);
    const factor = this.#lossScale?.factor ?? 1;
    using pass = new TensorOwner(this.#engine);
    const gradients = new Gradients(method.layout, this.#parts.zeros);
    try {
      const sums: UnreadSum[] = [];
      for (const [at, batch] of batches.entries()) {
        const draw = use === "training" ? { seed: this.#parts.training.seed, step: this.#step, microBatch: at } : undefined;
        const request = await this.#request(batch, draw, factor / Math.max(1, count));
        const sum = await this.network.gradient(batch, this.#tuned, gradients, request);
        for (const part of sum.parts) pass.own(part);
        sums.push(sum);
      }
      const gradient = gradients.taken(pass);
      const { sum, gradNorm } = await this.#read(pass, sums, gradient);
      return { loss: sum / Math.max(1, count), count, gradNorm: gradNorm / factor, gradient, factor };
    } catch (error) {
      gradients.dispose();
      throw error;
    }
  }

  /**
   * One update from the given batches. Where loss or gradient are not finite nothing is changed but the factor of the loss in float16; the
   * caller sees them.
   * @throws AtelierError `train/float16-range` where float16 does not reach to what the model computes
   */
  async update(batches: readonly Batch[], learningRate: number): Promise<UpdateResult> {
    const { loss, gradNorm, gradient, factor } = await this.gradient(batches);
    const scale = this.#lossScale;
    try {
      if (Number.isFinite(loss) && Number.isFinite(gradNorm)) {
        await this.#apply(gradient, learningRate, gradNorm, factor);
        this.#step++;
        this.#lossScale = scale && afterStep(scale);
        return { loss, gradNorm };
      }
      if (!scale) return { loss, gradNorm };
      if (!Number.isFinite(loss)) throw new AtelierError("train/float16-range", { step: this.#step + 1, loss: named(loss) });
      this.#lossScale = afterOverflow(scale);
      return { loss, gradNorm, overflowed: true };
    } finally {
      disposeAll(gradient);
    }
  }

  /**
   * The objective's mean over the batches, of the parameters as they are.
   * @throws AtelierError `train/float16-range#validation`
   */
  async evaluate(batches: readonly Batch[]): Promise<number> {
    const { objective } = this.#parts.training;
    let [sum, count] = [0, 0];
    for (const batch of batches) {
      const logProbs = await this.network.logProbs(batch, this.#tuned);
      sum += objective.evaluate(logProbs, batch, await this.#reference(batch)).sum;
      count += objective.count(batch);
    }
    const loss = sum / Math.max(1, count);
    if (this.#lossScale && !Number.isFinite(loss)) throw new AtelierError("train/float16-range#validation", { loss: named(loss) });
    return loss;
  }

  async snapshot(): Promise<TrainerSnapshot> {
    const { parameters, fixed } = this.#tuned;
    const optimizer: Record<string, NamedVectors> = {};
    for (const [name, tensors] of Object.entries(this.#state)) optimizer[name] = await this.#vectors(tensors);
    const numbers = { parameters: await this.#vectors(parameters), fixed: await this.#vectors(fixed), optimizer };
    return { step: this.#step, ...numbers, ...(this.#lossScale ? { lossScale: this.#lossScale } : {}) };
  }

  async dispose(): Promise<void> {
    const { owner, network, base } = this.#parts;
    owner[Symbol.dispose]();
    await network.dispose();
    await base.dispose();
  }

  get #engine() {
    return this.network.model.engine;
  }

  async #request(batch: Batch, draw: Draw | undefined, scale: number): Promise<GradientRequest> {
    const { objective, neftune, method } = this.#parts.training;
    const request = { objective, scale, reference: await this.#reference(batch) };
    if (!draw) return request;
    if (neftune === 0) return { ...request, draw };
    const { hiddenSize } = this.network.model.spec;
    const noise = (): Float32Array => embeddingNoise(batch, hiddenSize, method.virtualTokens, neftune, drawSeed(draw));
    return { ...request, draw, noise };
  }

  async #reference(batch: Batch): Promise<Float32Array> {
    return this.#parts.training.objective.needsReference ? this.#parts.base.logProbs(batch, null) : new Float32Array();
  }

  async #vectors(tensors: NamedTensors): Promise<NamedVectors> {
    const out: Record<string, Float32Array> = {};
    for (const [name, tensor] of Object.entries(tensors)) out[name] = (await readFloats(this.#engine, tensor)).slice();
    return out;
  }

  /** All that a step has to say, with one wait for the device. */
  async #read(pass: TensorOwner, sums: readonly UnreadSum[], gradient: NamedTensors): Promise<{ sum: number; gradNorm: number }> {
    const feeds = Object.fromEntries(Object.entries(gradient).map(([name, tensor]) => [`gradient.${name}`, tensor]));
    const { norm } = await pass.run(this.#parts.gradNorm, feeds);
    const [last, ...read] = await readVectors(this.#engine, [norm, ...sums.flatMap(({ parts }) => parts)]);
    let [sum, at] = [0, 0];
    for (const { parts, of } of sums) {
      sum += of(read.slice(at, at + parts.length));
      at += parts.length;
    }
    return { sum, gradNorm: the(last?.[0], "norm") };
  }

  /** The old state stays until all of the new one is there: a step that fails halfway has changed nothing. */
  async #apply(gradient: NamedTensors, learningRate: number, gradNorm: number, factor: number): Promise<void> {
    const { training, plan, owner, updates } = this.#parts;
    const { weightDecay, clipNorm } = training.settings;
    using pass = new TensorOwner(this.#engine);
    const numbers = optimizerScalars(plan, { updates: this.#step + 1, learningRate, weightDecay, gradNorm, clipNorm, factor });
    const scalars = Object.fromEntries(
      Object.entries(numbers).map(([name, value]) => [name, pass.upload("float32", [1], Float32Array.of(value))]),
    );
    const { parameters } = this.#tuned;
    const after = await runUpdates(pass, updates, { parameters, gradient, state: this.#state, scalars });
    await this.#engine.settled();
    for (const tensor of tensorsOf(after.parameters, after.state)) owner.own(pass.keep(tensor));
    const before = tensorsOf(parameters, this.#state);
    this.#tuned = { ...this.#tuned, parameters: after.parameters };
    this.#state = after.state;
    owner.drop(...before);
  }
}

function tensorsOf(parameters: NamedTensors, state: OptimizerState): readonly DeviceTensor[] {
  return [parameters, ...Object.values(state)].flatMap((tensors) => Object.values(tensors));
}

function uploadState(owner: TensorOwner, training: Training, from: TrainerStart["optimizer"]): OptimizerState {
  const states = Object.entries(optimizerSizes(training)).map(([name, sizes]) => {
    const groups = Object.entries(sizes).map(([group, size]) => ({ name: group, size, entries: [] }));
    return [name, uploadGroups(owner, groups, from[name] ?? {})] as const;
  });
  return Object.fromEntries(states);
}
