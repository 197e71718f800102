// The largest singular triples of a large matrix: a Lanczos process in blocks (Golub, Luk & Overton 1981), every vector made orthogonal to
// all before, restarted with the best that was found (Baglama & Reichel 2005). A power iteration would need hundreds of products where
// singular values lie close, as those of weights do; this needs a few per triple. The same matrix gives the same numbers every time.
import { AtelierError } from "./errors.ts";
import { jacobiSvd, type SmallTriples } from "./jacobi-svd.ts";
import { combined, products, transposed, unitVector, type Vectors } from "./orthonormal.ts";
import { seededRandom, type Random } from "./random.ts";

export interface SingularTriples {
  /** Descending. */
  readonly values: Float64Array;
  /** Left vectors, of the length of a column; the entry of each that is largest is positive. */
  readonly left: Vectors;
  /** Right vectors, of the length of a row. */
  readonly right: Vectors;
}

/** Vectors that are multiplied at once: the matrix is read once for all. */
const block = 8;
/** What a triple may still be turned by: its residual over the distance to the next singular value. */
const precision = 1e-7;
/** A residual, as a share of the largest singular value, below which nothing is left but rounding. */
const rounding = 1e-13;
const mostRounds = 500;

/**
 * @param matrix [rows, columns], row-major, of finite numbers
 * @param count how many triples; fewer come where the matrix is smaller
 * @param pause waited for between products, some milliseconds each; what it throws ends the work
 * @throws AtelierError `base/singular-values` where they do not settle
 */
export async function largestTriples(
  matrix: Float32Array,
  rows: number,
  columns: number,
  count: number,
  pause: () => Promise<void> = () => Promise.resolve(),
): Promise<SingularTriples> {
  const wanted = Math.min(count, rows, columns);
  const other = transposed(matrix, rows, columns);
  // As a matrix that is no wider than tall.
  const [tall, wide] = rows < columns ? [other, matrix] : [matrix, other];
  const sizes = { long: Math.max(rows, columns), short: Math.min(rows, columns) };
  const { values, left, right } = await triplesOf(tall, wide, sizes, wanted, pause);
  return rows < columns ? signed({ values, left: right, right: left }) : signed({ values, left, right });
}

interface Sizes {
  readonly long: number;
  readonly short: number;
}

async function triplesOf(
  tall: Float32Array,
  wide: Float32Array,
  sizes: Sizes,
  wanted: number,
  pause: () => Promise<void>,
): Promise<SingularTriples> {
  const most = block * Math.ceil((2 * wanted + 80) / block);
  if (most + block > sizes.short) return allAtOnce(wide, sizes, wanted, pause);
  const space = new Space(tall, wide, sizes);
  let known: Float64Array | null = null;
  for (let round = 0; round < mostRounds; round++) {
    while (space.size < most) {
      await pause();
      space.grow();
    }
    const found = jacobiSvd(space.projected());
    const isSettled = hasSettled(found.values, space.residuals(found, wanted));
    if (isSettled && known?.every((value, at) => isSame(value, found.values[at] as number, known as Float64Array))) {
      return space.triples(found, wanted);
    }
    // What is found is tried once more with vectors that have nothing to do with how it was found: of a value that stands many times, or
    // of a matrix that falls apart, a process may see a part and be done with it.
    known = isSettled ? found.values.slice(0, wanted) : null;
    space.restart(found, wanted + 2 * block, isSettled);
  }
  throw new AtelierError("base/singular-values", { rows: sizes.long, columns: sizes.short });
}

/** A = U · B with all columns: the triples of B are those of the matrix. */
async function allAtOnce(wide: Float32Array, { long, short }: Sizes, wanted: number, pause: () => Promise<void>): Promise<SingularTriples> {
  const random = seededRandom(1);
  const left: Float64Array[] = [];
  const b: Float64Array[] = [];
  for (let column = 0; column < short; column++) {
    if (column % block === 0) await pause();
    const { vector, inner, norm } = unitVector(Float64Array.from(wide.subarray(column * long, (column + 1) * long)), left, random);
    left.push(vector);
    b.push(padded([...inner, norm], short));
  }
  await pause();
  const found = jacobiSvd(b);
  return {
    values: found.values.slice(0, wanted),
    left: combined(left, found.left.slice(0, wanted), random),
    right: found.right.slice(0, wanted),
  };
}

function hasSettled(values: Float64Array, residuals: readonly number[]): boolean {
  return residuals.every((residual, at) => {
    const value = values[at] as number;
    const above = at === 0 ? Infinity : (values[at - 1] as number) - value;
    const gap = Math.min(above, value - (values[at + 1] ?? 0));
    return residual <= Math.max(precision * gap, rounding * (values[0] as number));
  });
}

function isSame(before: number, now: number, [largest = 0]: Float64Array): boolean {
  return Math.abs(before - now) <= 1e-10 * largest;
}

function signed(triples: SingularTriples): SingularTriples {
  for (const [at, u] of triples.left.entries()) {
    const largest = u.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0);
    if (largest >= 0) continue;
    for (const vector of [u, triples.right[at] as Float64Array]) for (const [entry, value] of vector.entries()) vector[entry] = -value;
  }
  return triples;
}

function padded(values: ArrayLike<number>, length: number): Float64Array {
  const out = new Float64Array(length);
  out.set(values);
  return out;
}

/** Orthonormal V and U with A · V = U · B and Aᵀ · U = V · Bᵀ + next · tail, where tail is 0 but for the last block of U. */
class Space {
  readonly #tall: Float32Array;
  readonly #wide: Float32Array;
  readonly #sizes: Sizes;
  readonly #random: Random = seededRandom(1);
  #left: Float64Array[] = [];
  #right: Float64Array[] = [];
  /** Columns of B, without the zeros below. */
  #b: ArrayLike<number>[] = [];
  #next: Float64Array[];
  /** Columns, for the last block of U. */
  #tail: (readonly number[])[] = [];

  /** @param tall [long, short] @param wide its transpose */
  constructor(tall: Float32Array, wide: Float32Array, sizes: Sizes) {
    this.#tall = tall;
    this.#wide = wide;
    this.#sizes = sizes;
    this.#next = this.#unrelated();
  }

  get size(): number {
    return this.#right.length;
  }

  grow(): void {
    const { long, short } = this.#sizes;
    const from = this.#left.length;
    this.#right.push(...this.#next);
    for (const product of products(this.#tall, long, short, this.#next)) {
      const { vector, inner, norm } = unitVector(product, this.#left, this.#random);
      this.#left.push(vector);
      this.#b.push([...inner, norm]);
    }
    const [next, tail]: [Float64Array[], (readonly number[])[]] = [[], []];
    for (const product of products(this.#wide, short, long, this.#left.slice(from))) {
      const { vector, inner, norm } = unitVector(product, [...this.#right, ...next], this.#random);
      next.push(vector);
      tail.push([...inner.slice(this.#right.length), norm]);
    }
    [this.#next, this.#tail] = [next, tail];
  }

  /** The columns of B. */
  projected(): Vectors {
    return this.#b.map((column) => padded(column, this.size));
  }

  /** ‖Aᵀ · u − value · v‖ of the first so many; A · v = value · u anyway. */
  residuals({ left }: SmallTriples, count: number): readonly number[] {
    const from = this.size - this.#tail.length;
    return left.slice(0, count).map((coordinates) => {
      const parts = new Float64Array(this.#next.length);
      for (const [at, column] of this.#tail.entries()) {
        for (const [row, value] of column.entries()) parts[row] = (parts[row] as number) + value * (coordinates[from + at] as number);
      }
      return Math.hypot(...parts);
    });
  }

  triples({ values, left, right }: SmallTriples, count: number): SingularTriples {
    return {
      values: values.slice(0, count),
      left: combined(this.#left, left.slice(0, count), this.#random),
      right: combined(this.#right, right.slice(0, count), this.#random),
    };
  }

  /** Goes on with the largest triples, and with what comes next, or with vectors that have nothing to do with them. */
  restart(found: SmallTriples, kept: number, isUnrelated: boolean): void {
    const { values, left, right } = this.triples(found, kept);
    [this.#left, this.#right] = [[...left], [...right]];
    this.#b = Array.from(values, (value, at) => [...new Float64Array(at), value]);
    this.#tail = [];
    if (isUnrelated) this.#next = this.#unrelated();
  }

  #unrelated(): Float64Array[] {
    const made: Float64Array[] = [];
    for (let at = 0; at < block; at++) {
      made.push(unitVector(new Float64Array(this.#sizes.short), [...this.#right, ...made], this.#random).vector);
    }
    return made;
  }
}
