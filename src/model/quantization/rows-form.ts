// Codes with a scale per row, for answers on the CPU: 8-bit products take a quarter of the memory of float32 ones, and for one row of
// activations what counts is how much memory is read.
import { the } from "../../base/the.ts";
import type { RowsForm } from "./forms.ts";
import type { FormScheme, MatrixShape } from "./scheme.ts";

const [middle, most] = [128, 127];

export function rowsScheme({ activationParts: parts }: RowsForm): FormScheme {
  return {
    parts: ({ rows, columns }) => ({
      codes: { dtype: "uint8", shape: [columns, rows] },
      scales: { dtype: "float32", shape: [rows] },
    }),
    product: (g, held, x, _shape, plus) => {
      const [codes, steps] = g.quantizeRows(x, { parts });
      const product = g.matmulRowCodes(codes, steps, the(held["codes"], "codes"), the(held["scales"], "scales"), { parts });
      return plus ? g.add(product, plus) : product;
    },
    decodeRow: ({ codes, scales }, { rows, columns }, row, target, at) => {
      const scale = (scales as Float32Array)[row] as number;
      for (let column = 0; column < columns; column++)
        target[at + column] = (((codes as Uint8Array)[column * rows + row] as number) - middle) * scale;
    },
  };
}

type EncodedRows = Readonly<Record<"codes", Uint8Array> & Record<"scales", Float32Array>>;

/** Rows that are read and transposed together: they and their codes stay in a processor's cache. */
const together = 32;

/**
 * By the greatest absolute value of each row; the matrix is never whole in float32.
 * @param readRow writes a row of the matrix to `target` from the element `at` on
 */
export function encodeRows({ rows, columns }: MatrixShape, readRow: (row: number, target: Float32Array, at: number) => void): EncodedRows {
  const codes = new Uint8Array(rows * columns);
  const scales = new Float32Array(rows);
  const weights = new Float32Array(together * columns);
  for (let from = 0; from < rows; from += together) {
    const to = Math.min(rows, from + together);
    for (let row = from; row < to; row++) {
      const at = (row - from) * columns;
      readRow(row, weights, at);
      scales[row] = scaleOf(weights.subarray(at, at + columns));
    }
    for (let column = 0; column < columns; column++) {
      for (let row = from; row < to; row++)
        codes[column * rows + row] = middle + Math.round((weights[(row - from) * columns + column] as number) / (scales[row] as number));
    }
  }
  return { codes, scales };
}

function scaleOf(row: Float32Array): number {
  let greatest = 0;
  for (const weight of row) greatest = Math.max(greatest, Math.abs(weight));
  return greatest === 0 ? 1 : greatest / most;
}
