// Symmetric 4-bit quantization in blocks along a row, as ONNX Runtime's own quantizer does it (MlasQuantizeBlockwise,
// onnxruntime/core/mlas/lib/q4_dq.cpp): the value of largest magnitude maps to −8, so a scale may be negative.

/** Values per block; also the alignment of a row. */
export const int4Block = 32;

export interface Int4Matrix {
  /** [rows, blocks, block / 2]; the even element in the low half of a byte. */
  readonly codes: Uint8Array;
  /** [rows · blocks]; value = (code − 8) · scale. */
  readonly scales: Float32Array;
}

/** Quantizes a row-major [rows, columns] matrix. Columns past the last whole block are padded with zeros. */
export function quantizeInt4(weights: Float32Array, rows: number, columns: number): Int4Matrix {
  const blocks = Math.ceil(columns / int4Block);
  const codes = new Uint8Array((rows * blocks * int4Block) / 2);
  const scales = new Float32Array(rows * blocks);
  for (let row = 0; row < rows; row++) {
    for (let block = 0; block < blocks; block++) {
      const start = row * columns + block * int4Block;
      const end = Math.min(start + int4Block, (row + 1) * columns);
      const at = row * blocks + block;
      scales[at] = quantizeBlock(weights, start, end, codes, (at * int4Block) / 2);
    }
  }
  return { codes, scales };
}

/** Returns the scale; arithmetic is float32 throughout, as in the reference. */
function quantizeBlock(weights: Float32Array, start: number, end: number, codes: Uint8Array, target: number): number {
  let [smallest, largest] = [Infinity, -Infinity];
  for (let at = start; at < end; at++) {
    const value = weights[at] as number;
    if (value < smallest) smallest = value;
    if (value > largest) largest = value;
  }
  if (end - start < int4Block) [smallest, largest] = [Math.min(smallest, 0), Math.max(largest, 0)];
  const extreme = Math.abs(largest) > Math.abs(smallest) ? largest : smallest;
  const scale = Math.fround(-extreme / 8);
  const reciprocal = scale === 0 ? 0 : Math.fround(1 / scale);
  for (let pair = 0; pair < int4Block / 2; pair++) {
    const at = start + 2 * pair;
    const low = at < end ? codeOf(weights[at] as number, reciprocal) : 8;
    const high = at + 1 < end ? codeOf(weights[at + 1] as number, reciprocal) : 8;
    codes[target + pair] = low | (high << 4);
  }
  return scale;
}

/** round(value / scale + 8), half away from zero; the sum is positive or clamps to 0, so flooring x + ½ rounds so. */
function codeOf(value: number, reciprocal: number): number {
  const shifted = Math.fround(Math.fround(value * reciprocal) + 8);
  return Math.max(0, Math.min(15, Math.floor(shifted + 0.5)));
}
