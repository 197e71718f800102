// The state of a run on the engine (parameters, gradients, what the optimizer keeps) and one optimizer step on it. Nothing here knows
// where examples come from, what time it is or where checkpoints go, nor which method, objective or optimizer it runs.
import { the } from "../base/the.ts";
import { groupKey, type NamedVectors, type ParameterGroup, type ParameterLayout } from "../model/parameters.ts";
import { uploadGroups, uploadTuned, zeroSources, type NamedTensors, type TunedTensors } from "../model/tuned-stages.ts";
import type { LoadedModel } from "../model/weights.ts";
import { disposeAll, readFloats, type DeviceTensor, type Program } from "../runtime/engine.ts";
import { filled, TensorOwner } from "../runtime/tensor-owner.ts";
import type { Batch } from "../tokens/batch.ts";
import { drawSeed, type Draw } from "./draw.ts";
import { embeddingNoise } from "./neftune.ts";
import { Network, type GradientRequest } from "./network.ts";
import { gradNormGraph, optimizerGraph, optimizerScalars, type OptimizerPlan } from "./optimizer-graphs.ts";
import type { Gradients } from "../model/gradients.ts";
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

type OptimizerState = Readonly<Record<string, NamedTensors>>;

interface TrainerParts {
  readonly network: Network;
  readonly base: Network;
  readonly training: Training;
  readonly plan: OptimizerPlan;
  /** Of the programs and the state. */
  readonly owner: TensorOwner;
  readonly gradNorm: Program<"norm">;
  /** By group; groups that are alike share one. */
  readonly updates: Readonly<Record<string, Program>>;
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
    return new Trainer({ network, base, training, plan, owner, updates, gradNorm }, tuned, state, from.step);
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
    const gradients: Gradients = { ...uploadGroups(pass, method.layout, zeroSources(method.layout)) };
    for (const tensor of Object.values(gradients)) pass.keep(tensor);
    try {
      let sum = 0;
      for (const [at, batch] of batches.entries()) {
        const draw = use === "training" ? { seed: this.#parts.training.seed, step: this.#step, microBatch: at } : undefined;
        const request = await this.#request(batch, draw, 1 / Math.max(1, count));
        sum += (await this.network.gradient(batch, this.#tuned, gradients, request)).sum;
      }
      const gradNorm = await this.#norm(gradients);
      return { loss: sum / Math.max(1, count), count, gradNorm, gradient: gradients };
    } catch (error) {
      disposeAll(gradients);
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
    for (const [name, tensors] of Object.entries(this.#state)) optimizer[name] = await this.#read(tensors);
    return { step: this.#step, parameters: await this.#read(parameters), fixed: await this.#read(fixed), optimizer };
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

  async #read(tensors: NamedTensors): Promise<NamedVectors> {
    const out: Record<string, Float32Array> = {};
    for (const [name, tensor] of Object.entries(tensors)) out[name] = (await readFloats(this.#engine, tensor)).slice();
    return out;
  }

  async #norm(gradients: NamedTensors): Promise<number> {
    using pass = new TensorOwner(this.#engine);
    const feeds = Object.fromEntries(Object.entries(gradients).map(([name, tensor]) => [`gradient.${name}`, tensor]));
    const { norm } = await pass.run(this.#parts.gradNorm, feeds);
    const [value] = await readFloats(this.#engine, norm);
    return value as number;
  }

  /** The old state stays until all of the new one is there: a step that fails halfway has changed nothing. */
  async #apply(gradient: NamedTensors, learningRate: number, gradNorm: number): Promise<void> {
    const { training, plan, owner, updates } = this.#parts;
    const { weightDecay, clipNorm } = training.settings;
    using pass = new TensorOwner(this.#engine);
    const scalars = optimizerScalars(plan, { updates: this.#step + 1, learningRate, weightDecay, gradNorm, clipNorm });
    const fed = Object.fromEntries(
      Object.entries(scalars).map(([name, value]) => [name, pass.upload("float32", [1], Float32Array.of(value))]),
    );
    const next: { readonly group: ParameterGroup; readonly results: Record<string, DeviceTensor> }[] = [];
    for (const group of training.method.layout) {
      const { name } = group;
      const kept = Object.fromEntries(Object.entries(this.#state).map(([vector, tensors]) => [`state.${vector}`, tensors[name]]));
      const feeds = { ...fed, ...kept, parameter: this.#tuned.parameters[name], gradient: gradient[name] };
      next.push({ group, results: await pass.run(the(updates[name], name), feeds) });
    }
    await this.#engine.settled();
    const column = (output: string): NamedTensors =>
      Object.fromEntries(
        next.flatMap(({ group, results }) => {
          const tensor = results[output];
          return tensor ? [[group.name, owner.own(pass.keep(tensor))]] : [];
        }),
      );
    const before = [this.#tuned.parameters, ...Object.values(this.#state)].flatMap((tensors) => Object.values(tensors));
    this.#tuned = { ...this.#tuned, parameters: column("newParameter") };
    this.#state = Object.fromEntries(Object.keys(this.#state).map((name) => [name, column(`newState.${name}`)]));
    owner.drop(...before);
  }
}

/** Of each group; alike ones are compiled once. */
async function compileUpdates(
  owner: TensorOwner,
  plan: OptimizerPlan,
  layout: ParameterLayout,
): Promise<Readonly<Record<string, Program>>> {
  const known = new Map<string, Program>();
  const updates: Record<string, Program> = {};
  for (const group of layout) {
    const key = groupKey(group);
    const program = known.get(key) ?? (await owner.compile(optimizerGraph(plan, group)));
    known.set(key, program);
    updates[group.name] = program;
  }
  return updates;
}

function uploadState(owner: TensorOwner, training: Training, from: TrainerStart["optimizer"]): OptimizerState {
  const states = Object.entries(optimizerSizes(training)).map(([name, sizes]) => {
    const groups = Object.entries(sizes).map(([group, size]) => ({ name: group, size, entries: [] }));
    return [name, uploadGroups(owner, groups, from[name] ?? {})] as const;
  });
  return Object.fromEntries(states);
}
