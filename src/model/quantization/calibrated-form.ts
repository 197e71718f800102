// The forms of what GPTQ rounds: known before anything is rounded.
import type { MatrixForm } from "./forms.ts";
import { gptqForm } from "./gptq-encoder.ts";
import { quantizers } from "./quantizers.ts";

/**
 * Values of attention in 8 bits: of SmolLM2-135M, 3% of the weights of a layer that carry half of what rounding them all to 4 bits
 * costs. Where they are fused with queries and keys, all three have 4.
 */
export const inEightBits = (name: string): boolean => name === "v_proj";

/** @param name of the linear layer */
export function calibratedForm(name: string): MatrixForm {
  return inEightBits(name) ? quantizers.int8.form : gptqForm;
}
