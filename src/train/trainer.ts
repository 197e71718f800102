// The state of a run on the engine (parameters, gradients, what the optimizer keeps) and one optimizer step on it. Nothing here knows
// where examples come from, what time it is or where checkpoints go, nor which method, objective or optimizer it runs.
import { the } from "../base/the.ts";
import type { NamedVectors } from "../model/parameters.ts";
import { uploadGroups, uploadTuned, type NamedTensors, type TunedTensors } from "../model/tuned-stages.ts";
import type { LoadedModel } from "../model/weights.ts";
import { disposeAll, readFloats, readVectors, type DeviceTensor, type Program } from "../runtime/engine.ts";
import { filled, TensorOwner } from "../runtime/tensor-owner.ts";
import { ZeroVectors } from "../runtime/zero-vectors.ts";
import type { Batch } from "../tokens/batch.ts";
import { drawSeed, type Draw } from "./draw.ts";
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

/** The gradient of a step; the caller disposes its tensors. */
export interface StepGradient extends StepResult {
  /** Tokens or pairs that the loss is the mean over. */
  readonly count: number;
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

  private constructor(parts: TrainerParts, tuned: TunedTensors, state: OptimizerState, step: number) {
    this.#parts = parts;
    this.#tuned = tuned;
    this.#state = state;
    this.#step = step;
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
    const [network, base] = [new Network(model, training.method), new Network(model, null)];
    const zeros = new ZeroVectors(owner);
    return new Trainer({ network, base, training, plan, owner, zeros, updates, gradNorm }, tuned, state, from.step);
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
    using pass = new TensorOwner(this.#engine);
    const gradients = new Gradients(method.layout, this.#parts.zeros);
    try {
      const sums: UnreadSum[] = [];
      for (const [at, batch] of batches.entries()) {
        const draw = use === "training" ? { seed: this.#parts.training.seed, step: this.#step, microBatch: at } : undefined;
        const request = await this.#request(batch, draw, 1 / Math.max(1, count));
        const sum = await this.network.gradient(batch, this.#tuned, gradients, request);
        for (const part of sum.parts) pass.own(part);
        sums.push(sum);
      }
      const gradient = gradients.taken(pass);
      const { sum, gradNorm } = await this.#read(pass, sums, gradient);
      return { loss: sum / Math.max(1, count), count, gradNorm, gradient };
    } catch (error) {
      gradients.dispose();
      throw error;
    }
  }

  /** One update from the given batches. Where loss or gradient are not finite nothing is changed; the caller sees them. */
  async update(batches: readonly Batch[], learningRate: number): Promise<StepResult> {
    const { loss, gradNorm, gradient } = await this.gradient(batches);
    try {
      if (Number.isFinite(loss) && Number.isFinite(gradNorm)) {
        await this.#apply(gradient, learningRate, gradNorm);
        this.#step++;
      }
      return { loss, gradNorm };
    } finally {
      disposeAll(gradient);
    }
  }

  /** The objective's mean over the batches, of the parameters as they are. */
  async evaluate(batches: readonly Batch[]): Promise<number> {
    const { objective } = this.#parts.training;
    let [sum, count] = [0, 0];
    for (const batch of batches) {
      const logProbs = await this.network.logProbs(batch, this.#tuned);
      sum += objective.evaluate(logProbs, batch, await this.#reference(batch)).sum;
      count += objective.count(batch);
    }
    return sum / Math.max(1, count);
  }

  async snapshot(): Promise<TrainerSnapshot> {
    const { parameters, fixed } = this.#tuned;
    const optimizer: Record<string, NamedVectors> = {};
    for (const [name, tensors] of Object.entries(this.#state)) optimizer[name] = await this.#vectors(tensors);
    return { step: this.#step, parameters: await this.#vectors(parameters), fixed: await this.#vectors(fixed), optimizer };
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
  async #apply(gradient: NamedTensors, learningRate: number, gradNorm: number): Promise<void> {
    const { training, plan, owner, updates } = this.#parts;
    const { weightDecay, clipNorm } = training.settings;
    using pass = new TensorOwner(this.#engine);
    const numbers = optimizerScalars(plan, { updates: this.#step + 1, learningRate, weightDecay, gradNorm, clipNorm });
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
