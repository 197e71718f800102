// The nearest float16 of every number; one too large for it is refused.
import { AtelierError } from "../../base/errors.ts";
import { toFloat16 } from "../../base/half.ts";

const largest = 65_504;
import type { Quantizer } from "./scheme.ts";

export const f16: Quantizer = {
  form: { kind: "float", dtype: "float16" },
  encoder: ({ rows, columns }) => {
    const weight = new Uint16Array(rows * columns);
    let at = 0;
    return {
      add: (weights) => {
        requireFloat16Range(weights);
        weight.set(toFloat16(weights), at);
        at += weights.length;
      },
      finish: () => ({ weight }),
    };
  },
};

/** @throws AtelierError `model/float16-range` */
export function requireFloat16Range(weights: Float32Array): void {
  const outside = weights.find((value) => Math.abs(value) > largest);
  if (outside === undefined) return;
  throw new AtelierError("model/float16-range", { value: outside, largest });
}
