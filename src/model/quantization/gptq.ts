// GPTQ (Frantar et al. 2022, "GPTQ: Accurate Post-Training Quantization for Generative Pre-trained Transformers"): columns are rounded in
// order, and what rounding one changes in the outputs is made up for by the columns that are still to come, as well as the inputs seen allow.
// Where a block begins, its scale is chosen for its weights as they are by then. Rows do not depend on each other.
import type { MatrixShape } from "./scheme.ts";

/** What the codes of a block stand for: (code − zero) · scale + middle, codes from 0 to 15. */
export interface Grid {
  readonly scale: number;
  readonly zero: number;
  readonly middle: number;
}

export interface GridChoice {
  /** Weights that share a grid. */
  readonly block: number;
  /**
   * Chooses the grid of a block, and keeps it.
   * @param weights of the row; those before the block are as they are held, the others as they are by now
   */
  begin(weights: Float32Array, row: number, block: number): Grid;
}

/** Columns whose errors reach the rest of a row together: the rows of U that they need stay in the processor's cache. */
const panel = 32;

/**
 * Rounds a matrix.
 * @param weights row-major; overwritten by the numbers that the codes stand for
 * @param factor of {@link inverseFactor}
 * @returns a code per weight, [rows, columns]
 */
export function gptq(weights: Float32Array, { rows, columns }: MatrixShape, factor: Float64Array, choice: GridChoice): Uint8Array {
  const codes = new Uint8Array(rows * columns);
  const errors = new Float64Array(panel);
  const [scales, zeros, middles] = [new Float64Array(rows), new Float64Array(rows), new Float64Array(rows)];
  for (let start = 0; start < columns; start += panel) {
    const end = Math.min(start + panel, columns);
    for (let row = 0; row < rows; row++) {
      const line = weights.subarray(row * columns, (row + 1) * columns);
      for (let column = start; column < end; column++) {
        if (column % choice.block === 0) {
          const grid = choice.begin(line, row, column / choice.block);
          scales[row] = grid.scale;
          zeros[row] = grid.zero;
          middles[row] = grid.middle;
        }
        const scale = scales[row] as number;
        const zero = zeros[row] as number;
        const middle = middles[row] as number;
        const weight = line[column] as number;
        const code = scale === 0 ? zero : Math.max(0, Math.min(15, Math.floor((weight - middle) / scale + zero + 0.5)));
        const held = (code - zero) * scale + middle;
        codes[row * columns + column] = code;
        line[column] = held;
        const error = (weight - held) / (factor[column * columns + column] as number);
        errors[column - start] = error;
        const from = column * columns;
        for (let next = column + 1; next < end; next++) line[next] = (line[next] as number) - error * (factor[from + next] as number);
      }
      spread(line, errors, factor, start, end);
    }
  }
  return codes;
}

/** Takes the errors of the columns start … end off the columns after them, four at once. */
function spread(line: Float32Array, errors: Float64Array, factor: Float64Array, start: number, end: number): void {
  const columns = line.length;
  if (end === columns) return;
  for (let at = start; at < end; at += 4) {
    const [a, b, c, d] = [at * columns, (at + 1) * columns, (at + 2) * columns, (at + 3) * columns];
    const first = errors[at - start] as number;
    const second = errors[at + 1 - start] as number;
    const third = errors[at + 2 - start] as number;
    const fourth = errors[at + 3 - start] as number;
    for (let next = end; next < columns; next++)
      line[next] =
        (line[next] as number) -
        (first * (factor[a + next] as number) +
          second * (factor[b + next] as number) +
          third * (factor[c + next] as number) +
          fourth * (factor[d + next] as number));
  }
}
