// The layers as the trainer runs them: a few of them a run, forward and back. Programs are compiled once per batch shape; layers of one
// kind share them.
import { the } from "../base/the.ts";
import { byteLength, type FloatType } from "../base/tensor.ts";
import type { Graph } from "../graph/ir.ts";
import type { Gradients } from "../model/gradients.ts";
import type { AppliedMethod } from "../model/methods/method.ts";
import type { BlockKind } from "../model/stages/scope.ts";
import { blockPrefix, kindsKey, spanGraph, spanGraphs, type Keeping, type Kept, type Span, type SpanGraphs } from "../model/stages/span.ts";
import { blockKinds, layerFeeds, lowestTrained, type TunedTensors } from "../model/tuned-stages.ts";
import type { LoadedModel } from "../model/weights.ts";
import type { DeviceTensor, EngineKind } from "../runtime/engine.ts";
import type { ProgramCache } from "../runtime/program-cache.ts";
import type { Batch } from "../tokens/batch.ts";
import type { Pass } from "./pass.ts";

/** On a GPU the host pays per run; on WASM a run copies the weights of all its layers. */
const mostLayers = { webgpu: 8, wasm: 1, reference: 8 } as const satisfies Record<EngineKind, number>;

/** What products of a whole pass may take; where they take more, they are computed again on the way back. */
const mostKeptBytes = 320 * 2 ** 20;

/** Layers in a row that are one run. */
interface Place {
  readonly first: number;
  readonly count: number;
  /** Whether a gradient has to reach it. */
  readonly isTrained: boolean;
  readonly usual: Blocks;
  /** The same with what is left out at random. */
  readonly dropping: Blocks;
}

interface Blocks {
  readonly kinds: Span["kinds"];
  readonly key: string;
}

/** Feeds of a layer's dropout; undefined: nothing is left out. */
export type Masks = ((layer: number) => Readonly<Record<string, DeviceTensor>>) | undefined;

/** What the way forward leaves for the way back. */
export interface LayersPass {
  readonly masks: Masks;
  /** Of the runs that a gradient has to reach, in their order: what went in, and what is kept. */
  readonly runs: { readonly place: Place; readonly x: DeviceTensor; readonly kept: Readonly<Record<string, DeviceTensor>> }[];
}

/** The key says which graphs it has. */
interface KeyedSpan {
  readonly span: Span;
  readonly key: string;
}

export class LayersStage {
  readonly #model: LoadedModel;
  readonly #programs: ProgramCache;
  readonly #activations: FloatType | undefined;
  readonly #places: readonly Place[];
  readonly #keptBytes = new Map<string, number>();
  /** Of which not all are compiled. */
  readonly #built = new Map<string, SpanGraphs>();

  constructor(model: LoadedModel, method: AppliedMethod | null, programs: ProgramCache, activations?: FloatType) {
    const { spec, engine } = model;
    this.#model = model;
    this.#activations = activations;
    this.#programs = programs;
    const lowest = method ? lowestTrained(spec, method) : spec.layers;
    const most = mostLayers[engine.kind];
    const [usual, dropping] = [blockKinds(model, method, "evaluation"), blockKinds(model, method, "training")];
    const places = (from: number, to: number, isTrained: boolean): readonly Place[] =>
      evenRuns(from, to, most).map(({ first, count }) => {
        const blocks = (of: readonly BlockKind[]): Blocks => {
          const own = of.slice(first, first + count);
          return { kinds: own, key: kindsKey(own) };
        };
        return { first, count, isTrained, usual: blocks(usual), dropping: blocks(dropping) };
      });
    this.#places = [...places(0, lowest, false), ...places(lowest, spec.layers, true)];
  }

  /** Whether masks have to be fed in training. */
  get dropsOut(): boolean {
    return this.#places.some(({ dropping: { kinds } }) => kinds.some(({ tuned }) => tuned !== null && tuned.dropout > 0));
  }

  /** @param x goes with it, unless a way back needs it */
  async forward(pass: Pass, batch: Batch, start: DeviceTensor, tuned: TunedTensors | null, training?: LayersPass): Promise<DeviceTensor> {
    const keeping = training && this.#keeping(batch, training.masks);
    let x = start;
    for (const place of this.#places) {
      const { span, key } = this.#spanOf(place, batch, training?.masks);
      const own = place.isTrained ? keeping : undefined;
      const build = (): Graph<"y" | Kept> => (own ? this.#graphs(span, key, own).forward : spanGraph(span));
      const program = await this.#programs.get(`forward:${own ?? ""}:${key}`, build);
      const { y, ...kept } = await pass.run(program, { ...this.#feeds(pass, place, tuned, training?.masks), x });
      if (own) training?.runs.push({ place, x, kept });
      else pass.drop(x);
      x = y;
    }
    return x;
  }

  /**
   * From the last layer down to the first that something is trained in or below; gradients are added to those that are there.
   * @param top gradient of what came out of {@link forward}
   * @returns that of what went into the lowest of these layers
   */
  async back(
    pass: Pass,
    batch: Batch,
    top: DeviceTensor,
    { tuned, training, gradients }: { readonly tuned: TunedTensors; readonly training: LayersPass; readonly gradients: Gradients },
  ): Promise<DeviceTensor> {
    const { masks } = training;
    const keeping = this.#keeping(batch, masks);
    let dy = top;
    for (const { place, x, kept } of training.runs.toReversed()) {
      const { span, key } = this.#spanOf(place, batch, masks);
      const program = await this.#programs.get(`backward:${keeping}:${key}`, () => this.#graphs(span, key, keeping).backward);
      this.#built.delete(keeping + key);
      const trained = span.kinds.flatMap(({ tuned: own }, at) => (own?.parameters ? [{ at, name: own.parameters.name }] : []));
      const before = trained.map(({ at, name }) => [`${blockPrefix(at)}gradientIn`, gradients.of(pass, name)] as const);
      const feeds = { ...this.#feeds(pass, place, tuned, masks), ...kept, ...Object.fromEntries(before), x, dy };
      const results = await pass.run(program, feeds);
      for (const { at, name } of trained) gradients.replace(pass, name, the(results[`${at}.gradient`], name));
      pass.drop(dy, x, ...Object.values(kept));
      dy = results.dx;
    }
    return dy;
  }

  #feeds(pass: Pass, { first, count }: Place, tuned: TunedTensors | null, masks: Masks): Readonly<Record<string, DeviceTensor>> {
    const feeds = Array.from({ length: count }, (_, at) => {
      const layer = first + at;
      const own = { ...pass.forLayer(layer), ...this.#model.layers[layer], ...layerFeeds(tuned, layer), ...masks?.(layer) };
      return Object.entries(own).map(([name, tensor]) => [blockPrefix(at) + name, tensor] as const);
    });
    return Object.fromEntries(feeds.flat());
  }

  /** The shapes alone decide, so that a run goes on as it began, wherever it does. */
  #keeping(batch: Batch, masks: Masks): Keeping {
    const runs = this.#places.filter(({ isTrained }) => isTrained).map((place) => this.#spanOf(place, batch, masks));
    const fits = runs.reduce((sum, run) => sum + this.#bytesOf(run), 0) <= mostKeptBytes;
    if (!fits) for (const { key } of runs) this.#built.delete(`products${key}`);
    return fits ? "products" : "inputs";
  }

  /** Of the products that would be kept. */
  #bytesOf({ span, key }: KeyedSpan): number {
    const known = this.#keptBytes.get(key) ?? outputBytes(this.#graphs(span, key, "products").forward);
    this.#keptBytes.set(key, known);
    return known;
  }

  #spanOf({ usual, dropping }: Place, { batch, seq }: Batch, masks: Masks): KeyedSpan {
    const { kinds, key } = masks ? dropping : usual;
    return { span: { kinds, shape: { batch, seq }, activations: this.#activations }, key: `${batch}:${seq}:${key}` };
  }

  #graphs(span: Span, key: string, keeping: Keeping): SpanGraphs {
    const graphs = this.#built.get(keeping + key) ?? spanGraphs(span, keeping);
    this.#built.set(keeping + key, graphs);
    return graphs;
  }
}

function outputBytes({ outputs }: Graph): number {
  return outputs.reduce((sum, { value: { dtype, shape } }) => sum + byteLength(dtype, shape), 0);
}

/** Runs of layers that are as equal as can be: of as few different lengths, each of which is a program. */
function evenRuns(from: number, to: number, most: number): readonly { readonly first: number; readonly count: number }[] {
  const layers = to - from;
  const even = Array.from({ length: most }, (_, at) => most - at).find((length) => layers % length === 0 && 2 * length >= most);
  const count = even ?? Math.ceil(layers / Math.ceil(layers / most));
  return Array.from({ length: Math.ceil(layers / count) }, (_, at) => {
    const first = from + at * count;
    return { first, count: Math.min(count, to - first) };
  });
}
