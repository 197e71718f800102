// The state of a run on the engine (adapter, gradient, both moments) and one optimizer step on it. Nothing here knows
// where examples come from, what time it is or where checkpoints go.
import type { RunConfig } from "../config/run-config.ts";
import type { AdapterLayout } from "../model/adapter-layout.ts";
import type { LoadedModel } from "../model/weights.ts";
import { disposeAll, readFloats, readVectors, type DeviceTensor, type Program } from "../runtime/engine.ts";
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

export interface StepResult {
  readonly loss: number;
  readonly learningRate: number;
  readonly gradNorm: number;
}

export class Trainer {
  readonly network: Network;
  readonly #model: LoadedModel;
  readonly #layout: AdapterLayout;
  readonly #adamw: Program;
  readonly #gradNorm: Program;
  #step: number;
  #adapter: LayerVectors;
  #first: LayerVectors;
  #second: LayerVectors;

  private constructor(model: LoadedModel, layout: AdapterLayout, programs: readonly [Program, Program], from: TrainerSnapshot) {
    this.#model = model;
    this.#layout = layout;
    [this.#adamw, this.#gradNorm] = programs;
    this.network = new Network(model, layout);
    this.#step = from.step;
    [this.#adapter, this.#first, this.#second] = [from.adapter, from.first, from.second].map((vectors) => this.#upload(vectors)) as [
      LayerVectors,
      LayerVectors,
      LayerVectors,
    ];
  }

  static async create(model: LoadedModel, layout: AdapterLayout, from: TrainerSnapshot): Promise<Trainer> {
    const programs = [
      await model.engine.compile(adamwGraph(layout.size)),
      await model.engine.compile(gradNormGraph(model.spec.layers, layout.size)),
    ] as const;
    return new Trainer(model, layout, programs, from);
  }

  /** Steps done. */
  get step(): number {
    return this.#step;
  }

  get adapter(): LayerVectors {
    return this.#adapter;
  }

  /** The gradient of the mean loss over all learned tokens of the batches; the caller disposes it. */
  async gradient(batches: readonly Batch[]): Promise<{ loss: number; tokenCount: number; gradNorm: number; gradient: LayerVectors }> {
    const tokenCount = batches.reduce((sum, batch) => sum + learnedRows(batch).rows.length, 0);
    let gradient = this.#upload(zeros(this.#model.spec.layers, this.#layout.size));
    let sum = 0;
    try {
      for (const batch of batches) {
        const result = await this.network.gradient(batch, this.#adapter, gradient, 1 / Math.max(1, tokenCount));
        gradient = result.gradient;
        sum += result.sum;
      }
      return { loss: sum / Math.max(1, tokenCount), tokenCount, gradNorm: await this.#norm(gradient), gradient };
    } catch (error) {
      disposeAll(gradient);
      throw error;
    }
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
      const loss = await this.network.loss(batch, this.#adapter);
      sum += loss.sum;
      count += loss.count;
    }
    return sum / Math.max(1, count);
  }

  async snapshot(): Promise<TrainerSnapshot> {
    const read = (vectors: LayerVectors): Promise<Float32Array[]> => readVectors(this.#model.engine, vectors);
    return { step: this.#step, adapter: await read(this.#adapter), first: await read(this.#first), second: await read(this.#second) };
  }

  async dispose(): Promise<void> {
    await this.network.dispose();
    this.#adamw.dispose();
    this.#gradNorm.dispose();
    for (const vectors of [this.#adapter, this.#first, this.#second]) disposeAll(vectors);
  }

  async #norm(gradient: LayerVectors): Promise<number> {
    const feeds = Object.fromEntries(gradient.map((vector, layer) => [`gradient${layer}`, vector]));
    const { norm } = await this.#model.engine.run(this.#gradNorm, feeds);
    const [value] = await readFloats(this.#model.engine, norm as DeviceTensor);
    norm?.dispose();
    return value as number;
  }

  async #apply(gradient: LayerVectors, scalars: ReturnType<typeof stepScalars>): Promise<void> {
    const { engine } = this.#model;
    const fed = Object.fromEntries(
      Object.entries(scalars).map(([name, value]) => [name, engine.upload("float32", [1], Float32Array.of(value))]),
    );
    const next: Record<string, DeviceTensor>[] = [];
    for (const layer of gradient.keys()) {
      const feeds = {
        parameter: this.#adapter[layer],
        first: this.#first[layer],
        second: this.#second[layer],
        gradient: gradient[layer],
        ...fed,
      };
      next.push(await engine.run(this.#adamw, feeds as Record<string, DeviceTensor>));
    }
    disposeAll(fed);
    for (const vectors of [this.#adapter, this.#first, this.#second]) disposeAll(vectors);
    const column = (name: string): LayerVectors => next.map((results) => results[name] as DeviceTensor);
    [this.#adapter, this.#first, this.#second] = [column("newParameter"), column("newFirst"), column("newSecond")];
  }

  #upload(vectors: readonly Float32Array[]): LayerVectors {
    return vectors.map((vector) => this.#model.engine.upload("float32", [this.#layout.size], vector));
  }
}

/** Where a run starts: the given adapter, no moments. */
export function freshSnapshot(adapter: readonly Float32Array[]): TrainerSnapshot {
  const size = adapter[0]?.length ?? 0;
  return { step: 0, adapter, first: zeros(adapter.length, size), second: zeros(adapter.length, size) };
}

function zeros(layers: number, size: number): Float32Array[] {
  return Array.from({ length: layers }, () => new Float32Array(size));
}
