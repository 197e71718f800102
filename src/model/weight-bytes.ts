// Bytes of a model's weights as an engine holds them, from its specification alone.
import { byteLength } from "../base/tensor.ts";
import type { Quantization } from "../config/run-config.ts";
import type { MatrixShape } from "./quantization/scheme.ts";
import { schemes } from "./quantization/schemes.ts";
import type { ModelSpec } from "./spec.ts";

export interface WeightBytes {
  /** On the engine. */
  readonly engine: number;
  /** The embedding table, on the host. */
  readonly host: number;
  /** The largest single tensor on the engine. */
  readonly largest: number;
}

export function weightBytes(spec: ModelSpec, quantization: Quantization): WeightBytes {
  const { vocabularySize, hiddenSize, layers } = spec;
  const table: MatrixShape = { rows: vocabularySize, columns: hiddenSize };
  const head = [...matrixBytes(table, "none"), 4 * hiddenSize];
  const layer = [
    ...spec.vectors.map(({ size }) => 4 * size),
    ...spec.linears.flatMap(({ inFeatures, outFeatures, bias }) => [
      ...matrixBytes({ rows: outFeatures, columns: inFeatures }, quantization),
      bias ? 4 * outFeatures : 0,
    ]),
  ];
  const sum = (bytes: readonly number[]): number => bytes.reduce((total, size) => total + size, 0);
  return { engine: sum(head) + layers * sum(layer), host: 4 * vocabularySize * hiddenSize, largest: Math.max(...head, ...layer) };
}

function matrixBytes(shape: MatrixShape, quantization: Quantization): number[] {
  return Object.values(schemes[quantization].parts(shape)).map(({ dtype, shape: held }) => byteLength(dtype, held));
}
