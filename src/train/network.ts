// Runs the stages over all layers for one batch: embed, blocks, head, and back. Programs are compiled once per batch
// shape and kept; whatever a pass allocates it disposes, also when it fails.
import type { AdapterLayout } from "../model/adapter-layout.ts";
import { embed, requireInVocabulary, requirePositions } from "../model/embed.ts";
import { graphKey } from "../model/layer-inputs.ts";
import { formsKey, type LayerForms } from "../model/held-weights.ts";
import type { LayerKind } from "../model/spec.ts";
import { blockBackwardGraph, blockForwardGraph, type BatchShape } from "../model/stages/block.ts";
import { headChunk, headGradientGraph, headLossGraph, headTopGraph, logitsGraph } from "../model/stages/head.ts";
import type { LoadedModel } from "../model/weights.ts";
import { readFloats, readVectors, zeroFloats, type DeviceTensor, type Program } from "../runtime/engine.ts";
import { ProgramCache } from "../runtime/program-cache.ts";
import { learnedRows } from "../tokens/batches.ts";
import type { Batch } from "../tokens/batch.ts";
import { Pass } from "./pass.ts";

export interface BatchLoss {
  /** −Σ log p over the learned tokens. */
  readonly sum: number;
  readonly count: number;
}

/** One flat vector per layer. */
export type LayerVectors = readonly DeviceTensor[];

export class Network {
  readonly model: LoadedModel;
  readonly layout: AdapterLayout | null;
  readonly #programs: ProgramCache;

  /** @param layout null: the base model */
  constructor(model: LoadedModel, layout: AdapterLayout | null) {
    this.model = model;
    this.layout = layout;
    this.#programs = new ProgramCache(model.engine);
  }

  /** Mean loss and log-probabilities without gradients. */
  async loss(batch: Batch, adapter: LayerVectors | null): Promise<BatchLoss> {
    using pass = new Pass(this.model, batch);
    const hidden = await this.#forward(pass, batch, adapter);
    return await this.#head(pass, batch, hidden, null);
  }

  /** log p(ids[t+1] | ids[≤ t]) for the learned rows, in row order. */
  async logProbs(batch: Batch, adapter: LayerVectors | null): Promise<Float32Array> {
    using pass = new Pass(this.model, batch);
    const hidden = await this.#forward(pass, batch, adapter);
    const { rows } = learnedRows(batch);
    const out = new Float32Array(rows.length);
    await this.#head(pass, batch, hidden, null, (chunk, at) => out.set(chunk, at));
    return out;
  }

  /** Of each learned row, in row order, whether its label is the likeliest token; besides what {@link loss} gives. */
  async topLabels(batch: Batch, adapter: LayerVectors | null): Promise<BatchLoss & { readonly isTop: readonly boolean[] }> {
    using pass = new Pass(this.model, batch);
    const hidden = await this.#forward(pass, batch, adapter);
    const { tokens, size, count: all, chunks } = this.#chunks(pass, batch);
    const program = await this.#programs.get(`head:top:${tokens}:${size}`, () => headTopGraph(this.model, tokens, size));
    const isTop: boolean[] = [];
    let sum = 0;
    for (const { count, feeds } of chunks) {
      const results = await pass.run(program, { hidden, ...feeds, ...this.model.head });
      const [logProbs = [], logTotals = []] = await readVectors(this.model.engine, [
        results["logProbs"],
        results["logTotals"],
      ] as DeviceTensor[]);
      for (let at = 0; at < count; at++) {
        const logProb = logProbs[at] as number;
        // The same two numbers are subtracted where the label is the greatest, so that they are equal to the bit.
        isTop.push(logProb >= -(logTotals[at] as number));
        sum -= logProb;
      }
    }
    return { sum, count: all, isTop };
  }

  /** Logits after the given flat positions, [positions, vocabulary]. */
  async logits(batch: Batch, positions: Int32Array, adapter: LayerVectors | null): Promise<Float32Array> {
    using pass = new Pass(this.model, batch);
    const hidden = await this.#forward(pass, batch, adapter);
    const tokens = batch.batch * batch.seq;
    const program = await this.#programs.get(`logits:${tokens}:${positions.length}`, () =>
      logitsGraph(this.model, tokens, positions.length),
    );
    const rows = pass.upload("int32", [positions.length], positions);
    const { logits } = await pass.run(program, { hidden, rows, ...this.model.head });
    return await readFloats(this.model.engine, logits as DeviceTensor);
  }

  /**
   * Adds the gradient of Σ weight · −log p to `gradient`, whose vectors are replaced.
   * @param weight of each learned token; 1 / all learned tokens of the step makes the step's loss their mean.
   * @returns the loss before any update, and the new gradient, which is the caller's. Where it fails, those vectors of the
   *   old one that were not replaced yet are the caller's still.
   */
  async gradient(
    batch: Batch,
    adapter: LayerVectors,
    gradient: LayerVectors,
    weight: number,
  ): Promise<BatchLoss & { readonly gradient: LayerVectors }> {
    using pass = new Pass(this.model, batch);
    const inputs: DeviceTensor[] = [];
    const hidden = await this.#forward(pass, batch, adapter, inputs);
    const { dHidden, ...loss } = await this.#head(pass, batch, hidden, weight);
    let dy = dHidden as DeviceTensor;
    const out: DeviceTensor[] = [];
    for (const layer of [...this.model.layers.keys()].toReversed()) {
      const results = await pass.run(await this.#block(batch, "backward", layer), {
        ...this.#blockFeeds(pass, layer, adapter),
        x: inputs[layer],
        dy,
        gradientIn: gradient[layer],
      });
      out[layer] = results["gradient"] as DeviceTensor;
      gradient[layer]?.dispose();
      pass.drop(dy, inputs[layer] as DeviceTensor);
      dy = results["dx"] as DeviceTensor;
    }
    return { ...loss, gradient: out.map((vector) => pass.keep(vector)) };
  }

  dispose(): Promise<void> {
    return this.#programs.dispose();
  }

  async #forward(pass: Pass, batch: Batch, adapter: LayerVectors | null, keepInputs?: DeviceTensor[]): Promise<DeviceTensor> {
    requirePositions(this.model.spec, batch);
    let x = pass.upload("float32", [batch.batch * batch.seq, this.model.spec.hiddenSize], () =>
      embed(this.model, batch.ids, (at) => at % batch.seq),
    );
    for (const layer of this.model.layers.keys()) {
      const { y } = await pass.run(await this.#block(batch, "forward", layer), { ...this.#blockFeeds(pass, layer, adapter), x });
      if (keepInputs) keepInputs.push(x);
      else pass.drop(x);
      x = y as DeviceTensor;
    }
    return x;
  }

  /** Runs the head over chunks of the learned rows; with a weight, also back to the hidden states. */
  async #head(
    pass: Pass,
    batch: Batch,
    hidden: DeviceTensor,
    weight: number | null,
    onChunk?: (logProbs: Float32Array, at: number) => void,
  ): Promise<BatchLoss & { readonly dHidden: DeviceTensor | null }> {
    const { spec, engine } = this.model;
    const { tokens, size, count: all, chunks } = this.#chunks(pass, batch);
    const build = weight === null ? headLossGraph : headGradientGraph;
    const program = await this.#programs.get(`head:${weight === null ? "loss" : "gradient"}:${tokens}:${size}`, () =>
      build(this.model, tokens, size),
    );
    let dHidden = weight === null ? null : pass.upload("float32", [tokens, spec.hiddenSize], zeroFloats(tokens * spec.hiddenSize));
    let sum = 0;
    for (const { at, count, feeds } of chunks) {
      const extra =
        weight === null
          ? {}
          : { weights: pass.upload("float32", [size], new Float32Array(size).fill(weight, 0, count)), dHiddenIn: dHidden as DeviceTensor };
      const results = await pass.run(program, { hidden, ...feeds, ...extra, ...this.model.head });
      const logProbs = (await readFloats(engine, results["logProbs"] as DeviceTensor)).subarray(0, count);
      onChunk?.(logProbs, at);
      for (const logProb of logProbs) sum -= logProb;
      if (dHidden) {
        pass.drop(dHidden);
        dHidden = results["dHidden"] as DeviceTensor;
      }
    }
    return { sum, count: all, dHidden };
  }

  /** The learned rows in chunks of one size, whose last is filled up with rows that do not count. */
  #chunks(pass: Pass, batch: Batch) {
    const { rows, targets } = learnedRows(batch);
    const { spec } = this.model;
    // A label outside the vocabulary would be a silent zero in the one-hot product.
    requireInVocabulary(spec, targets);
    const tokens = batch.batch * batch.seq;
    const size = headChunk(spec, Math.max(1, tokens));
    const part = (values: Int32Array, at: number): DeviceTensor =>
      pass.upload("int32", [size], padded(values.subarray(at, at + size), size));
    const chunks = function* () {
      for (let at = 0; at < rows.length; at += size)
        yield { at, count: Math.min(size, rows.length - at), feeds: { rows: part(rows, at), labels: part(targets, at) } };
    };
    return { tokens, size, count: rows.length, chunks: chunks() };
  }

  #blockFeeds(pass: Pass, layer: number, adapter: LayerVectors | null): Record<string, DeviceTensor> {
    const own = adapter?.[layer];
    return { ...pass.forLayer(layer), ...this.model.layers[layer], ...(own ? { adapter: own } : {}) };
  }

  /** Layers of one kind share a program. */
  #block({ batch, seq }: BatchShape, direction: "forward" | "backward", at: number): Promise<Program> {
    const { spec } = this.model;
    const layer = spec.layerKinds[at] as LayerKind;
    const forms = this.model.layerForms[at] as LayerForms;
    const kind = { spec, layer, forms, layout: this.layout };
    const build = direction === "forward" ? blockForwardGraph : blockBackwardGraph;
    return this.#programs.get(`${direction}:${batch}:${seq}:${graphKey(layer, spec)}:${formsKey(forms)}`, () =>
      build(kind, { batch, seq }),
    );
  }
}

function padded(values: Int32Array, size: number): Int32Array {
  const out = new Int32Array(size);
  out.set(values);
  return out;
}
