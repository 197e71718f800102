// The shape of a new model, as its config.json: a Llama with a tied head, the plainest of the families and one that every runtime reads.
import type { Json } from "../base/json.ts";
import type { MethodConfig } from "./run-config.ts";

export type NewModelShape = Extract<MethodConfig, { readonly kind: "scratch" }>;

/** Whether a run makes the model that it trains: nobody else has it, and it goes out whole. */
export function makesModel(method: MethodConfig): method is NewModelShape {
  return method.kind === "scratch";
}

/** Of the normal distribution that matrices are drawn from: transformers' `initializer_range`. */
export const initializerRange = 0.02;

/**
 * The mlp is 8/3 as wide as the model, in whole eights, so that its three matrices hold what two of four times the width would (Shazeer
 * 2020, "GLU variants improve Transformer").
 * @param shape as it was parsed: then its heads share its width
 * @param vocabulary tokens of the tokenizer
 */
export function newModelConfig({ width, depth, heads, context }: NewModelShape, vocabulary: number): Json {
  return {
    architectures: ["LlamaForCausalLM"],
    model_type: "llama",
    hidden_size: width,
    intermediate_size: Math.ceil((8 * width) / 3 / 8) * 8,
    num_hidden_layers: depth,
    num_attention_heads: heads,
    num_key_value_heads: heads,
    vocab_size: vocabulary,
    max_position_embeddings: context,
    hidden_act: "silu",
    rms_norm_eps: 1e-5,
    rope_theta: 10_000,
    attention_bias: false,
    mlp_bias: false,
    tie_word_embeddings: true,
    initializer_range: initializerRange,
    torch_dtype: "float32",
  };
}
