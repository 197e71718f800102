// NEFTune (Jain et al. 2023): uniform noise on the embeddings of a batch while training, in ±alpha / √(L · hidden) with L the length that
// rows are padded to. The same seed gives the same noise, so that a resumed run sees what the uninterrupted one would have.
import { seededRandom } from "../base/random.ts";
import type { Batch } from "../tokens/batch.ts";

/**
 * [batch · (seq + virtual), hidden]; what a method puts before a sequence gets none.
 * @param seed of this batch of this step
 */
export function embeddingNoise(
  { batch, seq, longest = seq }: Pick<Batch, "batch" | "seq" | "longest">,
  hiddenSize: number,
  virtualTokens: number,
  alpha: number,
  seed: number,
): Float32Array {
  const random = seededRandom(seed);
  const bound = alpha / Math.sqrt(longest * hiddenSize);
  const [own, before] = [seq * hiddenSize, virtualTokens * hiddenSize];
  const out = new Float32Array(batch * (own + before));
  for (let row = 0; row < batch; row++) {
    const from = row * (own + before) + before;
    for (let at = 0; at < own; at++) out[from + at] = (2 * random.uniform() - 1) * bound;
  }
  return out;
}
