// Runs the stages over all layers for one batch: embed, blocks, head, and back. Programs are compiled once per batch
// shape and kept; whatever a pass allocates it disposes, also when it fails.
import type { FloatType } from "../base/tensor.ts";
import { requireInVocabulary, requirePositions, virtualId } from "../model/embed.ts";
import type { AppliedMethod } from "../model/methods/method.ts";
import type { TunedTensors } from "../model/tuned-stages.ts";
import type { LoadedModel } from "../model/weights.ts";
import type { DeviceTensor } from "../runtime/engine.ts";
import { ProgramCache } from "../runtime/program-cache.ts";
import { TensorOwner } from "../runtime/tensor-owner.ts";
import { ignoreLabel, type Batch } from "../tokens/batch.ts";
import { learnedRows } from "../tokens/batches.ts";
import { EmbedStage, type TokenRows } from "../model/embed-stage.ts";
import type { Gradients } from "../model/gradients.ts";
import { uploadMaskNumbers, type Draw } from "./draw.ts";
import { HeadStage } from "./head-stage.ts";
import { LayersStage, type LayersPass } from "./layers-stage.ts";
import type { Objective } from "./objectives/objective.ts";
import { KeptInputs, Pass } from "./pass.ts";

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

/** A sum whose terms are on the engine still. */
export interface UnreadSum {
  readonly parts: readonly DeviceTensor[];
  /** @param read what is in the parts */
  readonly of: (read: readonly Float32Array[]) => number;
}

export class Network {
  readonly model: LoadedModel;
  readonly method: AppliedMethod | null;
  readonly #activations: FloatType | undefined;
  readonly #programs: ProgramCache;
  /** What stays from pass to pass. */
  readonly #kept: TensorOwner;
  readonly #keptInputs: KeptInputs;
  readonly #embed: EmbedStage;
  readonly #head: HeadStage;
  readonly #layers: LayersStage;

  /**
   * @param method null: the base model
   * @param activations their type and that of their gradients; an engine that has no float16 cannot compile float16's graphs
   */
  constructor(model: LoadedModel, method: AppliedMethod | null, activations?: FloatType) {
    this.model = model;
    this.method = method;
    this.#activations = activations;
    this.#programs = new ProgramCache(model.engine);
    this.#kept = new TensorOwner(model.engine);
    this.#keptInputs = this.#kept.own(new KeptInputs(model.engine, activations));
    this.#embed = new EmbedStage(model, method, this.#programs, activations);
    this.#head = new HeadStage(model, method, this.#programs, this.#kept, activations);
    this.#layers = new LayersStage(model, method, this.#programs, activations);
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
   * Adds the gradient of the batch's objective to `gradients`, whose tensors are replaced. Where it fails, those that are there then
   * are the caller's still.
   * @returns the objective's sum before any update, whose tensors are the caller's
   */
  async gradient(given: Batch, tuned: TunedTensors, gradients: Gradients, request: GradientRequest): Promise<UnreadSum> {
    const { objective, scale, reference, noise, draw } = request;
    const batch = this.#extended(given);
    using pass = this.#pass(batch);
    const masks = draw && this.#layers.dropsOut ? uploadMaskNumbers(pass, this.model.spec, draw, batch.batch * batch.seq) : undefined;
    const training: LayersPass = { masks, runs: [] };
    const hidden = await this.#forward(pass, batch, tuned, { training, noise });
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
    if (dHidden) {
      const dx = await this.#layers.back(pass, batch, dHidden, { tuned, training, gradients });
      await this.#embed.backward(pass, this.#rows(batch), dx, gradients);
    }
    for (const part of logProbs.parts) pass.keep(part);
    return { parts: logProbs.parts, of: (read) => objective.evaluate(joined(read, logProbs.count), given, reference).sum };
  }

  dispose(): Promise<void> {
    this.#kept[Symbol.dispose]();
    return this.#programs.dispose();
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
    const { engine, spec } = this.model;
    const subject = { engine, spec, activations: this.#activations };
    return new Pass(subject, batch, this.method?.prefixTokens ?? 0, this.#keptInputs);
  }

  async #forward(
    pass: Pass,
    batch: Batch,
    tuned: TunedTensors | null,
    { training, noise }: { readonly training?: LayersPass; readonly noise?: GradientRequest["noise"] } = {},
  ): Promise<DeviceTensor> {
    requirePositions(this.model.spec, batch, this.method?.prefixTokens ?? 0);
    const x = await this.#embed.forward(pass, this.#rows(batch), tuned?.parameters ?? {}, noise);
    return this.#layers.forward(pass, batch, x, tuned, training);
  }
}

function joined(parts: readonly Float32Array[], count: number): Float32Array {
  const out = new Float32Array(count);
  let at = 0;
  for (const part of parts) {
    out.set(part.subarray(0, count - at), at);
    at += part.length;
  }
  return out;
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
