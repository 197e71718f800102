// float32, as the checkpoint has it.
import type { Quantizer } from "./scheme.ts";

export const none: Quantizer = {
  form: { kind: "float", dtype: "float32" },
  encoder: ({ rows, columns }) => {
    const weight = new Float32Array(rows * columns);
    let at = 0;
    return {
      add: (weights) => {
        weight.set(weights, at);
        at += weights.length;
      },
      finish: () => ({ weight }),
    };
  },
};
