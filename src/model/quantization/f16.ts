// float16 in memory, float32 in arithmetic: a matrix is widened whenever it is used. Half the memory of f32 for the price of
// the conversion; no accuracy is lost beyond that of the stored numbers.
import { AtelierError } from "../../base/errors.ts";
import { fromFloat16, toFloat16 } from "../../base/half.ts";
import type { Value } from "../../graph/value.ts";
import type { QuantizationScheme } from "./scheme.ts";

const largest = 65_504;

export const f16: QuantizationScheme = {
  parts: ({ rows, columns }) => ({ weight: { dtype: "float16", shape: [rows, columns] } }),
  encoder: ({ rows, columns }) => {
    const weight = new Uint16Array(rows * columns);
    let at = 0;
    return {
      add: (weights) => {
        requireInRange(weights);
        weight.set(toFloat16(weights), at);
        at += weights.length;
      },
      finish: () => ({ weight }),
    };
  },
  product: (g, parts, x, _shape, plus) => g.gemm(x, g.widen(parts["weight"] as Value), { transB: true, plus }),
  decodeRow: ({ weight }, { columns }, row, target, at) =>
    target.set(fromFloat16((weight as Uint16Array).subarray(row * columns, (row + 1) * columns)), at),
};

function requireInRange(weights: Float32Array): void {
  const outside = weights.find((value) => Math.abs(value) > largest);
  if (outside === undefined) return;
  throw new AtelierError("model/float16-range", { value: outside, largest });
}
