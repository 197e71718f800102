// A batch as scripts write it: input_ids, attention_mask and labels, as Hugging Face's data collators name them.
import { AtelierError } from "../base/errors.ts";
import { ignoreLabel, type Batch } from "./batch.ts";

const shape = '{"input_ids": [[…]], "attention_mask": [[…]], "labels": [[…]]}';

/**
 * Other keys are allowed and ignored. Without attention_mask every token is real; labels are unshifted.
 * @throws AtelierError `data/batch-invalid` naming the key and row.
 */
export function parseBatch(value: unknown): Batch {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new AtelierError("data/batch-invalid", { shape });
  const { input_ids: ids, attention_mask: mask, labels } = value as Record<string, unknown>;
  const rows = matrix("input_ids", ids);
  const seq = rows[0]?.length ?? 0;
  if (seq < 2) throw new AtelierError("data/batch-invalid#short", { shape });
  const attention = mask === undefined ? rows.map((row) => row.map(() => 1)) : matrix("attention_mask", mask, rows.length, seq);
  const labelRows = matrix("labels", labels, rows.length, seq);
  const bad = labelRows.flat().find((label) => label < 0 && label !== ignoreLabel);
  if (bad !== undefined) throw new AtelierError("data/batch-invalid#label", { label: String(bad), ignored: String(ignoreLabel), shape });
  return {
    batch: rows.length,
    seq,
    ids: Int32Array.from(rows.flat()),
    labels: Int32Array.from(labelRows.flat()),
    attention: Uint8Array.from(attention.flat(), (seen) => (seen ? 1 : 0)),
  };
}

function matrix(key: string, value: unknown, rows?: number, columns?: number): number[][] {
  if (!Array.isArray(value) || value.length === 0) throw new AtelierError("data/batch-invalid#no-rows", { key, shape });
  if (rows !== undefined && value.length !== rows)
    throw new AtelierError("data/batch-invalid#row-count", { key, count: value.length, expected: rows, shape });
  const width = columns ?? (Array.isArray(value[0]) ? value[0].length : 0);
  for (const [at, row] of value.entries()) {
    if (!Array.isArray(row) || !row.every((entry) => Number.isInteger(entry)))
      throw new AtelierError("data/batch-invalid#no-numbers", { row: String(at), key, shape });
    if (row.length !== width)
      throw new AtelierError("data/batch-invalid#row-length", { row: String(at), key, count: row.length, expected: width, shape });
  }
  return value as number[][];
}
