// float32, as the checkpoint has it.
import type { Quantizer } from "./quantizers.ts";

export const none: Quantizer = {
  form: { kind: "float", dtype: "float32" },
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
};
