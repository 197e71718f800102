// A value of a graph: what a node gives and takes.
import type { DType, Shape } from "../base/tensor.ts";

export interface Value {
  readonly id: number;
  readonly dtype: DType;
  readonly shape: Shape;
}
