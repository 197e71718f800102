// The state of a run on the engine (adapter, gradient, both moments) and one optimizer step on it. Nothing here knows
// where examples come from, what time it is or where checkpoints go.
import type { RunConfig } from "../config/run-config.ts";
import type { AdapterLayout } from "../model/adapter-layout.ts";
import type { LoadedModel } from "../model/weights.ts";
import { disposeAll, readFloats, readVectors, zeroFloats, type DeviceTensor, type Program, type TensorSource } from "../runtime/engine.ts";
import { filled, TensorOwner } from "../runtime/tensor-owner.ts";
import type { Batch } from "../tokens/batch.ts";
import { learnedRows } from "../tokens/batches.ts";
import { Network, type LayerVectors } from "./network.ts";
import { adamwGraph, gradNormGraph, stepScalars } from "./optimizer-graphs.ts";
import { learningRateAt } from "./schedule.ts";

/** What a checkpoint holds of the numbers: one flat vector per layer. */
export interface TrainerSnapshot {
  readonly step: number;
  readonly adapter: readonly Float32Array[];
  readonly first: readonly Float32Array[];
  readonly second: readonly Float32Array[];
}

/** What a trainer starts from: a snapshot, or vectors that are made when the engine asks for them. */
export interface TrainerStart {
  readonly step: number;
  readonly adapter: readonly TensorSource[];
  readonly first: readonly TensorSource[];
  readonly second: readonly TensorSource[];
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
  static async create(model: LoadedModel, layout: AdapterLayout, from: TrainerStart): Promise<Trainer> {
    const { owner, made } = await filled(model.engine, async (own) => {
      const upload = (vectors: readonly TensorSource[]): LayerVectors => uploadVectors(own, layout, vectors);
      return {
        programs: {
          adamw: await own.compile(adamwGraph(layout.size)),
          gradNorm: await own.compile(gradNormGraph(model.spec.layers, layout.size)),
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
    let gradient: LayerVectors = uploadVectors(
      pass,
      this.#layout,
      this.#model.layers.map(() => zeroFloats(this.#layout.size)),
    );
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
    const learningRate = learningRateAt(this.#step, config);
    try {
      if (Number.isFinite(loss) && Number.isFinite(gradNorm)) {
        await this.#apply(gradient, stepScalars(this.#step + 1, learningRate, config.weightDecay, gradNorm, config.clipNorm));
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
    const feeds = Object.fromEntries(gradient.map((vector, layer) => [`gradient${layer}`, vector]));
    const { norm } = await pass.run(this.#programs.gradNorm, feeds);
    const [value] = await readFloats(this.#model.engine, norm as DeviceTensor);
    return value as number;
  }

  /** The old state stays until all of the new one is there: a step that fails halfway has changed nothing. */
  async #apply(gradient: LayerVectors, scalars: ReturnType<typeof stepScalars>): Promise<void> {
    using pass = new TensorOwner(this.#model.engine);
    const { adapter, first, second } = this.#state;
    const fed = Object.fromEntries(
      Object.entries(scalars).map(([name, value]) => [name, pass.upload("float32", [1], Float32Array.of(value))]),
    );
    const next: Record<string, DeviceTensor>[] = [];
    for (const layer of gradient.keys()) {
      const state = { parameter: adapter[layer], first: first[layer], second: second[layer] };
      next.push(await pass.run(this.#programs.adamw, { ...state, gradient: gradient[layer], ...fed }));
    }
    await this.#model.engine.settled();
    const column = (name: string): LayerVectors => next.map((results) => this.#owner.own(pass.keep(results[name] as DeviceTensor)));
    this.#state = { adapter: column("newParameter"), first: column("newFirst"), second: column("newSecond") };
    this.#owner.drop(...adapter, ...first, ...second);
  }
}

function uploadVectors(owner: TensorOwner, { size }: AdapterLayout, vectors: readonly TensorSource[]): LayerVectors {
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
