// The state of a run on the engine (adapter, gradient, both moments) and one optimizer step on it. Nothing here knows
// where examples come from, what time it is or where checkpoints go.
import type { RunConfig } from "../config/run-config.ts";
import type { AdapterLayout } from "../model/adapter-layout.ts";
import { layerGroup, type ParameterGroup } from "../model/parameters.ts";
import type { LoadedModel } from "../model/weights.ts";
import { disposeAll, readFloats, readVectors, type DeviceTensor, type Program } from "../runtime/engine.ts";
import { filled, TensorOwner } from "../runtime/tensor-owner.ts";
import type { Batch } from "../tokens/batch.ts";
import { learnedRows } from "../tokens/batches.ts";
import { Network, type LayerVectors } from "./network.ts";
import { gradNormGraph, optimizerGraph, optimizerScalars, type OptimizerPlan } from "./optimizer-graphs.ts";
import { adamw } from "./optimizers/adamw.ts";
import { learningRateAt } from "./schedule.ts";

/** What a checkpoint holds of the numbers: one flat vector per layer. */
export interface TrainerSnapshot {
  readonly step: number;
  readonly adapter: readonly Float32Array[];
  readonly first: readonly Float32Array[];
  readonly second: readonly Float32Array[];
}

export interface StepResult {
  readonly loss: number;
  readonly learningRate: number;
  readonly gradNorm: number;
}

/** What a step changes. */
interface TrainerState {
  readonly adapter: LayerVectors;
  readonly first: LayerVectors;
  readonly second: LayerVectors;
}

interface TrainerPrograms {
  readonly adamw: Program;
  readonly gradNorm: Program;
}

export class Trainer {
  readonly network: Network;
  readonly #model: LoadedModel;
  readonly #layout: AdapterLayout;
  /** Of the programs and the state. */
  readonly #owner: TensorOwner;
  readonly #programs: TrainerPrograms;
  #step: number;
  #state: TrainerState;

  private constructor(
    network: Network,
    layout: AdapterLayout,
    owner: TensorOwner,
    programs: TrainerPrograms,
    state: TrainerState,
    step: number,
  ) {
    this.network = network;
    this.#model = network.model;
    this.#layout = layout;
    this.#owner = owner;
    this.#programs = programs;
    this.#state = state;
    this.#step = step;
  }

  /** Where it fails nothing stays allocated. */
  static async create(model: LoadedModel, layout: AdapterLayout, from: TrainerSnapshot): Promise<Trainer> {
    const { owner, made } = await filled(model.engine, async (own) => {
      const upload = (vectors: readonly Float32Array[]): LayerVectors => uploadVectors(own, layout, vectors);
      return {
        programs: {
          adamw: await own.compile(optimizerGraph(adamwPlan, adapterGroups(1, layout)[0] as ParameterGroup)),
          gradNorm: await own.compile(gradNormGraph(adapterGroups(model.spec.layers, layout))),
        },
        state: { adapter: upload(from.adapter), first: upload(from.first), second: upload(from.second) },
      };
    });
    return new Trainer(new Network(model, layout), layout, owner, made.programs, made.state, from.step);
  }

  /** Steps done. */
  get step(): number {
    return this.#step;
  }

  get adapter(): LayerVectors {
    return this.#state.adapter;
  }

  /** The gradient of the mean loss over all learned tokens of the batches; the caller disposes it. */
  async gradient(batches: readonly Batch[]): Promise<{ loss: number; tokenCount: number; gradNorm: number; gradient: LayerVectors }> {
    const tokenCount = batches.reduce((sum, batch) => sum + learnedRows(batch).rows.length, 0);
    using pass = new TensorOwner(this.#model.engine);
    let gradient = uploadVectors(pass, this.#layout, zeros(this.#model.spec.layers, this.#layout.size));
    let sum = 0;
    for (const batch of batches) {
      const result = await this.network.gradient(batch, this.adapter, gradient, 1 / Math.max(1, tokenCount));
      pass.drop(...gradient);
      gradient = result.gradient.map((vector) => pass.own(vector));
      sum += result.sum;
    }
    const gradNorm = await this.#norm(gradient);
    return { loss: sum / Math.max(1, tokenCount), tokenCount, gradNorm, gradient: gradient.map((vector) => pass.keep(vector)) };
  }

  /** One update from the given batches. Where loss or gradient are not finite nothing is changed; the caller sees them. */
  async update(batches: readonly Batch[], config: RunConfig): Promise<StepResult> {
    const { loss, gradNorm, gradient } = await this.gradient(batches);
    const course = { cycles: 1, power: 1, minRate: 0, decaySteps: 0, decayShape: "linear" } as const;
    const learningRate = learningRateAt(this.#step, config.steps, { ...config, ...course });
    try {
      if (Number.isFinite(loss) && Number.isFinite(gradNorm)) {
        const { weightDecay, clipNorm } = config;
        await this.#apply(
          gradient,
          optimizerScalars(adamwPlan, { updates: this.#step + 1, learningRate, weightDecay, gradNorm, clipNorm }),
        );
        this.#step++;
      }
      return { loss, learningRate, gradNorm };
    } finally {
      disposeAll(gradient);
    }
  }

  /** Mean loss per learned token over the batches. */
  async evaluate(batches: readonly Batch[]): Promise<number> {
    let [sum, count] = [0, 0];
    for (const batch of batches) {
      const loss = await this.network.loss(batch, this.adapter);
      sum += loss.sum;
      count += loss.count;
    }
    return sum / Math.max(1, count);
  }

  async snapshot(): Promise<TrainerSnapshot> {
    const { adapter, first, second } = this.#state;
    const read = (vectors: LayerVectors): Promise<Float32Array[]> => readVectors(this.#model.engine, vectors);
    return { step: this.#step, adapter: await read(adapter), first: await read(first), second: await read(second) };
  }

  async dispose(): Promise<void> {
    this.#owner[Symbol.dispose]();
    await this.network.dispose();
  }

  async #norm(gradient: LayerVectors): Promise<number> {
    using pass = new TensorOwner(this.#model.engine);
    const feeds = Object.fromEntries(gradient.map((vector, layer) => [`gradient.${layerGroup(layer)}`, vector]));
    const { norm } = await pass.run(this.#programs.gradNorm, feeds);
    const [value] = await readFloats(this.#model.engine, norm as DeviceTensor);
    return value as number;
  }

  /** The old state stays until all of the new one is there: a step that fails halfway has changed nothing. */
  async #apply(gradient: LayerVectors, scalars: ReturnType<typeof optimizerScalars>): Promise<void> {
    using pass = new TensorOwner(this.#model.engine);
    const { adapter, first, second } = this.#state;
    const fed = Object.fromEntries(
      Object.entries(scalars).map(([name, value]) => [name, pass.upload("float32", [1], Float32Array.of(value))]),
    );
    const next: Record<string, DeviceTensor>[] = [];
    for (const layer of gradient.keys()) {
      const state = { parameter: adapter[layer], "state.first": first[layer], "state.second": second[layer] };
      next.push(await pass.run(this.#programs.adamw, { ...state, gradient: gradient[layer], ...fed }));
    }
    await this.#model.engine.settled();
    const column = (name: string): LayerVectors => next.map((results) => this.#owner.own(pass.keep(results[name] as DeviceTensor)));
    this.#state = { adapter: column("newParameter"), first: column("newState.first"), second: column("newState.second") };
    this.#owner.drop(...adapter, ...first, ...second);
  }
}

/** A layer's adapter is one matrix to AdamW, which does not look at shapes. */
export function adapterGroups(layers: number, { size }: AdapterLayout): readonly ParameterGroup[] {
  const entry = { name: "adapter", shape: [size], offset: 0, size, kind: "matrix", tensor: "adapter" } as const;
  return Array.from({ length: layers }, (_, layer) => ({ name: layerGroup(layer), entries: [entry], size }));
}

export const adamwPlan: OptimizerPlan = { optimizer: adamw, settings: {}, decayAll: true, treatments: [{ rate: 1, decays: true }] };

function uploadVectors(owner: TensorOwner, { size }: AdapterLayout, vectors: readonly Float32Array[]): LayerVectors {
  return vectors.map((vector) => owner.upload("float32", [size], vector));
}

/** Where a run starts: the given adapter, no moments. */
export function freshSnapshot(adapter: readonly Float32Array[]): TrainerSnapshot {
  const size = adapter[0]?.length ?? 0;
  return { step: 0, adapter, first: zeros(adapter.length, size), second: zeros(adapter.length, size) };
}

function zeros(layers: number, size: number): Float32Array[] {
  return Array.from({ length: layers }, () => new Float32Array(size));
}
