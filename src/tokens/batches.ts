// Puts tokenized examples together into rectangular batches. Lengths are rounded up to few sizes, because a graph is
// compiled per size; padding has attention 0 and is never learned.
import { ignoreLabel, type Batch, type TokenizedExample } from "./batch.ts";

/** Steps of 16 up to 64, of 32 up to 256, then of 128: at most a fifth of a long row is padding. */
export function paddedLength(length: number, limit: number): number {
  const unit = length <= 64 ? 16 : length <= 256 ? 32 : 128;
  return Math.max(2, Math.min(limit, Math.ceil(length / unit) * unit));
}

/** @param limit the longest row allowed; examples must not exceed it */
export function collate(examples: readonly TokenizedExample[], limit: number): Batch {
  const longest = Math.max(...examples.map(({ ids }) => ids.length));
  const seq = paddedLength(longest, Math.max(limit, longest));
  const batch = examples.length;
  const ids = new Int32Array(batch * seq);
  const labels = new Int32Array(batch * seq).fill(ignoreLabel);
  const attention = new Uint8Array(batch * seq);
  for (const [row, example] of examples.entries()) {
    ids.set(example.ids, row * seq);
    labels.set(example.labels, row * seq);
    attention.fill(1, row * seq, row * seq + example.ids.length);
  }
  return { batch, seq, ids, labels, attention, longest };
}

/** One row without padding in which every token is learned. */
export function wholeRow(ids: Int32Array): Batch {
  return { batch: 1, seq: ids.length, ids, labels: ids, attention: new Uint8Array(ids.length).fill(1) };
}

/** Positions whose next token is learned: flat row indices into [batch · seq], and the token each should predict. */
export function learnedRows({ batch, seq, labels }: Batch): { rows: Int32Array; targets: Int32Array } {
  const rows: number[] = [];
  for (let row = 0; row < batch; row++) {
    for (let at = row * seq; at < (row + 1) * seq - 1; at++) {
      if (labels[at + 1] !== ignoreLabel) rows.push(at);
    }
  }
  return { rows: Int32Array.from(rows), targets: Int32Array.from(rows, (at) => labels[at + 1] as number) };
}

/** Tokens that are computed and not padding. */
export function realTokens({ attention }: Batch): number {
  return attention.reduce((sum, seen) => sum + seen, 0);
}
