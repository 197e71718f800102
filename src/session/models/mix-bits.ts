// What int4-mixed is made of, and how many bits it may take.
import { bitsPerWeight } from "../../model/held-weights.ts";
import type { BitBudget } from "../../model/quantization/most-sensitive.ts";
import type { ModelSpec } from "../../model/spec.ts";

export const low = "int4-fine";
const high = "int8";

/** Seven in the mean, of these shapes: widths that are no whole blocks take more than a table says. */
export function mixBits(spec: ModelSpec): BitBudget {
  return { low: bitsPerWeight(spec, { quantization: low }), high: bitsPerWeight(spec, { quantization: high }), mean: 7 };
}
