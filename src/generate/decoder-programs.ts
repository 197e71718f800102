// The programs of one model with one method, shared by all its sequences: those that have the weights built in, or one per kind of layer,
// by rows and capacity.
import { EmbedStage } from "../model/embed-stage.ts";
import type { AppliedMethod } from "../model/methods/method.ts";
import { blockDecodeGraph, type LayerState } from "../model/stages/block.ts";
import { logitsGraph, type HeadKind } from "../model/stages/head.ts";
import { blockKey, type BlockKind } from "../model/stages/scope.ts";
import { blockKinds, headFeeds, tunedHead, type TunedTensors } from "../model/tuned-stages.ts";
import type { LoadedModel } from "../model/weights.ts";
import type { DeviceTensor, Program } from "../runtime/engine.ts";
import { ProgramCache } from "../runtime/program-cache.ts";
import { Residents } from "./residents.ts";

export class DecoderPrograms {
  readonly model: LoadedModel;
  readonly method: AppliedMethod | null;
  readonly embed: EmbedStage;
  readonly residents: Residents;
  readonly #ownsResidents: boolean;
  readonly #cache: ProgramCache;
  readonly #head: HeadKind;
  readonly #layers: readonly BlockKind[];

  /**
   * @param method null: the base model
   * @param residents those of the model, where several methods share them
   */
  constructor(model: LoadedModel, method: AppliedMethod | null, residents?: Residents) {
    const { spec, headForm } = model;
    this.model = model;
    this.method = method;
    this.#ownsResidents = !residents;
    this.residents = residents ?? new Residents(model);
    this.#cache = new ProgramCache(model.engine);
    this.embed = new EmbedStage(model, method, this.#cache);
    this.#head = { spec, headForm, tuned: tunedHead(method) };
    this.#layers = blockKinds(model, method);
  }

  /** Layers of one kind share a program. */
  block(rows: number, capacity: number, at: number): Promise<Program<"y" | keyof LayerState>> {
    const kind = this.#layers[at] as BlockKind;
    const positions = capacity + (this.method?.prefixTokens ?? 0);
    const build = () => blockDecodeGraph(kind, { tokens: rows, capacity, positions });
    return this.#cache.get(`block:${rows}:${capacity}:${blockKey(kind)}`, build);
  }

  head(rows: number): Promise<Program<"logits">> {
    return this.#cache.get(`head:${rows}`, () => logitsGraph(this.#head, rows, 1));
  }

  headFeeds(tensors: TunedTensors | null): Readonly<Record<string, DeviceTensor>> {
    return { ...this.model.head, ...headFeeds(tensors, this.#head.tuned) };
  }

  async dispose(): Promise<void> {
    await this.#cache.dispose();
    await (this.#ownsResidents ? this.residents.dispose() : this.residents.forget(this.method));
  }
}
