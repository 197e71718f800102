// Quantizes a matrix as the loader does, and reads it back, for tests.
import { seededRandom } from "../../src/base/random.ts";
import type { Quantization } from "../../src/config/quantizations.ts";
import { rowStep, type EncodedMatrix, type MatrixShape } from "../../src/model/quantization/scheme.ts";
import { schemes } from "../../src/model/quantization/schemes.ts";
import type { DeviceTensor, Engine } from "../../src/runtime/engine.ts";
import { the } from "./the.ts";

/** @param rowsAtOnce the loader's chunks; a multiple of rowStep */
export function encode(quantization: Quantization, weights: Float32Array, shape: MatrixShape, rowsAtOnce = rowStep): EncodedMatrix {
  const encoder = schemes[quantization].encoder(shape);
  const size = rowsAtOnce * shape.columns;
  for (let at = 0; at < weights.length; at += size) encoder.add(weights.slice(at, at + size));
  return encoder.finish();
}

export function decode(quantization: Quantization, encoded: EncodedMatrix, shape: MatrixShape): Float32Array {
  const out = new Float32Array(shape.rows * shape.columns);
  for (let row = 0; row < shape.rows; row++) schemes[quantization].decodeRow(encoded, shape, row, out, row * shape.columns);
  return out;
}

/** The parts of a random quantized matrix on an engine, as "w." and their names. */
export function uploadRandom(engine: Engine, quantization: Quantization, shape: MatrixShape): Record<string, DeviceTensor> {
  const random = seededRandom(7);
  const weights = Float32Array.from({ length: shape.rows * shape.columns }, () => random.normal());
  return upload(engine, "w", quantization, shape, encode(quantization, weights, shape));
}

export function upload(
  engine: Engine,
  name: string,
  quantization: Quantization,
  shape: MatrixShape,
  encoded: EncodedMatrix,
): Record<string, DeviceTensor> {
  const parts = Object.entries(schemes[quantization].parts(shape));
  return Object.fromEntries(
    parts.map(([part, { dtype, shape: held }]) => [`${name}.${part}`, engine.upload(dtype, held, the(encoded[part]))]),
  );
}
