// Sums and means of many numbers, in blocks: see graph/blocked-sum.ts for why.
import { elementCount, type Shape } from "../../base/tensor.ts";
import { blockedSum } from "../../graph/blocked-sum.ts";
import type { GraphBuilder } from "../../graph/builder.ts";
import type { Value } from "../../graph/value.ts";

/** Of a vector, [1]: it has millions of numbers. */
export function sumOf(g: GraphBuilder, vector: Value): Value {
  const [size = 0] = vector.shape;
  return rowSums(g, g.reshape(vector, [1, size]));
}

/** √ of the mean square of a vector, [1]. */
export function rootMeanSquare(g: GraphBuilder, vector: Value): Value {
  return g.sqrt(g.mul(sumOf(g, g.mul(vector, vector)), g.float(1 / elementCount(vector.shape))));
}

/** [rows, columns] to [rows]. */
export function rowSums(g: GraphBuilder, x: Value): Value {
  return blockedSum(x, x.shape[1] ?? 0, {
    inBlocks: (from, block) => g.reshape(from, [from.shape[0] ?? 0, (from.shape[1] ?? 0) / block, block]),
    columns: (from, start, end) => g.slice(from, 1, start, end),
    sum: (from) => withoutAxis(g, from, from.shape.length - 1),
    add: g.add,
  });
}

/** [matrices, rows, columns] to [matrices, columns]. */
export function columnSums(g: GraphBuilder, x: Value): Value {
  const [matrices = 0, rows = 0, columns = 0] = x.shape;
  return blockedSum(x, rows, {
    inBlocks: (from, block) => g.reshape(from, [matrices, (from.shape[1] ?? 0) / block, block, columns]),
    columns: (from, start, end) => g.slice(from, 1, start, end),
    sum: (from) => withoutAxis(g, from, from.shape.length - 2),
    add: g.add,
  });
}

function withoutAxis(g: GraphBuilder, x: Value, axis: number): Value {
  const shape: Shape = x.shape.toSpliced(axis, 1);
  return g.reshape(g.reduceSum(x, [axis]), shape);
}
