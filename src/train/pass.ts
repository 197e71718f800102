// The tensors of one pass over a batch: positions, ropes and masks are there, and what the pass makes goes when it ends.
import { itemOf } from "../base/the.ts";
import { isVisible, kindFeeds, maskedScore, turnsAlike, uploadMasks, uploadRopes } from "../model/layer-inputs.ts";
import type { FloatType } from "../base/tensor.ts";
import type { ModelSpec } from "../model/spec.ts";
import type { DeviceTensor, Engine } from "../runtime/engine.ts";
import { TensorOwner } from "../runtime/tensor-owner.ts";
import type { Batch } from "../tokens/batch.ts";

/** Rope, mask and positions of a layer. */
type LayerFeeds = (layer: number) => Readonly<Record<string, DeviceTensor>>;

interface Subject {
  readonly engine: Engine;
  readonly spec: ModelSpec;
  /** float32 where absent. */
  readonly activations?: FloatType | undefined;
}

/** The tensors of one pass; all that were not kept or dropped go when it ends. */
export class Pass extends TensorOwner {
  readonly forLayer: LayerFeeds;

  /**
   * @param prefix keys and values before every sequence, from which its positions count on
   * @param kept what a former pass may have left
   */
  constructor({ engine, spec, activations }: Subject, batch: Batch, prefix = 0, kept?: KeptInputs) {
    super(engine);
    try {
      this.forLayer =
        kept && isPaddedOnTheRight(batch) ? kept.of(spec, batch, prefix) : uploadInputs(this, { spec, activations }, batch, prefix);
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }
}

/**
 * What layers take besides their weights, kept from batch to batch of the same shape. Where rows are padded on the right no row that
 * counts sees padding, whatever the lengths: the tensors depend on the shape alone.
 */
export class KeptInputs {
  readonly #engine: Engine;
  readonly #activations: FloatType | undefined;
  #last: { readonly batch: Batch; readonly prefix: number; readonly owner: TensorOwner; readonly forLayer: LayerFeeds } | undefined;

  constructor(engine: Engine, activations?: FloatType) {
    this.#engine = engine;
    this.#activations = activations;
  }

  of(spec: ModelSpec, batch: Batch, prefix: number): LayerFeeds {
    if (this.#last && this.#last.prefix === prefix && isAlike(spec, this.#last.batch, batch, prefix)) return this.#last.forLayer;
    this.dispose();
    const owner = new TensorOwner(this.#engine);
    const { batch: rows, seq, ids, labels, longest } = batch;
    const whole = { batch: rows, seq, ids, labels, attention: new Uint8Array(rows * seq).fill(1), ...(longest ? { longest } : {}) };
    try {
      const forLayer = uploadInputs(owner, { spec, activations: this.#activations }, whole, prefix);
      this.#last = { batch, prefix, owner, forLayer };
      return forLayer;
    } catch (error) {
      owner[Symbol.dispose]();
      throw error;
    }
  }

  dispose(): void {
    this.#last?.owner[Symbol.dispose]();
    this.#last = undefined;
  }
}

function isAlike(spec: ModelSpec, one: Batch, other: Batch, prefix: number): boolean {
  if (one.batch !== other.batch || one.seq !== other.seq) return false;
  return turnsAlike(spec, longestOf(one) + prefix, longestOf(other) + prefix);
}

function isPaddedOnTheRight({ batch, seq, attention }: Batch): boolean {
  for (let row = 0; row < batch; row++) {
    for (let at = row * seq + 1; at < (row + 1) * seq; at++) if (attention[at] === 1 && attention[at - 1] !== 1) return false;
  }
  return true;
}

const longestOf = ({ longest, seq }: Batch): number => longest ?? seq;

function uploadInputs(
  { upload }: TensorOwner,
  { spec, activations }: Pick<Subject, "spec" | "activations">,
  batch: Batch,
  prefix: number,
): LayerFeeds {
  const tokens = batch.batch * batch.seq;
  const positions = upload("int64", [1, tokens], () =>
    BigInt64Array.from({ length: tokens }, (_, at) => BigInt((at % batch.seq) + prefix)),
  );
  // As in Hugging Face, where rows are padded to the longest. What a former batch was long does not matter here.
  const ropes = uploadRopes(spec, Math.max(tokens, batch.seq + prefix), longestOf(batch) + prefix, upload, activations);
  const shape = [batch.batch, 1, batch.seq, prefix + batch.seq];
  const masks = uploadMasks(spec, shape, (window) => causalMask(batch, window, prefix), upload);
  return (layer) => ({ positions, ...kindFeeds(itemOf(spec.layerKinds, layer), ropes, masks) });
}

/**
 * [batch, 1, seq, prefix + seq]: 0 where row i may see row j, else very negative. A row always sees itself; a prefix is seen by all that
 * its first positions are within the window of.
 */
function causalMask({ batch, seq, attention }: Batch, window: number | null, prefix: number): Float32Array {
  const wide = prefix + seq;
  const mask = new Float32Array(batch * seq * wide).fill(maskedScore);
  for (let row = 0; row < batch; row++) {
    for (let i = 0; i < seq; i++) {
      const at = (row * seq + i) * wide;
      for (let j = 0; j <= prefix + i; j++) {
        const isThere = j < prefix || j === prefix + i || attention[row * seq + j - prefix] === 1;
        if (isThere && isVisible(prefix + i, j, window)) mask[at + j] = 0;
      }
    }
  }
  return mask;
}
