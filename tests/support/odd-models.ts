// A model of every architecture in shapes that nothing was made for: odd widths, three heads for one, three layers, a
// vocabulary and an mlp that are no whole blocks, windows shorter than the batch.
const gated = {
  hidden_size: 42,
  intermediate_size: 50,
  num_hidden_layers: 3,
  num_attention_heads: 3,
  num_key_value_heads: 1,
  vocab_size: 67,
  max_position_embeddings: 96,
};
const manyHeads = { ...gated, num_key_value_heads: 3 };

export const oddModels: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  llama: { model_type: "llama", ...gated, mlp_bias: true, tie_word_embeddings: true },
  mistral: { model_type: "mistral", ...gated, sliding_window: 5 },
  qwen2: { model_type: "qwen2", ...gated, use_sliding_window: true, sliding_window: 3, max_window_layers: 1, tie_word_embeddings: true },
  qwen3: { model_type: "qwen3", ...gated, head_dim: 10, attention_bias: true },
  gemma: { model_type: "gemma", ...gated, head_dim: 18 },
  gemma2: { model_type: "gemma2", ...gated, head_dim: 18, sliding_window: 4, query_pre_attn_scalar: 11 },
  gemma3_text: {
    model_type: "gemma3_text",
    ...gated,
    head_dim: 18,
    sliding_window: 4,
    sliding_window_pattern: 2,
    query_pre_attn_scalar: 20,
  },
  phi: { model_type: "phi", ...manyHeads, partial_rotary_factor: 0.45 },
  phi3: { model_type: "phi3", ...gated, sliding_window: 6, partial_rotary_factor: 0.75 },
  smollm3: { model_type: "smollm3", ...gated, no_rope_layer_interval: 2 },
  olmo2: { model_type: "olmo2", ...gated },
  // Positions that turn otherwise from 43 tokens on, on five pairs of seven.
  "phi3 with longrope": {
    model_type: "phi3",
    ...gated,
    partial_rotary_factor: 0.75,
    original_max_position_embeddings: 42,
    rope_scaling: { type: "longrope", long_factor: [1, 1.4, 2.2, 3.1, 4.5], short_factor: [1, 1.1, 1.1, 1.2, 1.3] },
  },
  "llama with yarn": {
    model_type: "llama",
    ...gated,
    rope_scaling: { rope_type: "yarn", factor: 3, original_max_position_embeddings: 32, beta_fast: 4, beta_slow: 0.5 },
  },
  "gpt_neox with dynamic": {
    model_type: "gpt_neox",
    ...manyHeads,
    rotary_pct: 0.45,
    max_position_embeddings: 42,
    rope_scaling: { type: "dynamic", factor: 2 },
  },
  gpt2: { model_type: "gpt2", n_embd: 42, n_layer: 3, n_head: 3, n_positions: 96, n_inner: 50, vocab_size: 67 },
  gpt_neox: { model_type: "gpt_neox", ...manyHeads, rotary_pct: 0.3, use_parallel_residual: false, hidden_act: "gelu_fast" },
};
