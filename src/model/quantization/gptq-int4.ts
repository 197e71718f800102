// What GPTQ rounds to here: 4-bit codes with a step and a middle per 32 weights, both float16: 5 bits.
import { float16Value, toFloat16 } from "../../base/half.ts";
import type { Calibrated } from "./calibrated.ts";
import { fitMiddle } from "./fit-middle.ts";
import { gptq, type Grid } from "./gptq.ts";
import type { MatrixShape } from "./scheme.ts";

const block = 32;
/** The code of a block's middle. */
const zero = 8;

export const gptqInt4: Calibrated = {
  form: {
    kind: "blocks",
    bits: 4,
    block,
    scale: { dtype: "float16", levels: 1 },
    minimum: { dtype: "float16", levels: 1 },
    // Codes stand for −8 … 7 around the middle.
    center: 0,
  },
  round: (weights, shape, factor) => {
    const { rows, columns } = shape;
    const blocks = Math.ceil(columns / block);
    const scales = new Uint16Array(rows * blocks);
    const minima = new Uint16Array(rows * blocks);
    const begin = (row: Float32Array, at: number, of: number): Grid => {
      const fitted = fitMiddle(row, of * block, Math.min(columns, (of + 1) * block));
      const [scale = 0, minimum = 0] = toFloat16(Float32Array.of(fitted.step, fitted.middle));
      scales[at * blocks + of] = scale;
      minima[at * blocks + of] = minimum;
      return { scale: float16Value(scale), zero, middle: float16Value(minimum) };
    };
    const codes = gptq(weights, shape, factor, { block, begin });
    return { codes: packed(codes, shape, blocks), scales, minima };
  },
};

/** Two codes a byte, rows padded to whole blocks with the middle's code. */
function packed(codes: Uint8Array, { rows, columns }: MatrixShape, blocks: number): Uint8Array {
  const width = (blocks * block) / 2;
  const out = new Uint8Array(rows * width).fill(zero | (zero << 4));
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const code = codes[row * columns + column] as number;
      const byte = row * width + (column >> 1);
      const known = out[byte] as number;
      out[byte] = column % 2 === 0 ? (known & 0xf0) | code : (known & 0x0f) | (code << 4);
    }
  }
  return out;
}
