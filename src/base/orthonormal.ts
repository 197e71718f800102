// Sets of orthonormal vectors in float64, and a matrix times several vectors at once: what the singular vectors of a matrix are made with.
import { dot } from "./jacobi-svd.ts";
import type { Random } from "./random.ts";

export type Vectors = readonly Float64Array[];

export interface UnitVector {
  readonly vector: Float64Array;
  /** What the vector had of each of the others. */
  readonly inner: Float64Array;
  /** What was left of it then; 0 where it was nothing but them, and another vector stands in its place. */
  readonly norm: number;
}

/** What is left of a vector, as a share of it, that is no more than rounding. */
const nothing = 1e-13;

/**
 * Takes off a vector, which is overwritten, all that it has of orthonormal ones.
 * @param others fewer than a vector has entries
 */
export function unitVector(vector: Float64Array, others: Vectors, random: Random): UnitVector {
  const before = Math.sqrt(dot(vector, vector));
  const inner = new Float64Array(others.length);
  const norm = orthogonalize(vector, others, inner);
  if (norm > nothing * before) return { vector: scaled(vector, 1 / norm), inner, norm };
  for (;;) {
    const drawn = vector.map(() => random.normal());
    const left = orthogonalize(drawn, others, new Float64Array(others.length));
    if (left > 1e-6) return { vector: scaled(drawn, 1 / left), inner, norm: 0 };
  }
}

/** Again and again until nothing more goes: once leaves what rounding brings in. @returns the norm of what is left */
function orthogonalize(vector: Float64Array, others: Vectors, inner: Float64Array): number {
  let norm = Math.sqrt(dot(vector, vector));
  for (let pass = 0; pass < 4; pass++) {
    const before = norm;
    const parts = others.map((other) => dot(other, vector));
    for (const [at, part] of parts.entries()) {
      addScaled(vector, others[at] as Float64Array, -part);
      inner[at] = (inner[at] as number) + part;
    }
    norm = Math.sqrt(dot(vector, vector));
    if (pass > 0 && norm > before / 2) break;
  }
  return norm;
}

/** Σ coordinates · vectors, for each list of coordinates; where those are all 0, a unit vector beside the others. */
export function combined(vectors: Vectors, coordinates: Vectors, random: Random): Float64Array[] {
  const length = vectors[0]?.length ?? 0;
  const out: Float64Array[] = [];
  for (const each of coordinates) {
    const sum = new Float64Array(length);
    for (const [at, value] of each.entries()) if (value !== 0) addScaled(sum, vectors[at] as Float64Array, value);
    out.push(each.some((value) => value !== 0) ? sum : unitVector(sum, out, random).vector);
  }
  return out;
}

/** A matrix [rows, columns] times each of at most eight vectors. */
export function products(matrix: Float32Array, rows: number, columns: number, vectors: Vectors): Float64Array[] {
  const side = interleaved(vectors, columns);
  const out = vectors.map(() => new Float64Array(rows));
  for (let row = 0; row < rows; row++) {
    const from = row * columns;
    let [a, b, c, d, e, f, g, h] = [0, 0, 0, 0, 0, 0, 0, 0];
    for (let column = 0, at = 0; column < columns; column++, at += 8) {
      const value = matrix[from + column] as number;
      a += value * (side[at] as number);
      b += value * (side[at + 1] as number);
      c += value * (side[at + 2] as number);
      d += value * (side[at + 3] as number);
      e += value * (side[at + 4] as number);
      f += value * (side[at + 5] as number);
      g += value * (side[at + 6] as number);
      h += value * (side[at + 7] as number);
    }
    for (const [at, sum] of [a, b, c, d, e, f, g, h].entries()) if (at < out.length) (out[at] as Float64Array)[row] = sum;
  }
  return out;
}

function interleaved(vectors: Vectors, length: number): Float64Array {
  const side = new Float64Array(8 * length);
  for (const [at, vector] of vectors.entries()) for (let entry = 0; entry < length; entry++) side[8 * entry + at] = vector[entry] as number;
  return side;
}

/** In squares that fit a cache. */
export function transposed(matrix: Float32Array, rows: number, columns: number): Float32Array {
  const out = new Float32Array(matrix.length);
  const step = 64;
  for (let top = 0; top < rows; top += step) {
    for (let start = 0; start < columns; start += step) {
      for (let row = top; row < Math.min(rows, top + step); row++) {
        for (let column = start; column < Math.min(columns, start + step); column++) {
          out[column * rows + row] = matrix[row * columns + column] as number;
        }
      }
    }
  }
  return out;
}

function addScaled(target: Float64Array, vector: Float64Array, factor: number): void {
  for (let at = 0; at < target.length; at++) target[at] = (target[at] as number) + factor * (vector[at] as number);
}

function scaled(vector: Float64Array, factor: number): Float64Array {
  for (let at = 0; at < vector.length; at++) vector[at] = (vector[at] as number) * factor;
  return vector;
}
