// A batch as scripts write it: input_ids, attention_mask and labels, as Hugging Face's data collators name them.
import { AtelierError } from "../base/errors.ts";
import { ignoreLabel, type Batch } from "./batch.ts";

/**
 * Other keys are allowed and ignored. Without attention_mask every token is real; labels are unshifted.
 * @throws AtelierError `data/batch-invalid` naming the key and row.
 */
export function parseBatch(value: unknown): Batch {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw invalid("The batch is not a JSON object.");
  const { input_ids: ids, attention_mask: mask, labels } = value as Record<string, unknown>;
  const rows = matrix("input_ids", ids);
  const seq = rows[0]?.length ?? 0;
  if (seq < 2) throw invalid("input_ids has rows of fewer than two tokens; the first token of a row is never predicted.");
  const attention = mask === undefined ? rows.map((row) => row.map(() => 1)) : matrix("attention_mask", mask, rows.length, seq);
  const labelRows = matrix("labels", labels, rows.length, seq);
  const bad = labelRows.flat().find((label) => label < 0 && label !== ignoreLabel);
  if (bad !== undefined) throw invalid(`labels holds ${bad}; expected token ids, or ${ignoreLabel} where nothing is learned.`);
  return {
    batch: rows.length,
    seq,
    ids: Int32Array.from(rows.flat()),
    labels: Int32Array.from(labelRows.flat()),
    attention: Uint8Array.from(attention.flat(), (seen) => (seen ? 1 : 0)),
  };
}

function matrix(key: string, value: unknown, rows?: number, columns?: number): number[][] {
  if (!Array.isArray(value) || value.length === 0) throw invalid(`${key} is not a list of rows.`);
  if (rows !== undefined && value.length !== rows) throw invalid(`${key} has ${value.length} rows; input_ids has ${rows}.`);
  const width = columns ?? (Array.isArray(value[0]) ? value[0].length : 0);
  for (const [at, row] of value.entries()) {
    if (!Array.isArray(row) || !row.every((entry) => Number.isInteger(entry)))
      throw invalid(`Row ${at} of ${key} is not a list of whole numbers.`);
    if (row.length !== width) throw invalid(`Row ${at} of ${key} has ${row.length} entries; expected ${width}. Pad rows to one length.`);
  }
  return value as number[][];
}

function invalid(message: string): AtelierError {
  return new AtelierError("data/batch-invalid", message, 'Write {"input_ids": [[…]], "attention_mask": [[…]], "labels": [[…]]}.');
}
