// float32, as the checkpoint has it.
import type { Value } from "../../graph/value.ts";
import type { QuantizationScheme } from "./scheme.ts";

export const none: QuantizationScheme = {
  parts: ({ rows, columns }) => ({ weight: { dtype: "float32", shape: [rows, columns] } }),
  encode: (weights) => ({ weight: weights }),
  product: (g, parts, x, _shape, plus) => g.gemm(x, parts["weight"] as Value, { transB: true, plus }),
};
