// Runs the stages over all layers for one batch: embed, blocks, head, and back. Programs are compiled once per batch
// shape and kept; whatever a pass allocates it disposes, also when it fails.
import { itemOf } from "../base/the.ts";
import { requireInVocabulary, requirePositions, virtualId } from "../model/embed.ts";
import type { AppliedMethod } from "../model/methods/method.ts";
import type { LayerKind } from "../model/spec.ts";
import { blockBackwardGraph, blockForwardGraph } from "../model/stages/block.ts";
import { blockKey, type BlockKind } from "../model/stages/scope.ts";
import { layerFeeds, lowestTrained, tunedLayer, type TunedTensors } from "../model/tuned-stages.ts";
import type { LoadedModel } from "../model/weights.ts";
import type { DeviceTensor, Program } from "../runtime/engine.ts";
import { ProgramCache } from "../runtime/program-cache.ts";
import { ignoreLabel, type Batch } from "../tokens/batch.ts";
import { learnedRows } from "../tokens/batches.ts";
import { EmbedStage, type TokenRows } from "../model/embed-stage.ts";
import { replace, type Gradients } from "../model/gradients.ts";
import { uploadMaskNumbers, type Draw } from "./draw.ts";
import { HeadStage } from "./head-stage.ts";
import type { Objective } from "./objectives/objective.ts";
import { Pass } from "./pass.ts";

export interface GradientRequest {
  readonly objective: Objective;
  /** The weights of the objective are multiplied by this: 1 / all units of the step makes the step's loss their mean. */
  readonly scale: number;
  /** Log-probabilities of the base, where the objective needs them. */
  readonly reference: Float32Array;
  /** Added to the embeddings, [batch · seq · hidden]; absent: nothing. */
  readonly noise?: () => Float32Array;
  /** What dropout leaves out; absent: nothing. */
  readonly draw?: Draw;
}

/** What a pass has that a gradient is taken of. */
interface TrainingPass {
  /** Gets the inputs of the layers. */
  readonly inputs: DeviceTensor[];
  readonly noise: (() => Float32Array) | undefined;
  /** Feeds of a layer's dropout; undefined: nothing is left out. */
  readonly masks: ((layer: number) => Readonly<Record<string, DeviceTensor>>) | undefined;
}

export class Network {
  readonly model: LoadedModel;
  readonly method: AppliedMethod | null;
  readonly #programs: ProgramCache;
  readonly #embed: EmbedStage;
  readonly #head: HeadStage;
  readonly #layers: readonly BlockKind[];
  /** The same with what is left out at random. */
  readonly #trainedLayers: readonly BlockKind[];

  /** @param method null: the base model */
  constructor(model: LoadedModel, method: AppliedMethod | null) {
    const { spec } = model;
    this.model = model;
    this.method = method;
    this.#programs = new ProgramCache(model.engine);
    this.#embed = new EmbedStage(model, method, this.#programs);
    this.#head = new HeadStage(model, method, this.#programs);
    const kinds = (use: "training" | "evaluation"): BlockKind[] =>
      spec.layerKinds.map((layer: LayerKind, at) => ({
        spec,
        layer,
        forms: itemOf(model.layerForms, at),
        tuned: tunedLayer(method, at, use),
      }));
    [this.#layers, this.#trainedLayers] = [kinds("evaluation"), kinds("training")];
  }

  /** log p(ids[t+1] | ids[≤ t]) for the learned rows, in row order. */
  async logProbs(given: Batch, tuned: TunedTensors | null): Promise<Float32Array> {
    const batch = this.#extended(given);
    using pass = this.#pass(batch);
    return await this.#head.logProbs(pass, batch, await this.#forward(pass, batch, tuned), tuned);
  }

  /** Of each learned row, in row order, whether its label is the likeliest token; besides that −Σ log p and their number. */
  async topLabels(
    given: Batch,
    tuned: TunedTensors | null,
  ): Promise<{ readonly sum: number; readonly count: number; readonly isTop: readonly boolean[] }> {
    const batch = this.#extended(given);
    using pass = this.#pass(batch);
    return await this.#head.topLabels(pass, batch, await this.#forward(pass, batch, tuned), tuned);
  }

  /** Logits after the given flat positions, [positions, vocabulary]. */
  async logits(given: Batch, positions: Int32Array, tuned: TunedTensors | null): Promise<Float32Array> {
    const batch = this.#extended(given);
    using pass = this.#pass(batch);
    const hidden = await this.#forward(pass, batch, tuned);
    const added = batch.seq - given.seq;
    const places = positions.map((at) => at + added * (Math.floor(at / given.seq) + 1));
    return await this.#head.logits(pass, batch, hidden, tuned, places);
  }

  /**
   * Adds the gradient of the batch's objective to `gradients`, whose tensors are replaced: a new one is the caller's as the old one was.
   * Where it fails, the tensors that are there then are the caller's still.
   * @returns the objective's sum before any update
   */
  async gradient(given: Batch, tuned: TunedTensors, gradients: Gradients, request: GradientRequest): Promise<{ readonly sum: number }> {
    const { objective, scale, reference, noise, draw } = request;
    const batch = this.#extended(given);
    using pass = this.#pass(batch);
    const masks = draw && this.#dropsOut ? uploadMaskNumbers(pass, this.model.spec, draw, batch.batch * batch.seq) : undefined;
    const training: TrainingPass = { inputs: [], noise, masks };
    const hidden = await this.#forward(pass, batch, tuned, training);
    const { rows } = learnedRows(batch);
    const before = objective.looksFirst ? await this.#head.logProbs(pass, batch, hidden, tuned) : new Float32Array(rows.length);
    const weights = objective.evaluate(before, given, reference).weights.map((weight) => weight * scale);
    const { logProbs, dHidden } = await this.#head.gradient(pass, batch, {
      hidden,
      tuned,
      weights,
      gradients,
      smoothing: objective.smoothing,
    });
    await this.#back(pass, batch, { tuned, training, dy: dHidden, gradients });
    return { sum: objective.evaluate(logProbs, given, reference).sum };
  }

  dispose(): Promise<void> {
    return this.#programs.dispose();
  }

  /** From the last layer down to the first that something is trained in or below. */
  async #back(
    pass: Pass,
    batch: Batch,
    { tuned, training, dy: top, gradients }: { tuned: TunedTensors; training: TrainingPass; dy: DeviceTensor; gradients: Gradients },
  ): Promise<void> {
    const lowest = lowestTrained(this.model.spec, this.method as AppliedMethod);
    const { inputs, masks } = training;
    let dy = top;
    for (let layer = this.model.spec.layers - 1; layer >= lowest; layer--) {
      const group = this.#layers[layer]?.tuned?.parameters;
      const results = await pass.run(await this.#backwardProgram(batch, this.#kind(layer, masks !== undefined)), {
        ...this.#blockFeeds(pass, layer, tuned, masks),
        x: inputs[layer],
        dy,
        ...(group ? { gradientIn: gradients[group.name] } : {}),
      });
      if (group) replace(pass, gradients, group.name, results.gradient);
      pass.drop(dy, itemOf(inputs, layer));
      dy = results.dx;
    }
    if (lowest === 0) await this.#embed.backward(pass, this.#rows(batch), dy, gradients);
  }

  /** What a method puts before every sequence belongs to the batch from here on; it is not learned. */
  #extended(batch: Batch): Batch {
    requireInVocabulary(this.model.spec, batch.ids);
    const count = this.method?.virtualTokens ?? 0;
    return count === 0 ? batch : withVirtualTokens(batch, count);
  }

  #rows({ ids, seq }: Batch): TokenRows {
    const prefix = this.method?.prefixTokens ?? 0;
    return { ids, positions: (at) => (at % seq) + prefix };
  }

  #pass(batch: Batch): Pass {
    return new Pass(this.model, batch, this.method?.prefixTokens ?? 0);
  }

  get #dropsOut(): boolean {
    return this.#trainedLayers.some(({ tuned }) => tuned !== null && tuned.dropout > 0);
  }

  async #forward(pass: Pass, batch: Batch, tuned: TunedTensors | null, training?: TrainingPass): Promise<DeviceTensor> {
    requirePositions(this.model.spec, batch, this.method?.prefixTokens ?? 0);
    const masks = training?.masks;
    let x = await this.#embed.forward(pass, this.#rows(batch), tuned?.parameters ?? {}, training?.noise);
    for (const layer of this.model.layers.keys()) {
      const program = await this.#forwardProgram(batch, this.#kind(layer, masks !== undefined));
      const { y } = await pass.run(program, { ...this.#blockFeeds(pass, layer, tuned, masks), x });
      if (training) training.inputs.push(x);
      else pass.drop(x);
      x = y;
    }
    return x;
  }

  #blockFeeds(pass: Pass, layer: number, tuned: TunedTensors | null, masks: TrainingPass["masks"]): Record<string, DeviceTensor> {
    return { ...pass.forLayer(layer), ...this.model.layers[layer], ...layerFeeds(tuned, layer), ...masks?.(layer) };
  }

  /** Layers of one kind share a program. */
  #forwardProgram({ batch, seq }: Batch, kind: BlockKind): Promise<Program<"y">> {
    return this.#programs.get(`forward:${batch}:${seq}:${blockKey(kind)}`, () => blockForwardGraph(kind, { batch, seq }));
  }

  #backwardProgram({ batch, seq }: Batch, kind: BlockKind): Promise<Program<"dx" | "gradient">> {
    return this.#programs.get(`backward:${batch}:${seq}:${blockKey(kind)}`, () => blockBackwardGraph(kind, { batch, seq }));
  }

  /** @param dropsOut whether masks of dropout are fed */
  #kind(at: number, dropsOut: boolean): BlockKind {
    return itemOf(dropsOut ? this.#trainedLayers : this.#layers, at);
  }
}

/** Rows begin with virtual tokens, which are seen and not learned; nor is what was the first token, as without them. */
function withVirtualTokens({ batch, seq, ids, labels, attention, longest = seq }: Batch, count: number): Batch {
  const wide = seq + count;
  const out = {
    ids: new Int32Array(batch * wide),
    labels: new Int32Array(batch * wide).fill(ignoreLabel),
    attention: new Uint8Array(batch * wide),
  };
  for (let row = 0; row < batch; row++) {
    const [from, to] = [row * seq, row * wide];
    for (let at = 0; at < count; at++) out.ids[to + at] = virtualId(at);
    out.ids.set(ids.subarray(from, from + seq), to + count);
    out.labels.set(labels.subarray(from + 1, from + seq), to + count + 1);
    out.attention.fill(1, to, to + count);
    out.attention.set(attention.subarray(from, from + seq), to + count);
  }
  return { batch, seq: wide, ...out, longest: longest + count };
}
