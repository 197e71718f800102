// float32, as the checkpoint has it.
import type { Value } from "../../graph/value.ts";
import type { QuantizationScheme } from "./scheme.ts";

export const none: QuantizationScheme = {
  parts: ({ rows, columns }) => ({ weight: { dtype: "float32", shape: [rows, columns] } }),
  encoder: ({ rows, columns }) => {
    let weight: Float32Array | undefined;
    let at = 0;
    return {
      add: (weights) => {
        // What comes whole is held as it is.
        if (at === 0 && weights.length === rows * columns) weight = weights;
        else (weight ??= new Float32Array(rows * columns)).set(weights, at);
        at += weights.length;
      },
      finish: () => ({ weight: weight ?? new Float32Array(rows * columns) }),
    };
  },
  product: (g, parts, x, _shape, plus) => g.gemm(x, parts["weight"] as Value, { transB: true, plus }),
  decodeRow: ({ weight }, { columns }, row, target, at) =>
    target.set((weight as Float32Array).subarray(row * columns, (row + 1) * columns), at),
};
