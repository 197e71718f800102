// 4-bit quantization in blocks along a row, as ONNX Runtime's own quantizer does it (MlasQuantizeBlockwise,
// onnxruntime/core/mlas/lib/q4_dq.cpp). Symmetric: the value of largest magnitude maps to −8, so a scale may be negative.
// Asymmetric: smallest … largest map to 0 … 15, with a zero point. Arithmetic is float32 throughout, as in the reference.

interface BlockScale {
  readonly scale: number;
  readonly zero: number;
}

export type FindScale = (smallest: number, largest: number) => BlockScale;

export const symmetricScale: FindScale = (smallest, largest) => {
  const extreme = Math.abs(largest) > Math.abs(smallest) ? largest : smallest;
  return { scale: Math.fround(-extreme / 8), zero: 8 };
};

export const asymmetricScale: FindScale = (smallest, largest) => {
  const [low, high] = [Math.min(smallest, 0), Math.max(largest, 0)];
  const scale = Math.fround(Math.fround(high - low) / 15);
  const zero = scale === 0 ? 0 : Math.fround(0 - Math.fround(low / scale));
  return { scale, zero: Math.max(0, Math.min(15, roundPositive(zero))) };
};

/**
 * Quantizes the block [start, end) of weights; a block shorter than `block` is padded with zeros.
 * @param codes get block / 2 bytes from `target` on, the even element in the low half
 */
export function encodeBlock(
  weights: Float32Array,
  [start, end]: readonly [number, number],
  block: number,
  findScale: FindScale,
  codes: Uint8Array,
  target: number,
): BlockScale {
  let [smallest, largest] = [Infinity, -Infinity];
  for (let at = start; at < end; at++) {
    const value = weights[at] as number;
    if (value < smallest) smallest = value;
    if (value > largest) largest = value;
  }
  if (end - start < block) [smallest, largest] = [Math.min(smallest, 0), Math.max(largest, 0)];
  const found = findScale(smallest, largest);
  const reciprocal = found.scale === 0 ? 0 : Math.fround(1 / found.scale);
  for (let pair = 0; pair < block / 2; pair++) {
    const at = start + 2 * pair;
    const low = at < end ? codeOf(weights[at] as number, reciprocal, found.zero) : found.zero;
    const high = at + 1 < end ? codeOf(weights[at + 1] as number, reciprocal, found.zero) : found.zero;
    codes[target + pair] = low | (high << 4);
  }
  return found;
}

/** round(value / scale + zero), half away from zero. */
function codeOf(value: number, reciprocal: number, zero: number): number {
  return Math.max(0, Math.min(15, roundPositive(Math.fround(Math.fround(value * reciprocal) + zero))));
}

/** Half away from zero for what is positive; what is not clamps to 0 anyway. */
function roundPositive(value: number): number {
  return Math.floor(value + 0.5);
}
