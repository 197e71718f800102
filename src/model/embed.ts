// Rows of the embedding table. Looked up on the host: a few rows per batch, and WASM has no quantized gather.
import { AtelierError } from "../base/errors.ts";
import type { ModelSpec } from "./spec.ts";
import type { LoadedModel } from "./weights.ts";

/** @throws AtelierError `tokens/out-of-vocabulary` naming the id. */
export function requireInVocabulary({ vocabularySize }: Pick<ModelSpec, "vocabularySize">, ids: Iterable<number>): void {
  for (const id of ids) {
    if (Number.isInteger(id) && id >= 0 && id < vocabularySize) continue;
    throw new AtelierError("tokens/out-of-vocabulary", { id: String(id), size: vocabularySize });
  }
}

/**
 * Learned positions end with the context; padding may lie past it, real tokens may not.
 * @throws AtelierError `tokens/past-context` naming the position.
 */
export function requirePositions(
  { learnedPositions, contextLength }: ModelSpec,
  { seq, attention }: { readonly seq: number; readonly attention: Uint8Array },
): void {
  if (!learnedPositions || seq <= contextLength) return;
  const past = attention.findIndex((isReal, at) => isReal === 1 && at % seq >= contextLength);
  if (past < 0) return;
  throw new AtelierError("tokens/past-context", { position: past % seq, last: contextLength - 1, most: contextLength });
}

/**
 * [ids, hidden], scaled and with learned positions added where the model has them.
 * @param positions of the ids, in order
 * @throws AtelierError `tokens/out-of-vocabulary` naming the id.
 */
export function embed(
  { embedding, positions: learned, spec }: Pick<LoadedModel, "embedding" | "positions" | "spec">,
  ids: Int32Array | readonly number[],
  positions: (at: number) => number,
): Float32Array {
  requireInVocabulary(spec, ids);
  const { hiddenSize, embeddingScale } = spec;
  const out = new Float32Array(ids.length * hiddenSize);
  for (const [row, id] of ids.entries()) embedding.copyRow(id, out, row * hiddenSize);
  if (embeddingScale !== 1) for (const [at, value] of out.entries()) out[at] = value * embeddingScale;
  if (learned) addRows(out, learned, hiddenSize, positions);
  return out;
}

/** Positions past the table belong to padding; nobody learns from them. */
function addRows(out: Float32Array, table: Float32Array, width: number, positions: (at: number) => number): void {
  const last = table.length / width - 1;
  for (let row = 0; row < out.length / width; row++) {
    const from = Math.min(positions(row), last) * width;
    for (let column = 0; column < width; column++)
      out[row * width + column] = (out[row * width + column] ?? 0) + (table[from + column] ?? 0);
  }
}
