// A batch as the graphs take it. Labels are unshifted as in Hugging Face: labels[i] is ids[i] where it is learned.

/** The label of a token that is not learned (PyTorch's `ignore_index`). */
export const ignoreLabel = -100;

/** One tokenized example. `labels[i]` is `ids[i]` where the token is learned, else {@link ignoreLabel}. */
export interface TokenizedExample {
  readonly line: number;
  readonly ids: Int32Array;
  readonly labels: Int32Array;
}

/** Row-major [batch, seq] tensors; rows are padded on the right with attention 0 and label {@link ignoreLabel}. */
export interface Batch {
  readonly batch: number;
  readonly seq: number;
  readonly ids: Int32Array;
  readonly labels: Int32Array;
  readonly attention: Uint8Array;
  /** Tokens of the longest row where `seq` was rounded up past it; the angles of some ropes go by it. Absent: seq. */
  readonly longest?: number;
}
