// Rotations of blocks of features (Qiu et al. 2023; Liu et al. 2024): from a skew matrix Q by Cayley's transform, and what they do to the
// input of a layer. The graph has no inverse; it comes from Newton's iteration, with products alone.
import type { GraphBuilder } from "../../graph/builder.ts";
import { matrixShape, type Value } from "../../graph/value.ts";

/**
 * Newton steps of the inverse. 14 are exact to what float32 holds for every Q whose largest singular value is up to 1000, that is for
 * rotations up to within 0.12° of a half turn; training starts at none.
 */
const newtonSteps = 14;

/** Skew matrices [count, size, size] from what stands above their diagonals, row by row: [count, size · (size − 1) / 2]. */
export function skewFromUpper(g: GraphBuilder, upper: Value, size: number): Value {
  const [count, width] = matrixShape(upper);
  const rest = size * size - width;
  const padded = g.concat([upper, g.expand(g.float(0, [1, 1]), [count, rest])], 1);
  const { order, inverse } = upperOrder(size);
  const index = (numbers: Int32Array): Value => g.constant("int32", [size * size], new Uint8Array(numbers.buffer));
  const square = g.reshape(g.permuteColumns(padded, index(order), index(inverse)), [count, size, size]);
  return g.sub(square, g.transpose(square, [0, 2, 1]));
}

/** Where each place of a square finds its number in a row that holds those above the diagonal first, and the way back. */
function upperOrder(size: number): { readonly order: Int32Array; readonly inverse: Int32Array } {
  const places = [...Array(size * size).keys()];
  const isAbove = (place: number): boolean => place % size > Math.floor(place / size);
  const inverse = Int32Array.from([...places.filter(isAbove), ...places.filter((place) => !isAbove(place))]);
  const order = new Int32Array(size * size);
  for (const [at, place] of inverse.entries()) order[place] = at;
  return { order, inverse };
}

/** R = (I − Q)(I + Q)⁻¹ of skew matrices [count, size, size]; R is orthogonal. */
export function cayley(g: GraphBuilder, q: Value): Value {
  const one = identity(g, q);
  const whole = g.add(one, q);
  const near = g.detach(inverseOf(g, q, one));
  // One Newton step more, of which alone the gradient is taken: X (2 I − M X) has the value and the derivative of the inverse of M
  // wherever X is that inverse.
  const inverse = newtonStep(g, whole, near, one);
  return g.sub(g.mul(inverse, g.float(2)), one);
}

/**
 * The first terms of the same for −Q: I + 2 Q + 2 Q² + … + Qⁿ⁻¹, the last of them once, as PEFT's `use_cayley_neumann` has them
 * since 0.18. Not quite orthogonal.
 */
export function cayleyNeumann(g: GraphBuilder, q: Value, terms: number): Value {
  const one = identity(g, q);
  const twice = g.float(2);
  if (terms < 2) return g.expand(one, q.shape);
  let sum = g.add(one, g.mul(q, twice));
  if (terms < 3) return sum;
  let power = g.matmul(q, q);
  sum = g.add(sum, g.mul(power, twice));
  for (let exponent = 3; exponent < terms - 1; exponent++) {
    power = g.matmul(power, q);
    sum = g.add(sum, g.mul(power, twice));
  }
  return g.add(sum, g.matmul(power, q));
}

/** x [tokens, width], each block of its features times its rotation; rotations [blocks, size, size]. */
export function rotateBlocks(g: GraphBuilder, x: Value, rotations: Value): Value {
  const [tokens, width] = matrixShape(x);
  const [blocks = 0, size = 0] = rotations.shape;
  const byBlock = g.transpose(g.reshape(x, [tokens, blocks, size]), [1, 0, 2]);
  return g.reshape(g.transpose(g.matmul(byBlock, rotations), [1, 0, 2]), [tokens, width]);
}

function identity(g: GraphBuilder, { shape }: Value): Value {
  const size = shape[1] as number;
  const numbers = new Float32Array(size * size);
  for (let at = 0; at < size; at++) numbers[at * (size + 1)] = 1;
  return g.float(numbers, [1, size, size]);
}

/**
 * Of M = I + Q. All of M Mᵀ = I − Q² lies between 1 and a bound b, so that X = 2 / (1 + b) · Mᵀ leaves M X between e and 2 − e,
 * e = 2 / (1 + b). A step squares the distance to 1; scaled to lie evenly around 1 again, what is far from it grows fourfold (Pan and
 * Schreiber 1991).
 */
function inverseOf(g: GraphBuilder, q: Value, one: Value): Value {
  const two = g.float(2);
  const [whole, square] = [g.add(one, q), g.matmul(q, q)];
  // Singular values of Q come in pairs: the largest one's square is at most |Q²| / √2.
  const largest = g.sqrt(g.mul(g.reduceSum(g.mul(square, square), [1, 2]), g.float(0.5)));
  let least = g.div(two, g.add(largest, two));
  let near = g.mul(g.sub(one, q), least);
  for (let step = 0; step < newtonSteps; step++) {
    const reached = g.mul(least, g.sub(two, least));
    const scale = g.div(two, g.add(reached, g.float(1)));
    near = g.mul(newtonStep(g, whole, near, one), scale);
    least = g.mul(reached, scale);
  }
  return near;
}

function newtonStep(g: GraphBuilder, matrix: Value, near: Value, one: Value): Value {
  return g.matmul(near, g.sub(g.mul(one, g.float(2)), g.matmul(matrix, near)));
}
