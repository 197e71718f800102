// What both Adafactors (Shazeer & Stern 2018) share: of a matrix's squared gradients only running means of its rows and of its columns
// are kept. A tensor of a higher rank is a stack of matrices, as in PyTorch; a vector keeps the squares themselves.
import { elementCount, type Shape } from "../../base/tensor.ts";
import type { GraphBuilder } from "../../graph/builder.ts";
import type { Value } from "../../graph/value.ts";
import type { OptimizedTensor } from "./optimizer.ts";
import { columnSums, rootMeanSquare, rowSums } from "./sums.ts";

export type FactoredName = "rows" | "columns" | "square";

export const isFactored = (shape: Shape): boolean => shape.length >= 2;

export function factoredState({ shape, size }: OptimizedTensor): Readonly<Record<FactoredName, number>> {
  if (!isFactored(shape)) return { rows: 0, columns: 0, square: size };
  const { rows, columns } = stackOf(shape);
  return { rows: size / columns, columns: size / rows, square: 0 };
}

export interface Factors {
  /** [matrices · rows] */
  readonly rows: Value;
  /** [matrices · columns] */
  readonly columns: Value;
}

/** Running means of the squares, which are flat: kept · old + fresh · mean, with factors [1]. */
export function runningFactors(g: GraphBuilder, squares: Value, shape: Shape, old: Factors, kept: Value, fresh: Value): Factors {
  const { matrices, rows, columns } = stackOf(shape);
  const rowMeans = g.mul(rowSums(g, g.reshape(squares, [matrices * rows, columns])), g.float(1 / columns));
  const columnMeans = g.mul(columnSums(g, g.reshape(squares, [matrices, rows, columns])), g.float(1 / rows));
  return {
    rows: mixed(g, old.rows, rowMeans, kept, fresh),
    columns: mixed(g, old.columns, g.reshape(columnMeans, [matrices * columns]), kept, fresh),
  };
}

export function mixed(g: GraphBuilder, old: Value, now: Value, kept: Value, fresh: Value): Value {
  return g.add(g.mul(old, kept), g.mul(now, fresh));
}

/** Factors as columns and rows that broadcast over the stack, and the mean of each matrix. */
export function unfolded(g: GraphBuilder, factors: Factors, shape: Shape): Factors & { readonly mean: Value; readonly stack: Shape } {
  const { matrices, rows, columns } = stackOf(shape);
  const perMatrix = rowSums(g, g.reshape(factors.rows, [matrices, rows]));
  return {
    rows: g.reshape(factors.rows, [matrices, rows, 1]),
    columns: g.reshape(factors.columns, [matrices, 1, columns]),
    mean: g.reshape(g.mul(perMatrix, g.float(1 / rows)), [matrices, 1, 1]),
    stack: [matrices, rows, columns],
  };
}

/** Makes an update whose root mean square is above the threshold as large as the threshold. */
export function clippedUpdate(g: GraphBuilder, update: Value, threshold: number): Value {
  return g.div(update, g.maximum(g.mul(rootMeanSquare(g, update), g.float(1 / threshold)), g.float(1)));
}

function stackOf(shape: Shape): { readonly matrices: number; readonly rows: number; readonly columns: number } {
  const [rows = 1, columns = 1] = shape.slice(-2);
  return { matrices: elementCount(shape.slice(0, -2)), rows, columns };
}
