// 4-bit codes of a block along a row: least-squares.ts says what they stand for, here they are made and packed, the even element in the low
// half of a byte.
import type { BlockScale, FitBlock } from "./least-squares.ts";

/**
 * Quantizes the block [start, end) of weights; a block shorter than `block` is padded with zeros.
 * @param codes get block / 2 bytes from `target` on
 */
export function encodeBlock(
  weights: Float32Array,
  [start, end]: readonly [number, number],
  block: number,
  fit: FitBlock,
  codes: Uint8Array,
  target: number,
): BlockScale {
  const found = fit(weights, start, end);
  const reciprocal = found.scale === 0 ? 0 : 1 / found.scale;
  for (let pair = 0; pair < block / 2; pair++) {
    const at = start + 2 * pair;
    const low = at < end ? codeOf(weights[at] as number, reciprocal, found.zero) : found.zero;
    const high = at + 1 < end ? codeOf(weights[at + 1] as number, reciprocal, found.zero) : found.zero;
    codes[target + pair] = low | (high << 4);
  }
  return found;
}

/** The nearest code; half away from zero for what is positive, what is not goes to 0 anyway. */
function codeOf(value: number, reciprocal: number, zero: number): number {
  return Math.max(0, Math.min(15, Math.floor(value * reciprocal + zero + 0.5)));
}
