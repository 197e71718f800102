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
      factors: { dtype: "float32", shape: [columns] },
    }),
    product: (g, held, x, _shape, plus) => {
      const [codes, steps] = g.quantizeRows(g.mul(x, the(held["factors"], "factors")), { parts });
      const product = g.matmulRowCodes(codes, steps, the(held["codes"], "codes"), the(held["scales"], "scales"), { parts });
      return plus ? g.add(product, plus) : product;
    },
    decodeRow: ({ codes, scales, factors }, { rows, columns }, row, target, at) => {
      const scale = (scales as Float32Array)[row] as number;
      for (let column = 0; column < columns; column++) {
        const code = ((codes as Uint8Array)[column * rows + row] as number) - middle;
        target[at + column] = Math.fround(code * scale) * ((factors as Float32Array)[column] as number);
      }
    },
  };
}

type EncodedRows = Readonly<Record<"codes", Uint8Array> & Record<"scales" | "factors", Float32Array>>;

/** After which the factors hardly change any more: the error of SmolLM2-135M's matrices falls by another 2% or so with three. */
const balancings = 1;

/**
 * By the greatest absolute value of each row, after the columns were balanced: a few columns with large values would make the steps of
 * all rows large, and what is multiplied can take their factors (as in SmoothQuant, Xiao et al. 2022; here by the weights alone).
 * @param readRow writes a row of the matrix to `target` from the element `at` on
 */
export function encodeRows(shape: MatrixShape, readRow: (row: number, target: Float32Array, at: number) => void): EncodedRows {
  const { rows, columns } = shape;
  const weights = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) readRow(row, weights, row * columns);
  const factors = balancedFactors(weights, shape);
  const perFactor = factors.map((factor) => 1 / factor);
  const scales = new Float32Array(rows);
  for (let row = 0; row < rows; row++)
    scales[row] = orOne(greatestOf(weights.subarray(row * columns, (row + 1) * columns), perFactor)) / most;
  return { codes: codesOf(weights, shape, scales, factors), scales, factors };
}

/** Per column: half way, on a logarithmic scale, to what makes the greatest share of any row's step alike in all columns. */
function balancedFactors(weights: Float32Array, { rows, columns }: MatrixShape): Float32Array {
  let factors = new Float32Array(columns).fill(1);
  for (let round = 0; round <= balancings; round++) {
    const shares = new Float32Array(columns);
    const perFactor = factors.map((factor) => 1 / factor);
    for (let row = 0; row < rows; row++) {
      const own = weights.subarray(row * columns, (row + 1) * columns);
      const perStep = round === 0 ? 1 : 1 / orOne(greatestOf(own, perFactor));
      for (let column = 0; column < columns; column++) {
        const share = Math.abs(own[column] as number) * perStep;
        if (!(share <= (shares[column] as number))) shares[column] = share;
      }
    }
    factors = factors.map((factor, column) => orOne(Math.sqrt(factor * (shares[column] as number))));
  }
  return factors;
}

/**
 * The greatest absolute value of a row, in units of the columns' factors; NaN where one is.
 * @param perFactor their inverses
 */
function greatestOf(row: Float32Array, perFactor: Float32Array): number {
  let greatest = 0;
  for (let column = 0; column < row.length; column++) {
    const size = Math.abs((row[column] as number) * (perFactor[column] as number));
    if (!(size <= greatest)) greatest = size;
  }
  return greatest;
}

const orOne = (size: number): number => (size === 0 ? 1 : size);

/** Rows that are transposed together: they and their codes stay in a processor's cache. */
const together = 32;

function codesOf(weights: Float32Array, { rows, columns }: MatrixShape, scales: Float32Array, factors: Float32Array): Uint8Array {
  const codes = new Uint8Array(rows * columns);
  for (let from = 0; from < rows; from += together) {
    const to = Math.min(rows, from + together);
    for (let column = 0; column < columns; column++) {
      const factor = factors[column] as number;
      // Half a code more, cut off: all are above zero.
      for (let row = from; row < to; row++)
        codes[column * rows + row] = middle + 0.5 + (weights[row * columns + column] as number) / (factor * (scales[row] as number));
    }
  }
  return codes;
}
