// The tensors of one pass over a batch: positions, ropes and masks are there, and what the pass makes goes when it ends.
import { itemOf } from "../base/the.ts";
import { isVisible, kindFeeds, maskedScore, uploadMasks, uploadRopes } from "../model/layer-inputs.ts";
import type { ModelSpec } from "../model/spec.ts";
import type { DeviceTensor, Engine } from "../runtime/engine.ts";
import { TensorOwner } from "../runtime/tensor-owner.ts";
import type { Batch } from "../tokens/batch.ts";

/** The tensors of one pass; all that were not kept or dropped go when it ends. */
export class Pass extends TensorOwner {
  /** Rope, mask and positions of a layer. */
  readonly forLayer: (layer: number) => Readonly<Record<string, DeviceTensor>>;

  /** @param prefix keys and values before every sequence, from which its positions count on */
  constructor({ engine, spec }: { readonly engine: Engine; readonly spec: ModelSpec }, batch: Batch, prefix = 0) {
    super(engine);
    try {
      const tokens = batch.batch * batch.seq;
      const positions = this.upload("int64", [1, tokens], () =>
        BigInt64Array.from({ length: tokens }, (_, at) => BigInt((at % batch.seq) + prefix)),
      );
      // As in Hugging Face, where rows are padded to the longest. What a former batch was long does not matter here.
      const ropes = uploadRopes(spec, Math.max(tokens, batch.seq + prefix), (batch.longest ?? batch.seq) + prefix, this.upload);
      const shape = [batch.batch, 1, batch.seq, prefix + batch.seq];
      const masks = uploadMasks(spec, shape, (window) => causalMask(batch, window, prefix), this.upload);
      this.forLayer = (layer) => ({ positions, ...kindFeeds(itemOf(spec.layerKinds, layer), ropes, masks) });
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }
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
