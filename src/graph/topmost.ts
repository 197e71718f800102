// The greatest of many numbers in their order, by a kernel that sorts up to 2048 at once in one step (TopK of ONNX Runtime's WebGPU; more
// take it one step for every pass of its sort): of every block its greatest, and of those again.

/** What the kernel sorts in one step. */
const block = 2048;

/** Less than any logit. */
export const lowest = -3e38;

interface Top<T> {
  readonly values: T;
  /** Columns of what was asked of, float32: a GPU has no kernel that takes the integers of TopK but one that looks numbers up by them. */
  readonly columns: T;
}

/** What it is made of, on values [rows, width]. */
interface TopSteps<T> {
  /** With this many columns of {@link lowest} behind. */
  readonly padded: (x: T, columns: number) => T;
  /** [rows, width] as [rows, width / block, block]. */
  readonly inBlocks: (x: T, block: number) => T;
  /** The greatest over the last axis, of this size. */
  readonly top: (x: T, size: number) => Top<T>;
  /** Columns within blocks of the given size [rows, blocks, count] as columns of the whole. */
  readonly ofWhole: (columns: T, blocks: number, block: number) => T;
  /** [rows, blocks, count] as [rows, blocks · count]. */
  readonly flat: (x: T) => T;
  /** Of a table [rows, width] those of the columns [rows, count]. */
  readonly gather: (table: T, columns: T) => T;
}

/** @returns [rows, count] each */
export function topmost<T>(x: T, width: number, count: number, steps: TopSteps<T>): Top<T> {
  if (width <= block) return steps.top(x, width);
  const blocks = Math.ceil(width / block);
  const missing = blocks * block - width;
  const { values, columns } = steps.top(steps.inBlocks(missing === 0 ? x : steps.padded(x, missing), block), block);
  const best = topmost(steps.flat(values), blocks * count, count, steps);
  return { values: best.values, columns: steps.gather(steps.flat(steps.ofWhole(columns, blocks, block)), best.columns) };
}
