// Which modules IA³ scales where nobody says: per model_type what PEFT takes (TRANSFORMERS_MODELS_TO_IA3_TARGET_MODULES_MAPPING and
// …_FEEDFORWARD_MODULES_MAPPING, 0.21). PEFT has no row for phi3, smollm3 and olmo2. They get what their nearest relatives there have:
// SmolLM3 and OLMo 2 are built as Llama is, and of Phi-3's fused layers the one of queries, keys and values, as of GPT-2's.
interface Ia3Family {
  readonly targets: readonly string[];
  readonly feedforward: readonly string[];
}

const keysAndValues: Ia3Family = { targets: ["k_proj", "v_proj", "down_proj"], feedforward: ["down_proj"] };
const queriesAndValues: Ia3Family = { targets: ["q_proj", "v_proj", "down_proj"], feedforward: ["down_proj"] };

/** By model_type. */
export const ia3Families: Readonly<Record<string, Ia3Family>> = {
  llama: keysAndValues,
  mistral: keysAndValues,
  smollm3: keysAndValues,
  olmo2: keysAndValues,
  qwen2: queriesAndValues,
  qwen3: queriesAndValues,
  gemma: queriesAndValues,
  gemma2: queriesAndValues,
  gemma3_text: queriesAndValues,
  phi: { targets: ["q_proj", "v_proj", "fc2"], feedforward: ["fc2"] },
  phi3: { targets: ["qkv_proj", "down_proj"], feedforward: ["down_proj"] },
  gpt2: { targets: ["c_attn", "mlp.c_proj"], feedforward: ["mlp.c_proj"] },
  gpt_neox: { targets: ["query_key_value", "dense_4h_to_h"], feedforward: ["dense_4h_to_h"] },
};
