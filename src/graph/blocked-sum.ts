// The sum of many numbers, a few at a time. The kernels of both providers add a row one number after the other in float32, and
// each addition rounds to the size of what is there already: −1e-4 of a loss over 49,152 tokens. Sums of at most 128 numbers,
// and sums of those, are right to some 1e-7 whatever the width.

/** What a sum is made of, on values [rows, width]. */
interface SumSteps<T> {
  /** [rows, width] as [rows, width / block, block]. */
  readonly inBlocks: (x: T, block: number) => T;
  readonly columns: (x: T, start: number, end: number) => T;
  /** Over the last axis, which goes. */
  readonly sum: (x: T) => T;
  readonly add: (a: T, b: T) => T;
}

const largestBlock = 128;
const smallestBlock = 16;

/** @returns [rows] */
export function blockedSum<T>(x: T, width: number, steps: SumSteps<T>): T {
  if (width <= largestBlock) return steps.sum(x);
  const block = divisorOf(width);
  if (block !== undefined) return blockedSum(steps.sum(steps.inBlocks(x, block)), width / block, steps);
  // A copy, which published vocabularies hardly ever need: nearly all have a divisor of the right size.
  const whole = width - (width % largestBlock);
  const [most, rest] = [steps.columns(x, 0, whole), steps.columns(x, whole, width)];
  return steps.add(blockedSum(most, whole, steps), blockedSum(rest, width - whole, steps));
}

function divisorOf(width: number): number | undefined {
  for (let block = largestBlock; block >= smallestBlock; block--) if (width % block === 0) return block;
  return undefined;
}
