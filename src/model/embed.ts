// Rows of the embedding table. Looked up on the host: a few rows per batch, and WASM has no quantized gather.
import { AtelierError } from "../base/errors.ts";
import type { ModelSpec } from "./spec.ts";
import type { LoadedModel } from "./weights.ts";

/** @throws AtelierError `tokens/out-of-vocabulary` naming the id. */
export function requireInVocabulary({ vocabularySize }: Pick<ModelSpec, "vocabularySize">, ids: Iterable<number>): void {
  for (const id of ids) {
    if (Number.isInteger(id) && id >= 0 && id < vocabularySize) continue;
    throw new AtelierError(
      "tokens/out-of-vocabulary",
      `Token id ${id} is outside the model's vocabulary of ${vocabularySize}.`,
      "Use the tokenizer that belongs to this model.",
    );
  }
}

/**
 * [ids, hidden]
 * @throws AtelierError `tokens/out-of-vocabulary` naming the id.
 */
export function embed({ embedding, spec }: Pick<LoadedModel, "embedding" | "spec">, ids: Int32Array | readonly number[]): Float32Array {
  requireInVocabulary(spec, ids);
  const { hiddenSize } = spec;
  const out = new Float32Array(ids.length * hiddenSize);
  for (const [row, id] of ids.entries()) embedding.copyRow(id, out, row * hiddenSize);
  return out;
}
