// What llama.cpp calls things, and what it changes when it converts a model (convert_hf_to_gguf.py, gguf-py/tensor_mapping.py
// in https://github.com/ggml-org/llama.cpp), as one table: architecture → Hugging Face's model_type, names and what to undo.
import { AtelierError } from "../base/errors.ts";
import { commas } from "../words/message.ts";

/** How a tensor of the file differs from Hugging Face's. */
export type Change =
  /** Query or key rows of a head lie as pairs that turn together (x0 y0 x1 y1 …) instead of as two halves. */
  | { readonly kind: "paired-rows"; readonly heads: "query" | "key" }
  /** All queries, all keys, all values, instead of the three of each head together. */
  | { readonly kind: "fused-by-part" }
  /** Norm weights with 1 added. */
  | { readonly kind: "plus-one" }
  /** Stored [out, in] where Hugging Face's Conv1D is [in, out]. */
  | { readonly kind: "transposed" };

export interface GgufArchitecture {
  readonly modelType: string;
  /** Key under which the epsilon of the norms lies, in the file and in config.json. */
  readonly epsilon: readonly [file: string, config: string];
  /** Prefix of a layer's tensors before its number. */
  readonly layerPrefix: string;
  /** Names without ".weight" and ".bias". */
  readonly top: Readonly<Record<string, string>>;
  readonly layer: Readonly<Record<string, string>>;
  /** By name in the file, as in `layer` and `top`. */
  readonly changes: Readonly<Record<string, Change>>;
  /** Changes that hold for weights but not for biases. */
  readonly weightsOnly?: boolean;
  /** Positions may turn a part of each head's dimensions. */
  readonly partialRotation?: boolean;
}

const rmsEpsilon = ["attention.layer_norm_rms_epsilon", "rms_norm_eps"] as const;
const layerEpsilon = ["attention.layer_norm_epsilon", "layer_norm_eps"] as const;
const top = { token_embd: "model.embed_tokens", output_norm: "model.norm", output: "lm_head" };
const attention = {
  attn_q: "self_attn.q_proj",
  attn_k: "self_attn.k_proj",
  attn_v: "self_attn.v_proj",
  attn_output: "self_attn.o_proj",
};
const headNorms = { attn_q_norm: "self_attn.q_norm", attn_k_norm: "self_attn.k_norm" };
const gatedMlp = { ffn_gate: "mlp.gate_proj", ffn_up: "mlp.up_proj", ffn_down: "mlp.down_proj" };
const preNorms = { attn_norm: "input_layernorm", ffn_norm: "post_attention_layernorm" };
const sandwichNorms = {
  attn_norm: "input_layernorm",
  post_attention_norm: "post_attention_layernorm",
  ffn_norm: "pre_feedforward_layernorm",
  post_ffw_norm: "post_feedforward_layernorm",
};
const pairedRows = { attn_q: { kind: "paired-rows", heads: "query" }, attn_k: { kind: "paired-rows", heads: "key" } } as const;

const llama: GgufArchitecture = {
  modelType: "llama",
  epsilon: rmsEpsilon,
  layerPrefix: "model.layers.",
  top,
  layer: { ...attention, ...gatedMlp, ...preNorms },
  changes: pairedRows,
};
const qwen2: GgufArchitecture = { ...llama, modelType: "qwen2", changes: {} };
const gemma: GgufArchitecture = { ...llama, modelType: "gemma", changes: plusOne(Object.keys(preNorms)) };

const architectures = {
  llama,
  smollm3: { ...llama, modelType: "smollm3" },
  qwen2,
  qwen3: { ...qwen2, modelType: "qwen3", layer: { ...qwen2.layer, ...headNorms } },
  gemma,
  gemma2: {
    ...gemma,
    modelType: "gemma2",
    layer: { ...attention, ...gatedMlp, ...sandwichNorms },
    changes: plusOne(Object.keys(sandwichNorms)),
  },
  gemma3: {
    ...gemma,
    modelType: "gemma3_text",
    layer: { ...attention, ...gatedMlp, ...headNorms, ...sandwichNorms },
    changes: plusOne([...Object.keys(sandwichNorms), ...Object.keys(headNorms)]),
  },
  olmo2: {
    ...qwen2,
    modelType: "olmo2",
    layer: {
      ...attention,
      ...gatedMlp,
      ...headNorms,
      post_attention_norm: "post_attention_layernorm",
      post_ffw_norm: "post_feedforward_layernorm",
    },
  },
  phi3: {
    ...qwen2,
    modelType: "phi3",
    partialRotation: true,
    layer: {
      attn_qkv: "self_attn.qkv_proj",
      attn_output: "self_attn.o_proj",
      ffn_up: "mlp.gate_up_proj",
      ffn_down: "mlp.down_proj",
      ...preNorms,
    },
  },
  phi2: {
    modelType: "phi",
    partialRotation: true,
    epsilon: layerEpsilon,
    layerPrefix: "model.layers.",
    top: { token_embd: "model.embed_tokens", output_norm: "model.final_layernorm", output: "lm_head" },
    layer: { ...attention, attn_output: "self_attn.dense", ffn_up: "mlp.fc1", ffn_down: "mlp.fc2", attn_norm: "input_layernorm" },
    changes: {},
  },
  gpt2: {
    modelType: "gpt2",
    epsilon: ["attention.layer_norm_epsilon", "layer_norm_epsilon"],
    layerPrefix: "transformer.h.",
    top: { token_embd: "transformer.wte", position_embd: "transformer.wpe", output_norm: "transformer.ln_f", output: "lm_head" },
    layer: {
      attn_qkv: "attn.c_attn",
      attn_output: "attn.c_proj",
      ffn_up: "mlp.c_fc",
      ffn_down: "mlp.c_proj",
      attn_norm: "ln_1",
      ffn_norm: "ln_2",
    },
    changes: Object.fromEntries(["attn_qkv", "attn_output", "ffn_up", "ffn_down"].map((name) => [name, { kind: "transposed" }])),
    weightsOnly: true,
  },
  gptneox: {
    modelType: "gpt_neox",
    partialRotation: true,
    epsilon: layerEpsilon,
    layerPrefix: "gpt_neox.layers.",
    top: { token_embd: "gpt_neox.embed_in", output_norm: "gpt_neox.final_layer_norm", output: "embed_out" },
    layer: {
      attn_qkv: "attention.query_key_value",
      attn_output: "attention.dense",
      ffn_up: "mlp.dense_h_to_4h",
      ffn_down: "mlp.dense_4h_to_h",
      ...preNorms,
    },
    changes: { attn_qkv: { kind: "fused-by-part" } },
  },
} satisfies Readonly<Record<string, GgufArchitecture>>;

export type GgufArchitectureName = keyof typeof architectures;

/** @throws AtelierError `model/unknown-architecture`, naming it. */
export function ggufArchitecture(name: string): { readonly name: GgufArchitectureName; readonly rules: GgufArchitecture } {
  if (Object.hasOwn(architectures, name)) return { name: name as GgufArchitectureName, rules: architectures[name as GgufArchitectureName] };
  throw new AtelierError("model/unknown-architecture#gguf", { name, known: commas(Object.keys(architectures)) });
}

/** Tensors that say how positions turn; they become part of the configuration. */
export const ropeTensors = ["rope_freqs.weight", "rope_factors_long.weight", "rope_factors_short.weight"] as const;

export interface PlacedName {
  readonly name: string;
  readonly change: Change | undefined;
}

/** Hugging Face's name of a tensor of the file, and what to undo; undefined where the architecture has no such tensor. */
export function huggingFaceName(rules: GgufArchitecture, tensor: string): PlacedName | undefined {
  const found = /^(?:blk\.(?<layer>\d+)\.)?(?<base>[a-z_0-9]+)\.(?<end>weight|bias)$/.exec(tensor)?.groups;
  const { layer, base = "", end } = found ?? {};
  const names = layer === undefined ? rules.top : rules.layer;
  if (!Object.hasOwn(names, base)) return undefined;
  const path = names[base] as string;
  const changes = end === "bias" && rules.weightsOnly ? {} : rules.changes;
  return {
    name: `${layer === undefined ? "" : `${rules.layerPrefix}${layer}.`}${path}.${end}`,
    change: Object.hasOwn(changes, base) ? changes[base] : undefined,
  };
}

function plusOne(norms: readonly string[]): Record<string, Change> {
  return Object.fromEntries([...norms, "output_norm"].map((name) => [name, { kind: "plus-one" } as const]));
}
