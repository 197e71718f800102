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
 * @param prefix what a method puts before every sequence and counts as positions
 * @throws AtelierError `tokens/past-context` naming the position.
 */
export function requirePositions(
  { learnedPositions, contextLength }: ModelSpec,
  { seq, attention }: { readonly seq: number; readonly attention: Uint8Array },
  prefix = 0,
): void {
  if (!learnedPositions || prefix + seq <= contextLength) return;
  const past = attention.findIndex((isReal, at) => isReal === 1 && prefix + (at % seq) >= contextLength);
  if (past < 0) return;
  throw new AtelierError("tokens/past-context", { position: prefix + (past % seq), last: contextLength - 1, most: contextLength });
}

/** A virtual token, which a method puts before a sequence, has a negative id: that of the first is -1. */
export function virtualId(at: number): number {
  return -1 - at;
}

export function isVirtual(id: number): boolean {
  return id < 0;
}

/** What is added on the engine: see embed-inputs.ts. */
export interface TrainedRowsOf {
  /** Whole tables by the names of their entries: the token embeddings ("table"), the learned positions ("positions"). */
  readonly tables: ReadonlySet<string>;
  /** Single tokens. */
  readonly tokens: ReadonlySet<number>;
}

const nothingTrained: TrainedRowsOf = { tables: new Set(), tokens: new Set() };

/**
 * [ids, hidden], scaled and with learned positions added where the model has them.
 * @param positions of the ids, in order
 * @throws AtelierError `tokens/out-of-vocabulary` naming the id.
 */
export function embed(
  model: Pick<LoadedModel, "embedding" | "positions" | "spec">,
  ids: Int32Array | readonly number[],
  positions: (at: number) => number,
): Float32Array {
  requireInVocabulary(model.spec, ids);
  return frozenRows(model, ids, positions);
}

/**
 * As {@link embed}, of ids that are known to be in the vocabulary, or virtual: those have no embedding here.
 * @param trained what is left out
 */
export function frozenRows(
  { embedding, positions: learned, spec }: Pick<LoadedModel, "embedding" | "positions" | "spec">,
  ids: Int32Array | readonly number[],
  positions: (at: number) => number,
  { tables, tokens }: TrainedRowsOf = nothingTrained,
): Float32Array {
  const { hiddenSize, embeddingScale } = spec;
  const out = new Float32Array(ids.length * hiddenSize);
  if (!tables.has("table"))
    for (const [row, id] of ids.entries()) if (!isVirtual(id) && !tokens.has(id)) embedding.copyRow(id, out, row * hiddenSize);
  if (embeddingScale !== 1) for (const [at, value] of out.entries()) out[at] = value * embeddingScale;
  if (learned && !tables.has("positions")) addRows(out, learned, hiddenSize, positions);
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
