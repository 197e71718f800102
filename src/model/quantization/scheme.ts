// What a quantization has to say about a frozen matrix: how it is stored, how numbers become that, and how a graph multiplies
// by it. Blocks, head and loader work from this alone.
import type { DType, Shape } from "../../base/tensor.ts";
import type { GraphBuilder } from "../../graph/builder.ts";
import type { Value } from "../../graph/value.ts";
import type { TensorData } from "../../runtime/engine.ts";

/** A linear layer's weight, [rows, columns] = [outFeatures, inFeatures]. */
export interface MatrixShape {
  readonly rows: number;
  readonly columns: number;
}

/** One tensor of a stored matrix. */
export interface MatrixPart {
  readonly dtype: DType;
  readonly shape: Shape;
}

export interface QuantizationScheme {
  /** The stored tensors by name, e.g. codes and scales. */
  readonly parts: (shape: MatrixShape) => Readonly<Record<string, MatrixPart>>;
  /** @param weights row-major [rows, columns] */
  readonly encode: (weights: Float32Array, shape: MatrixShape) => Readonly<Record<string, TensorData>>;
  /**
   * x · Wᵀ (+ plus), [tokens, rows].
   * @param parts graph inputs under the names of {@link parts}
   * @param x [tokens, columns]
   * @param plus broadcasts to the product
   */
  readonly product: (
    g: GraphBuilder,
    parts: Readonly<Record<string, Value>>,
    x: Value,
    shape: MatrixShape,
    plus: Value | undefined,
  ) => Value;
}
