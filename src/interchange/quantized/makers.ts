// The makers of quantized checkpoints, each known by the name of a tensor that only its matrices have. A new one is a row here and a
// file beside this.
import { openAwq } from "./awq.ts";
import { openBitsandbytes4 } from "./bitsandbytes-4bit.ts";
import { openBitsandbytes8 } from "./bitsandbytes-8bit.ts";
import { openPacked } from "./compressed-tensors.ts";
import { openGptq } from "./gptq-checkpoint.ts";
import { openHqq } from "./hqq.ts";
import { openMlx } from "./mlx.ts";
import { openQuanto4, openQuanto8 } from "./quanto.ts";
import type { Opening, QuantizedMatrix } from "./quantized-matrix.ts";
import { openFineGrained, openScaled } from "./scaled-bytes.ts";
import { openTorchao } from "./torchao.ts";

export interface Maker {
  /** Follows the module's name and a dot. */
  readonly mark: string;
  /** Null where another maker's matrix has the mark as well. */
  readonly open: (opening: Opening) => QuantizedMatrix | null;
}

export const makers: readonly Maker[] = [
  { mark: "weight.absmax", open: openBitsandbytes4 },
  { mark: "SCB", open: openBitsandbytes8 },
  { mark: "qweight", open: (opening) => (opening.method === "awq" ? openAwq(opening) : openGptq(opening)) },
  { mark: "weight_packed", open: openPacked },
  { mark: "weight_scale", open: openScaled },
  { mark: "weight_scale_inv", open: openFineGrained },
  { mark: "scales", open: openMlx },
  { mark: "_weight_qdata", open: openTorchao },
  { mark: "weight._data", open: openQuanto8 },
  { mark: "weight._data._data", open: openQuanto4 },
  { mark: "W_q", open: openHqq },
];

/** The file that says how, of tools that did not write it into config.json: AutoGPTQ's and AutoAWQ's. */
export const settingsFiles = ["quantize_config.json", "quant_config.json"] as const;
export const needsSettings = "qweight";
