// A whole matrix by GPTQ, as 4-bit codes with a float16 scale and a zero point per 32 weights: 4.625 bits.
import { toFloat16 } from "../../base/half.ts";
import { requireFloat16Range } from "./f16.ts";
import type { BlocksForm } from "./forms.ts";
import { gptq, type Grid, type GridChoice } from "./gptq.ts";
import { inverseFactor } from "./inverse-factor.ts";
import type { EncodedMatrix, MatrixShape } from "./scheme.ts";
import { fitWeighted } from "./weighted-fit.ts";

const block = 32;

export const gptqForm: BlocksForm = { kind: "blocks", bits: 4, block, scale: { dtype: "float16", levels: 1 }, hasZeros: true };

/**
 * Rounds matrices that multiply the same inputs: the costly part, the factor, is made once for them.
 * @param hessian 2 Σ x xᵀ over the inputs seen, [columns, columns]; any multiple of it gives the same codes
 * @throws AtelierError `model/gptq-hessian`, `model/float16-range`
 */
export function gptqEncoder(hessian: Float32Array | Float64Array, columns: number): (weights: Float32Array, rows: number) => EncodedMatrix {
  const factor = inverseFactor(hessian, columns);
  // What an error in a column costs once the columns after it have made up for what they can.
  const importance = Float64Array.from({ length: columns }, (_, at) => (factor[at * (columns + 1)] as number) ** -2);
  return (weights, rows) => {
    requireFloat16Range(weights);
    const shape = { rows, columns };
    const grids = new BlockGrids(shape, importance);
    const codes = gptq(weights.slice(), shape, factor, grids);
    return { codes: packed(codes, shape, grids), scales: toFloat16(grids.scales), zeros: grids.packedZeros() };
  };
}

class BlockGrids implements GridChoice {
  readonly block = block;
  readonly blocks: number;
  readonly scales: Float32Array;
  readonly #zeros: Uint8Array;
  readonly #importance: Float64Array;

  constructor({ rows, columns }: MatrixShape, importance: Float64Array) {
    this.blocks = Math.ceil(columns / block);
    this.scales = new Float32Array(rows * this.blocks);
    this.#zeros = new Uint8Array(rows * this.blocks);
    this.#importance = importance;
  }

  begin(weights: Float32Array, row: number, of: number): Grid {
    const start = of * block;
    const { scale, zero } = fitWeighted(weights, this.#importance, start, Math.min(weights.length, start + block));
    this.scales[row * this.blocks + of] = scale;
    this.#zeros[row * this.blocks + of] = zero;
    return { scale, zero, middle: 0 };
  }

  zeroAt(row: number, of: number): number {
    return this.#zeros[row * this.blocks + of] as number;
  }

  /** Rows of whole bytes, the even block in the low half. */
  packedZeros(): Uint8Array {
    const bytes = Math.ceil(this.blocks / 2);
    const rows = this.#zeros.length / this.blocks;
    const zeros = new Uint8Array(rows * bytes);
    for (let row = 0; row < rows; row++)
      for (let of = 0; of < this.blocks; of++) {
        const at = row * bytes + (of >> 1);
        zeros[at] = (zeros[at] as number) | (this.zeroAt(row, of) << (of % 2 === 0 ? 0 : 4));
      }
    return zeros;
  }
}

/** Two codes a byte, a row's last block padded with its zero point. */
function packed(codes: Uint8Array, { rows, columns }: MatrixShape, grids: BlockGrids): Uint8Array {
  const width = grids.blocks * block;
  const bytes = new Uint8Array((rows * width) / 2);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < width; column++) {
      const code = column < columns ? (codes[row * columns + column] as number) : grids.zeroAt(row, grids.blocks - 1);
      const at = (row * width + column) >> 1;
      bytes[at] = (bytes[at] as number) | (code << (column % 2 === 0 ? 0 : 4));
    }
  return bytes;
}
