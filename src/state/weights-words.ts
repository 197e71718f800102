// What the weights of a model are held in, as words within others: "int4", "int4, head too".
import { quantizations } from "../config/quantizations.ts";
import type { ModelInfo } from "./view-types.ts";
import { words, type Text } from "../words/message.ts";

/** A copy that another version stored may be held in a way that has no name here; its key is shown then. */
export function weightsOf({
  quantization,
  quantizeHead,
  held,
}: Pick<ModelInfo, "quantization" | "quantizeHead"> & Partial<Pick<ModelInfo, "held">>): Text {
  if (quantization === "as-published" && held) return held.form;
  const weights = quantizations.includes(quantization) ? words(`quantization/${quantization}-label`) : quantization;
  return quantizeHead ? words("ui-model/head-too", { weights }) : weights;
}
