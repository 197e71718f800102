// Quantizes a matrix as the loader does, and reads forms back, for tests.
import { fromFloat16 } from "../../src/base/half.ts";
import { seededRandom } from "../../src/base/random.ts";
import { elementCount, type Shape } from "../../src/base/tensor.ts";
import type { OwnQuantization } from "../../src/config/quantizations.ts";
import { onEngine, schemeOf } from "../../src/model/quantization/form-schemes.ts";
import type { LevelForm, MatrixForm } from "../../src/model/quantization/forms.ts";
import { quantizers } from "../../src/model/quantization/quantizers.ts";
import { rowStep, type EncodedMatrix, type MatrixShape } from "../../src/model/quantization/scheme.ts";
import type { DeviceTensor, Engine } from "../../src/runtime/engine.ts";
import { the } from "./the.ts";

/** @param rowsAtOnce the loader's chunks; a multiple of rowStep */
export function encode(quantization: OwnQuantization, weights: Float32Array, shape: MatrixShape, rowsAtOnce = rowStep): EncodedMatrix {
  const encoder = quantizers[quantization].encoder(shape);
  const size = rowsAtOnce * shape.columns;
  for (let at = 0; at < weights.length; at += size) encoder.add(weights.slice(at, at + size));
  return encoder.finish();
}

export function decode(quantization: OwnQuantization, encoded: EncodedMatrix, shape: MatrixShape): Float32Array {
  return decodeForm(quantizers[quantization].form, encoded, shape);
}

export function decodeForm(form: MatrixForm, encoded: EncodedMatrix, shape: MatrixShape): Float32Array {
  const out = new Float32Array(shape.rows * shape.columns);
  for (let row = 0; row < shape.rows; row++) schemeOf(form).decodeRow(encoded, shape, row, out, row * shape.columns);
  return out;
}

/** The parts of a random quantized matrix on an engine, as "w." and their names. */
export function uploadRandom(engine: Engine, quantization: OwnQuantization, shape: MatrixShape): Record<string, DeviceTensor> {
  const random = seededRandom(7);
  const weights = Float32Array.from({ length: shape.rows * shape.columns }, () => random.normal());
  return upload(engine, "w", quantizers[quantization].form, shape, encode(quantization, weights, shape));
}

/** As a model's weights are placed: widened where the engine has no float16. */
export function upload(
  engine: Engine,
  name: string,
  form: MatrixForm,
  shape: MatrixShape,
  encoded: EncodedMatrix,
): Record<string, DeviceTensor> {
  const parts = Object.entries(schemeOf(form).parts(shape));
  return Object.fromEntries(
    parts.map(([part, { dtype, shape: held }]) => {
      const data = the(encoded[part]);
      const isWidened = dtype === "float16" && !engine.hasFloat16;
      const tensor = isWidened ? engine.upload("float32", held, fromFloat16(data as Uint16Array)) : engine.upload(dtype, held, data);
      return [`${name}.${part}`, tensor];
    }),
  );
}

export const placedForm = (form: MatrixForm, engine: Engine): MatrixForm => onEngine(form, engine.hasFloat16);

/** Codes drawn at random, scales of a likely size: what some file could have. */
export function randomEncoded(form: MatrixForm, shape: MatrixShape, seed: number): EncodedMatrix {
  const random = seededRandom(seed);
  const bytes = (size: Shape, from = 0, to = 256) =>
    Uint8Array.from({ length: elementCount(size) }, () => from + Math.floor(random.uniform() * (to - from)));
  // float16: a sign, exponents around 2^-5, any fraction.
  const halves = (size: Shape) =>
    Uint16Array.from({ length: elementCount(size) }, () => {
      const sign = random.uniform() < 0.5 ? 0x8000 : 0;
      return sign | ((8 + Math.floor(random.uniform() * 4)) << 10) | Math.floor(random.uniform() * 1024);
    });
  const order = Int32Array.from({ length: shape.columns }, (_, at) => at);
  for (let at = order.length - 1; at > 0; at--) {
    const other = Math.floor(random.uniform() * (at + 1));
    [order[at], order[other]] = [the(order[other]), the(order[at])];
  }
  const inverse = new Int32Array(order.length);
  for (const [at, column] of order.entries()) inverse[column] = at;
  const levels = (of: LevelForm | undefined) => of?.levels === 2;
  const made = Object.entries(schemeOf(form).parts(shape)).map(([part, { dtype, shape: size }]) => {
    if (part === "order" || part === "inverse") return [part, { order, inverse }[part]];
    if (dtype === "float16") return [part, halves(size)];
    if (dtype === "float32") return [part, Float32Array.from({ length: elementCount(size) }, () => 0.05 * random.normal())];
    // The codes of scales have six bits and a sign at most; of float8 no NaN.
    const isLevel = form.kind === "blocks" && ((part === "scales" && levels(form.scale)) || (part === "minima" && levels(form.minimum)));
    return [
      part,
      isLevel ? bytes(size, 96, 160) : form.kind === "float8" ? bytes(size).map((byte) => (byte % 128 > 119 ? 7 : byte)) : bytes(size),
    ];
  });
  return Object.fromEntries(made) as EncodedMatrix;
}
