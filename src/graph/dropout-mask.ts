// Masks of dropout, made in the graph from a few numbers per row and per column: a mask of a layer's input is as large as that input, and
// the backward pass, which computes the layer again, needs the very same one. Whole numbers below a prime are multiplied, added and
// divided with rest, all of it exact in float32, so that every engine makes the same bits.
import { seededRandom, seedOf } from "../base/random.ts";
import type { GraphBuilder } from "./builder.ts";
import type { Value } from "./value.ts";

/**
 * A sum of three products stays below 2²², and to tell the rest of a division by it the quotient, up to 3 · prime, has to be right to
 * 0.5 / prime, which is four times its rounding. x³ takes every value below it once.
 */
export const maskPrime = 1019;

/** Numbers per row, per column and per key. */
export const maskNumbers = 5;
/** How many of them the first form takes; the second takes the others. */
const first = 3;

/** A power of two above the square of the prime. */
const span = 2 ** 20;

export interface MaskSeeds {
  /** {@link dropoutNumbers}, [rows, {@link maskNumbers}]. */
  readonly rows: Value;
  /** The same for at least so many columns. */
  readonly columns: Value;
  /** {@link dropoutKey}, [1, {@link maskNumbers}]: what makes masks differ that share rows and columns. */
  readonly key: Value;
}

/**
 * With a = Σ r·c over the first numbers and x = a³ + Σ r·c over the others, both modulo the prime, (x, a) is one of prime² pairs, each as
 * likely, and those below the rate are dropped. The cube keeps rows from being sums of other rows.
 * @param rate 0 ≤ rate < 1, kept to 10⁻⁶
 * @returns [rows, columns] of 0, and of 1 / (1 − rate)
 */
export function dropoutMask(g: GraphBuilder, rows: number, columns: number, rate: number, seeds: MaskSeeds): Value {
  const ofRows = rest(g, g.mul(seeds.rows, seeds.key));
  const ofColumns = g.slice(seeds.columns, 0, 0, columns);
  const form = (start: number, end: number, plus?: Value): Value =>
    rest(g, g.gemm(g.slice(ofRows, 1, start, end), g.slice(ofColumns, 1, start, end), { transB: true, plus }));
  const a = form(0, first);
  const x = form(first, maskNumbers, g.mul(rest(g, g.mul(a, a)), a));
  const pair = g.add(g.mul(x, g.float(maskPrime)), a);
  const dropped = Math.round(rate * maskPrime ** 2);
  const kept = g.floor(g.mul(g.add(pair, g.float(span - dropped)), g.float(1 / span)));
  return g.reshape(g.mul(kept, g.float(1 / (1 - rate))), [rows, columns]);
}

/** x modulo the prime, of whole numbers up to three times its square. A division may be off in its last bits on a GPU, a product is not. */
function rest(g: GraphBuilder, x: Value): Value {
  const quotient = g.floor(g.mul(g.add(x, g.float(0.5)), g.float(1 / maskPrime)));
  return g.sub(x, g.mul(quotient, g.float(maskPrime)));
}

/** What the numbers are of; row and column numbers of a micro-batch serve all its layers. */
export type MaskSide = "rows" | "columns";
const sides = { rows: 1, columns: 2 } as const satisfies Record<MaskSide, number>;

/** [count, {@link maskNumbers}]; those of fewer are the first of those of more. */
export function dropoutNumbers(seed: number, step: number, microBatch: number, side: MaskSide, count: number): Float32Array {
  return drawn(seedOf(seed, step, microBatch, sides[side]), count);
}

/** [1, {@link maskNumbers}] @param linear its place among the linears of a block */
export function dropoutKey(seed: number, step: number, microBatch: number, layer: number, linear: number): Float32Array {
  return drawn(seedOf(seed, step, microBatch, 0, layer, linear), 1);
}

/** None is 0, which would make a row, a column or a mask of one form. */
function drawn(seed: number, count: number): Float32Array {
  const random = seededRandom(seed);
  return Float32Array.from({ length: count * maskNumbers }, () => 1 + random.below(maskPrime - 1));
}
