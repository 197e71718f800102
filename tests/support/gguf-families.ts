// The families beside Llama as GGUF: each with the names and changes of its class in convert_hf_to_gguf.py.
import { ggufName, llamaMetadata, llamaTensors, type HfTensor, llamaNames } from "./gguf-model.ts";
import { stored, writeGguf, type GgufTensorToWrite, type GgufValue } from "./gguf-writer.ts";

type Config = Readonly<Record<string, unknown>>;
type Names = Readonly<Record<string, string>>;

interface Family {
  readonly name: string;
  readonly metadata: (config: Config) => Record<string, GgufValue>;
  readonly tensors: (config: Config, tensors: readonly HfTensor[]) => readonly GgufTensorToWrite[];
}

const common: Names = { ...llamaNames, "self_attn.q_norm": "attn_q_norm", "self_attn.k_norm": "attn_k_norm" };
const sandwich: Names = {
  ...common,
  post_attention_layernorm: "post_attention_norm",
  pre_feedforward_layernorm: "ffn_norm",
  post_feedforward_layernorm: "post_ffw_norm",
};

const n = (config: Config, key: string): number => Number(config[key]);
const renamed =
  (names: Names, change: (tensor: HfTensor, config: Config) => HfTensor = (tensor) => tensor, prefix = "model.layers.") =>
  (config: Config, tensors: readonly HfTensor[]): readonly GgufTensorToWrite[] =>
    tensors.map((tensor) => {
      const { shape, data } = change(tensor, config);
      return stored(ggufName(tensor.name, names, prefix), shape, data, "F32");
    });

const plusOne = (tensor: HfTensor): HfTensor =>
  tensor.name.endsWith("norm.weight") ? { ...tensor, data: tensor.data.map((value) => value + 1) } : tensor;

/** GPT2Model.modify_tensors: Conv1D weights are transposed. */
function transposeConv(tensor: HfTensor): HfTensor {
  if (!/c_(attn|proj|fc)\.weight$/.test(tensor.name)) return tensor;
  const [rows = 1, columns = 1] = tensor.shape;
  return {
    ...tensor,
    shape: [columns, rows],
    data: tensor.data.map((_, at) => tensor.data[(at % rows) * columns + Math.floor(at / rows)] as number),
  };
}

/** GPTNeoXModel.modify_tensors: reshape(heads, 3, width, …), then cat of [:, 0], [:, 1], [:, 2]. */
export function splitFused(tensor: HfTensor, config: Config): HfTensor {
  if (!tensor.name.includes("query_key_value")) return tensor;
  const heads = n(config, "num_attention_heads");
  const part = tensor.data.length / heads / 3;
  const at = (head: number, which: number): Float32Array => tensor.data.subarray((head * 3 + which) * part, (head * 3 + which + 1) * part);
  const parts = [0, 1, 2].flatMap((which) => Array.from({ length: heads }, (_, head) => [...at(head, which)]));
  return { ...tensor, data: Float32Array.from(parts.flat()) };
}

const withHeads = (name: string) => (config: Config) => ({
  ...llamaMetadata(config, name),
  ...(config["head_dim"] === undefined
    ? {}
    : {
        [`${name}.attention.key_length`]: { u32: n(config, "head_dim") },
        [`${name}.attention.value_length`]: { u32: n(config, "head_dim") },
      }),
});

const layerNormed = (name: string) => (config: Config) => ({
  ...llamaMetadata({ num_key_value_heads: n(config, "num_attention_heads"), ...config }, name),
  [`${name}.attention.layer_norm_epsilon`]: { f32: n(config, "layer_norm_eps") },
  [`${name}.rope.dimension_count`]: {
    u32: (n(config, "partial_rotary_factor") * n(config, "hidden_size")) / n(config, "num_attention_heads"),
  },
});

/** By directory of the reference numbers. */
export const ggufFamilies: Readonly<Record<string, Family>> = {
  qwen2: { name: "qwen2", metadata: withHeads("qwen2"), tensors: renamed(common) },
  qwen3: { name: "qwen3", metadata: withHeads("qwen3"), tensors: renamed(common) },
  smollm3: { name: "smollm3", metadata: withHeads("smollm3"), tensors: (config, tensors) => llamaTensors(config, tensors, "F32") },
  gemma: { name: "gemma", metadata: withHeads("gemma"), tensors: renamed(common, plusOne) },
  gemma2: {
    name: "gemma2",
    metadata: (config) => ({
      ...withHeads("gemma2")(config),
      "gemma2.attention.sliding_window": { u32: n(config, "sliding_window") },
      "gemma2.attn_logit_softcapping": { f32: n(config, "attn_logit_softcapping") },
      "gemma2.final_logit_softcapping": { f32: n(config, "final_logit_softcapping") },
    }),
    tensors: renamed(sandwich, plusOne),
  },
  gemma3_text: {
    name: "gemma3",
    metadata: (config) => ({
      ...withHeads("gemma3")(config),
      "gemma3.attention.sliding_window": { u32: n(config, "sliding_window") },
    }),
    tensors: renamed(sandwich, plusOne),
  },
  olmo2: {
    name: "olmo2",
    metadata: withHeads("olmo2"),
    tensors: renamed({ ...common, post_attention_layernorm: "post_attention_norm", post_feedforward_layernorm: "post_ffw_norm" }),
  },
  phi3: {
    name: "phi3",
    metadata: (config) => ({
      ...withHeads("phi3")(config),
      "phi3.rope.scaling.original_context_length": { u32: n(config, "original_max_position_embeddings") },
    }),
    tensors: renamed({ ...common, "self_attn.qkv_proj": "attn_qkv", "mlp.gate_up_proj": "ffn_up" }),
  },
  phi: {
    name: "phi2",
    metadata: layerNormed("phi2"),
    tensors: renamed({
      ...common,
      "model.final_layernorm": "output_norm",
      "self_attn.dense": "attn_output",
      "mlp.fc1": "ffn_up",
      "mlp.fc2": "ffn_down",
    }),
  },
  gpt_neox: {
    name: "gptneox",
    metadata: layerNormed("gptneox"),
    tensors: renamed(
      {
        "gpt_neox.embed_in": "token_embd",
        "gpt_neox.final_layer_norm": "output_norm",
        embed_out: "output",
        "attention.query_key_value": "attn_qkv",
        "attention.dense": "attn_output",
        "mlp.dense_h_to_4h": "ffn_up",
        "mlp.dense_4h_to_h": "ffn_down",
        input_layernorm: "attn_norm",
        post_attention_layernorm: "ffn_norm",
      },
      splitFused,
      "gpt_neox.layers.",
    ),
  },
  gpt2: {
    name: "gpt2",
    metadata: (config) => ({
      "general.architecture": { text: "gpt2" },
      "gpt2.context_length": { u32: n(config, "n_positions") },
      "gpt2.embedding_length": { u32: n(config, "n_embd") },
      "gpt2.block_count": { u32: n(config, "n_layer") },
      "gpt2.feed_forward_length": { u32: n(config, "n_inner") },
      "gpt2.attention.head_count": { u32: n(config, "n_head") },
      "gpt2.attention.layer_norm_epsilon": { f32: n(config, "layer_norm_epsilon") },
    }),
    tensors: renamed(
      {
        "transformer.wte": "token_embd",
        "transformer.wpe": "position_embd",
        "transformer.ln_f": "output_norm",
        "attn.c_attn": "attn_qkv",
        "attn.c_proj": "attn_output",
        "mlp.c_fc": "ffn_up",
        "mlp.c_proj": "ffn_down",
        ln_1: "attn_norm",
        ln_2: "ffn_norm",
      },
      transposeConv,
      "transformer.h.",
    ),
  },
};

/** @param directory of the reference numbers */
export function familyGguf(directory: string, config: Config, tensors: readonly HfTensor[]): Uint8Array<ArrayBuffer> {
  const family = ggufFamilies[directory];
  if (!family) throw new Error(`no GGUF family for ${directory}`);
  const metadata = family.metadata(config);
  // What the class of the family does not write, or the configuration does not have.
  const written = Object.entries(metadata).filter(([, value]) => !Object.values(value).some((entry) => Number.isNaN(entry)));
  return writeGguf(Object.fromEntries(written), family.tensors(config, tensors));
}
