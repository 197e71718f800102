// All singular triples of a small square matrix, by one-sided Jacobi rotations (Hestenes 1958): columns are turned in pairs until all are
// orthogonal. Slow for large matrices, and as exact as float64 allows for small singular values too.

export interface SmallTriples {
  /** Descending. */
  readonly values: Float64Array;
  /** Left vectors; one of a value that is 0 is 0. */
  readonly left: readonly Float64Array[];
  readonly right: readonly Float64Array[];
}

/** Quadratic convergence needs some ten. */
const mostSweeps = 60;

/** @param columns of a square matrix */
export function jacobiSvd(columns: readonly Float64Array[]): SmallTriples {
  const size = columns.length;
  const turned = columns.map((column) => column.slice());
  const right = columns.map((_, at) => Float64Array.from({ length: size }, (_unused, row) => Number(row === at)));
  for (let sweep = 0; sweep < mostSweeps && sweepOnce(turned, right); sweep++);
  const norms = turned.map((column) => Math.sqrt(dot(column, column)));
  const order = [...norms.keys()].toSorted((a, b) => (norms[b] as number) - (norms[a] as number));
  const left = order.map((at) => {
    const norm = norms[at] as number;
    return (turned[at] as Float64Array).map((value) => (norm === 0 ? 0 : value / norm));
  });
  return { values: Float64Array.from(order, (at) => norms[at] as number), left, right: order.map((at) => right[at] as Float64Array) };
}

/** @returns whether any two columns were turned */
function sweepOnce(columns: readonly Float64Array[], right: readonly Float64Array[]): boolean {
  let isTurned = false;
  const squares = columns.map((column) => dot(column, column));
  // As much as the rounding of a product of so many numbers.
  const enough = 2 ** -52 * Math.sqrt(columns.length);
  for (let p = 0; p < columns.length - 1; p++) {
    for (let q = p + 1; q < columns.length; q++) {
      const [a, b] = [columns[p] as Float64Array, columns[q] as Float64Array];
      const [aa, bb, ab] = [squares[p] as number, squares[q] as number, dot(a, b)];
      if (Math.abs(ab) <= enough * Math.sqrt(aa * bb)) continue;
      isTurned = true;
      const zeta = (bb - aa) / (2 * ab);
      const tangent = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.hypot(1, zeta));
      const cosine = 1 / Math.hypot(1, tangent);
      turn(a, b, cosine, cosine * tangent);
      [squares[p], squares[q]] = [Math.max(0, aa - tangent * ab), bb + tangent * ab];
      turn(right[p] as Float64Array, right[q] as Float64Array, cosine, cosine * tangent);
    }
  }
  return isTurned;
}

function turn(a: Float64Array, b: Float64Array, cosine: number, sine: number): void {
  for (let at = 0; at < a.length; at++) {
    const x = a[at] as number;
    const y = b[at] as number;
    a[at] = cosine * x - sine * y;
    b[at] = sine * x + cosine * y;
  }
}

/** Four sums at once: one alone waits for each of its additions. */
export function dot(a: Float64Array, b: Float64Array): number {
  let [first, second, third, fourth] = [0, 0, 0, 0];
  let at = 0;
  for (; at + 3 < a.length; at += 4) {
    first += (a[at] as number) * (b[at] as number);
    second += (a[at + 1] as number) * (b[at + 1] as number);
    third += (a[at + 2] as number) * (b[at + 2] as number);
    fourth += (a[at + 3] as number) * (b[at + 3] as number);
  }
  for (; at < a.length; at++) first += (a[at] as number) * (b[at] as number);
  return first + second + (third + fourth);
}
