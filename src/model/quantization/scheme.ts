// What a form of a frozen matrix has to say: how it is stored, how a graph multiplies by it and how the host reads a row of it.
// Blocks, head, table and loader work from this alone.
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

/** The data of the stored tensors by name. */
export type EncodedMatrix = Readonly<Record<string, TensorData>>;

/** All calls of {@link MatrixEncoder.add} but the last bring a multiple of so many rows: no block ends in the middle of one. */
export const rowStep = 64;

/** Takes a matrix row by row, so that it never has to be whole in float32. */
export interface MatrixEncoder {
  /** @param weights the next rows, row-major; they may be kept */
  add(weights: Float32Array): void;
  finish(): EncodedMatrix;
}

export interface FormScheme {
  /** The stored tensors by name, e.g. codes and scales. */
  readonly parts: (shape: MatrixShape) => Readonly<Record<string, MatrixPart>>;
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
  /** Writes a row, as float32 numbers, to `target` from the element `at` on. */
  readonly decodeRow: (encoded: EncodedMatrix, shape: MatrixShape, row: number, target: Float32Array, at: number) => void;
}
