// What GPTQ needs of a Hessian H: the upper triangle U with (H + damping)⁻¹ = Uᵀ U. It comes without an inverse: H = R Rᵀ with R upper, which
// is a Cholesky factorization from the last column back, and U = R⁻¹. Two thirds of a billion products for 1,536 columns each.
import { AtelierError } from "../../base/errors.ts";

/** Share of the mean of the diagonal that is added to it, as in the paper. */
const damping = 0.01;

/**
 * @param hessian [size, size], symmetric; only its upper triangle is read. What an input that was never seen has is a row of zeros: it
 * influences no other column.
 * @returns [size, size], zero below the diagonal
 * @throws AtelierError `model/gptq-hessian` where sums are not finite
 */
export function inverseFactor(hessian: Float32Array | Float64Array, size: number): Float64Array {
  const factor = Float64Array.from(hessian);
  let trace = 0;
  for (let at = 0; at < size; at++) trace += factor[at * size + at] as number;
  const added = (damping * trace) / size;
  for (let at = 0; at < size; at++) {
    const diagonal = (factor[at * size + at] as number) + added;
    factor[at * size + at] = diagonal > 0 ? diagonal : 1;
  }
  factorize(factor, size);
  invert(factor, size);
  return factor;
}

/** H to R with H = R Rᵀ, in place, four rows at once so that each row above them is read once for four. */
function factorize(r: Float64Array, size: number): void {
  for (let end = size; end > 0; end -= 4) {
    const start = Math.max(0, end - 4);
    for (let column = size - 1; column >= end; column--) solveColumn(r, size, start, end, column);
    for (let row = end - 1; row >= start; row--) finishRow(r, size, start, row);
  }
  for (let row = 1; row < size; row++) r.fill(0, row * size, row * size + row);
}

/** The elements of rows start … end in a column to the right of them. */
function solveColumn(r: Float64Array, size: number, start: number, end: number, column: number): void {
  const done = column * size;
  const diagonal = r[done + column] as number;
  const [a, b, c, d] = [start * size, (start + 1) * size, (start + 2) * size, (start + 3) * size];
  if (end - start < 4) {
    for (let row = start; row < end; row++) r[row * size + column] = lessProduct(r, size, row, column) / diagonal;
    return;
  }
  let first = r[a + column] as number;
  let second = r[b + column] as number;
  let third = r[c + column] as number;
  let fourth = r[d + column] as number;
  for (let k = column + 1; k < size; k++) {
    const value = r[done + k] as number;
    first -= (r[a + k] as number) * value;
    second -= (r[b + k] as number) * value;
    third -= (r[c + k] as number) * value;
    fourth -= (r[d + k] as number) * value;
  }
  r[a + column] = first / diagonal;
  r[b + column] = second / diagonal;
  r[c + column] = third / diagonal;
  r[d + column] = fourth / diagonal;
}

/** A diagonal element, and what stands above it in the rows from `start` on. */
function finishRow(r: Float64Array, size: number, start: number, row: number): void {
  const square = lessProduct(r, size, row, row);
  if (!(square > 0 && square < Infinity)) throw new AtelierError("model/gptq-hessian", { column: row });
  const diagonal = Math.sqrt(square);
  r[row * size + row] = diagonal;
  for (let above = start; above < row; above++) r[above * size + row] = lessProduct(r, size, above, row) / diagonal;
}

/** The element less the product of the two rows to the right of the column. */
function lessProduct(r: Float64Array, size: number, row: number, column: number): number {
  let left = r[row * size + column] as number;
  for (let k = column + 1; k < size; k++) left -= (r[row * size + k] as number) * (r[column * size + k] as number);
  return left;
}

/** R to U = R⁻¹, in place, from the last row up: U's row i is (eᵢ − Σ R[i][k] · U's row k) / R[i][i]. */
function invert(u: Float64Array, size: number): void {
  const row = new Float64Array(size);
  for (let at = size - 1; at >= 0; at--) {
    const from = at * size;
    row.fill(0);
    for (let k = at + 1; k < size; k += 4) addRows(row, u, size, from, k);
    const reciprocal = 1 / (u[from + at] as number);
    u[from + at] = reciprocal;
    for (let column = at + 1; column < size; column++) u[from + column] = -(row[column] as number) * reciprocal;
  }
}

/** row += Σ of up to four rows of u from the row k on, each times its element in the row that starts at `from`. */
function addRows(row: Float64Array, u: Float64Array, size: number, from: number, k: number): void {
  if (k + 4 > size) {
    for (let at = k; at < size; at++) {
      const factor = u[from + at] as number;
      for (let column = at; column < size; column++) row[column] = (row[column] as number) + factor * (u[at * size + column] as number);
    }
    return;
  }
  const [a, b, c, d] = [k * size, (k + 1) * size, (k + 2) * size, (k + 3) * size];
  const first = u[from + k] as number;
  const second = u[from + k + 1] as number;
  const third = u[from + k + 2] as number;
  const fourth = u[from + k + 3] as number;
  for (let column = k; column < size; column++)
    row[column] =
      (row[column] as number) +
      first * (u[a + column] as number) +
      second * (u[b + column] as number) +
      third * (u[c + column] as number) +
      fourth * (u[d + column] as number);
}
