// The configuration of a GGUF file as the config.json that Hugging Face publishes for the same model, so that one parser serves
// both. What llama.cpp does not store because it is fixed for an architecture is written down here with its source.
import { words } from "../words/message.ts";
import type { GgufArchitecture, GgufArchitectureName } from "./gguf-architectures.ts";
import { invalidGguf } from "./gguf-errors.ts";
import { ropeScalingOf, unsupported, type RopeSource } from "./gguf-rope.ts";

export interface ConfigSource extends RopeSource {
  readonly name: GgufArchitectureName;
  readonly rules: GgufArchitecture;
  readonly vocabularySize: number;
  /** The head is the embedding table: the file has no output.weight. */
  readonly tied: boolean;
  /** Whether the file has the tensor. */
  readonly hasTensor: (name: string) => boolean;
}

type Json = Record<string, unknown>;

/** @throws AtelierError `model/file-invalid`, `model/unsupported-feature`, naming the key. */
export function configOf(source: ConfigSource): Json {
  const { name, rules, metadata } = source;
  const key = (suffix: string): string => `${name}.${suffix}`;
  const heads = requireSame(source, key("attention.head_count"));
  const hiddenSize = metadata.requireNumber(key("embedding_length"));
  const headDim = metadata.number(key("attention.key_length")) ?? hiddenSize / heads;
  if ((metadata.number(key("attention.value_length")) ?? headDim) !== headDim) throw unsupported(source, words("gguf/value-width"));
  const turned = metadata.number(key("rope.dimension_count")) ?? headDim;
  if (turned !== headDim && !rules.partialRotation) throw unsupported(source, words("gguf/rotation", { turned, all: headDim }));
  refuseOtherWindowRope(source, headDim);
  if ((metadata.number(key("expert_count")) ?? 0) > 0) throw unsupported(source, words("gguf/experts"));
  const base: Json = {
    model_type: rules.modelType,
    hidden_size: hiddenSize,
    intermediate_size: requireSame(source, key("feed_forward_length")),
    num_hidden_layers: metadata.requireNumber(key("block_count")),
    num_attention_heads: heads,
    num_key_value_heads: metadata.sameForAll(key("attention.head_count_kv")) ?? heads,
    head_dim: headDim,
    vocab_size: source.vocabularySize,
    max_position_embeddings: metadata.requireNumber(key("context_length")),
    [rules.epsilon[1]]: shortFloat(metadata.requireNumber(key(rules.epsilon[0]))),
    rope_theta: metadata.number(key("rope.freq_base")) ?? 10_000,
    rope_scaling: ropeScalingOf(source, headDim),
    tie_word_embeddings: source.tied,
    hidden_act: "silu",
  };
  return { ...base, ...particulars[name](source, { heads, hiddenSize, headDim, layers: base["num_hidden_layers"] as number }) };
}

interface Sizes {
  readonly heads: number;
  readonly hiddenSize: number;
  readonly headDim: number;
  readonly layers: number;
}

const gemmaActivation = { hidden_act: "gelu_pytorch_tanh", hidden_activation: "gelu_pytorch_tanh", attention_bias: false };

/** What is particular to an architecture. */
const particulars = {
  llama: ({ hasTensor }) => ({ attention_bias: hasTensor("blk.0.attn_q.bias"), mlp_bias: hasTensor("blk.0.ffn_up.bias") }),
  // llama.cpp leaves out the rotation in every fourth layer of SmolLM3, without a key in the file.
  smollm3: (_source, { layers }) => ({
    no_rope_layer_interval: 4,
    no_rope_layers: Array.from({ length: layers }, (_, layer) => ((layer + 1) % 4 === 0 ? 0 : 1)),
    attention_bias: false,
    mlp_bias: false,
  }),
  qwen2: () => ({ use_sliding_window: false }),
  qwen3: ({ hasTensor }) => ({ attention_bias: hasTensor("blk.0.attn_q.bias"), use_sliding_window: false }),
  gemma: () => gemmaActivation,
  gemma2: ({ metadata }, { layers, heads, hiddenSize, headDim }) => ({
    ...gemmaActivation,
    sliding_window: metadata.number("gemma2.attention.sliding_window") ?? 4096,
    attn_logit_softcapping: metadata.number("gemma2.attn_logit_softcapping") ?? 50,
    final_logit_softcapping: metadata.number("gemma2.final_logit_softcapping") ?? 30,
    // Of the published sizes only 27B, with 46 layers, scales by the width per head (llama.cpp, src/models/gemma2).
    query_pre_attn_scalar: layers === 46 ? hiddenSize / heads : headDim,
  }),
  gemma3: ({ metadata }, { layers, heads, hiddenSize, headDim }) => ({
    ...gemmaActivation,
    rope_theta: metadata.number("gemma3.rope.freq_base") ?? 1_000_000,
    rope_local_base_freq: metadata.number("gemma3.rope.freq_base_swa") ?? 10_000,
    sliding_window: metadata.number("gemma3.attention.sliding_window") ?? 1024,
    layer_types: Array.from({ length: layers }, (_, layer) => ((layer + 1) % 6 === 0 ? "full_attention" : "sliding_attention")),
    attn_logit_softcapping: null,
    final_logit_softcapping: null,
    // As in Gemma 2, only 27B, with 62 layers (llama.cpp, src/models/gemma3).
    query_pre_attn_scalar: layers === 62 ? hiddenSize / heads : headDim,
  }),
  olmo2: () => ({ attention_bias: false }),
  phi3: ({ metadata }, { headDim }) => ({
    partial_rotary_factor: (metadata.number("phi3.rope.dimension_count") ?? headDim) / headDim,
    original_max_position_embeddings:
      metadata.number("phi3.rope.scaling.original_context_length") ?? metadata.requireNumber("phi3.context_length"),
    sliding_window: metadata.number("phi3.attention.sliding_window") || null,
  }),
  phi2: ({ metadata }, { headDim }) => ({
    hidden_act: "gelu_new",
    partial_rotary_factor: (metadata.number("phi2.rope.dimension_count") ?? headDim) / headDim,
    qk_layernorm: false,
  }),
  gpt2: ({ metadata }, { hiddenSize, heads, layers }) => ({
    activation_function: "gelu_new",
    n_embd: hiddenSize,
    n_head: heads,
    n_layer: layers,
    n_positions: metadata.requireNumber("gpt2.context_length"),
    n_inner: metadata.requireNumber("gpt2.feed_forward_length"),
  }),
  gptneox: ({ metadata }, { headDim }) => {
    const turned = (metadata.number("gptneox.rope.dimension_count") ?? headDim) / headDim;
    return {
      hidden_act: "gelu",
      partial_rotary_factor: turned,
      rotary_pct: turned,
      rotary_emb_base: metadata.number("gptneox.rope.freq_base") ?? 10_000,
      attention_bias: true,
      use_parallel_residual: metadata.flag("gptneox.use_parallel_residual") ?? true,
    };
  },
} satisfies Record<GgufArchitectureName, (source: ConfigSource, sizes: Sizes) => Json>;

/** Layers that see a window may turn otherwise; of these architectures only Gemma 3's do, and by another base only. */
function refuseOtherWindowRope(source: ConfigSource, headDim: number): void {
  const { name, metadata } = source;
  const turned = metadata.number(`${name}.rope.dimension_count_swa`) ?? headDim;
  if (turned !== headDim) throw unsupported(source, words("gguf/window-rotation", { turned, all: headDim }));
  const base = metadata.number(`${name}.rope.freq_base_swa`);
  const all = metadata.number(`${name}.rope.freq_base`) ?? 10_000;
  if (name !== "gemma3" && base !== undefined && base !== all)
    throw unsupported(source, words("gguf/beside", { key: "rope.freq_base_swa", value: String(base), other: String(all) }));
}

function requireSame({ file, metadata }: ConfigSource, key: string): number {
  const value = metadata.sameForAll(key);
  if (value === undefined) throw invalidGguf(file, words("gguf/no-key", { key }));
  return value;
}

/** A float32 as the decimal that was meant: 0.000009999999747… is 1e-5. */
function shortFloat(value: number): number {
  const short = Number(value.toPrecision(6));
  return Math.fround(short) === Math.fround(value) ? short : value;
}
