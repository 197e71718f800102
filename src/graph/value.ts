// A value of a graph: what a node gives and takes.
import { AtelierError } from "../base/errors.ts";
import type { DType, Shape } from "../base/tensor.ts";

export interface Value {
  readonly id: number;
  readonly dtype: DType;
  readonly shape: Shape;
}

/** A value for each item of a list, in a list as long. */
export type ValueOfEach<Items extends readonly unknown[]> = { readonly [At in keyof Items]: Value };

/** @throws AtelierError `graph/shape#missing` where it has not two axes */
export function matrixShape({ shape }: Pick<Value, "shape">): readonly [rows: number, columns: number] {
  const [rows, columns] = shape;
  if (rows === undefined || columns === undefined || shape.length !== 2) throw new AtelierError("graph/shape#missing");
  return [rows, columns];
}
