// What this project rounds to by itself: a form and how numbers become it. A new one is a row here and its description in config.
import type { OwnQuantization } from "../../config/quantizations.ts";
import { f16 } from "./f16.ts";
import { int4Fine } from "./int4-fine.ts";
import { int4 } from "./int4.ts";
import { int8 } from "./int8.ts";
import { nf4 } from "./nf4.ts";
import { none } from "./none.ts";
import type { EncodedMatrix, MatrixShape, Quantizer } from "./scheme.ts";

export const quantizers: { readonly [Q in OwnQuantization]: Quantizer } = {
  int4: int4({ block: 32, zeroPoints: false }),
  "int4-b64": int4({ block: 64, zeroPoints: false }),
  "int4-b128": int4({ block: 128, zeroPoints: false }),
  "int4-asym": int4({ block: 32, zeroPoints: true }),
  "int4-asym-b64": int4({ block: 64, zeroPoints: true }),
  "int4-asym-b128": int4({ block: 128, zeroPoints: true }),
  "int4-fine": int4Fine,
  nf4: nf4({ isDouble: false }),
  "nf4-dq": nf4({ isDouble: true }),
  int8,
  f16,
  none,
};

/** A matrix that is whole in memory. */
export function encodeWhole(quantization: OwnQuantization, weights: Float32Array, shape: MatrixShape): EncodedMatrix {
  const encoder = quantizers[quantization].encoder(shape);
  encoder.add(weights);
  return encoder.finish();
}
