// What every family reads from config.json in the same way, and the refusals that hold for all.
import { AtelierError } from "../../base/errors.ts";
import type { ConfigReader } from "../config-reader.ts";

export interface HeadShape {
  readonly hiddenSize: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDim: number;
}

/** @param headDim where config.json has none; null: hidden size / heads */
export function parseHeads(config: ConfigReader, headDim: number | null = null): HeadShape {
  const hiddenSize = config.count("hidden_size");
  const heads = config.count("num_attention_heads");
  const kvHeads = config.count("num_key_value_heads", heads);
  const shape = { hiddenSize, heads, kvHeads, headDim: config.count("head_dim", headDim ?? hiddenSize / heads) };
  if (heads % kvHeads !== 0) throw new AtelierError("model/config-invalid#heads", { heads, kvHeads });
  return shape;
}

/** What would change the model's function and is not there: such a checkpoint is refused before its weights are read. */
export function refuseUnknownParts(config: ConfigReader): void {
  for (const key of ["num_experts", "num_local_experts", "moe_intermediate_size", "n_routed_experts"])
    config.refuse(key, (value) => value === 0);
  for (const key of ["is_encoder_decoder", "add_cross_attention", "alibi", "use_bidirectional_attention"])
    config.refuse(key, (value) => value === false);
}

/** Buffers of rotary tables and causal masks that older versions of transformers stored. */
export const knownBuffers = /(^|\.)(rotary_emb\.inv_freq|attn\.(bias|masked_bias)|attention\.(bias|masked_bias))$/;
