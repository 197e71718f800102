// The Llama family: grouped-query attention, rotary positions, RMSNorm, SwiGLU (Touvron et al. 2023; Hugging Face's
// LlamaForCausalLM). Biases are optional, the head may be tied to the embedding.
import { AtelierError } from "../../base/errors.ts";
import type { ConfigReader } from "../config-reader.ts";
import type { BlockScope } from "../block-scope.ts";
import type { LinearSlot, ModelSpec } from "../spec.ts";
import type { Value } from "../../graph/value.ts";
import { parseRope } from "../rope.ts";

export function parseLlama(config: ConfigReader): ModelSpec {
  config.expect("hidden_act", ["silu"], "silu");
  const hiddenSize = config.count("hidden_size");
  const heads = config.count("num_attention_heads");
  const kvHeads = config.count("num_key_value_heads", heads);
  const headDim = config.count("head_dim", hiddenSize / heads);
  if (heads % kvHeads !== 0) {
    throw new AtelierError(
      "model/config-invalid",
      `config.json says num_attention_heads = ${heads} and num_key_value_heads = ${kvHeads}; the first must be a multiple of the second.`,
      "Take config.json as the model's author published it.",
    );
  }
  if (headDim % 2 !== 0) {
    throw new AtelierError(
      "model/config-invalid",
      `config.json gives a head ${headDim} dimensions; rotary positions need an even number.`,
      "Take config.json as the model's author published it.",
    );
  }
  return {
    family: "llama",
    layers: config.count("num_hidden_layers"),
    hiddenSize,
    heads,
    kvHeads,
    headDim,
    vocabularySize: config.count("vocab_size"),
    contextLength: config.count("max_position_embeddings", 2048),
    normEps: config.number("rms_norm_eps", 1e-6),
    rope: parseRope(config),
    tiedHead: config.flag("tie_word_embeddings", false),
    linears: llamaLinears(config, hiddenSize, heads * headDim, kvHeads * headDim),
    vectors: [
      { name: "input_layernorm", path: "input_layernorm.weight", size: hiddenSize },
      { name: "post_attention_layernorm", path: "post_attention_layernorm.weight", size: hiddenSize },
    ],
    names: {
      embedding: "model.embed_tokens.weight",
      finalNorm: "model.norm.weight",
      head: "lm_head.weight",
      layer: (layer) => `model.layers.${layer}.`,
    },
    block: (scope, x) => llamaBlock(scope, x, heads, kvHeads),
  };
}

/** @param attended and kvWidth: features of all query heads, and of all key or value heads */
function llamaLinears(config: ConfigReader, hiddenSize: number, attended: number, kvWidth: number): LinearSlot[] {
  const wide = config.count("intermediate_size");
  const within = (part: string, bias: boolean) => (name: LinearSlot["name"], inFeatures: number, outFeatures: number) => ({
    name,
    path: `${part}.${name}`,
    inFeatures,
    outFeatures,
    bias,
  });
  const attention = within("self_attn", config.flag("attention_bias", false));
  const mlp = within("mlp", config.flag("mlp_bias", false));
  return [
    attention("q_proj", hiddenSize, attended),
    attention("k_proj", hiddenSize, kvWidth),
    attention("v_proj", hiddenSize, kvWidth),
    attention("o_proj", attended, hiddenSize),
    mlp("gate_proj", hiddenSize, wide),
    mlp("up_proj", hiddenSize, wide),
    mlp("down_proj", wide, hiddenSize),
  ];
}

function llamaBlock({ g, linear, norm, rotate, attend }: BlockScope, x: Value, heads: number, kvHeads: number): Value {
  const h = norm("input_layernorm", x);
  const q = rotate(linear("q_proj", h), heads);
  const k = rotate(linear("k_proj", h), kvHeads);
  const attended = g.add(x, linear("o_proj", attend(q, k, linear("v_proj", h))));
  const m = norm("post_attention_layernorm", attended);
  const gate = linear("gate_proj", m);
  const silu = g.mul(gate, g.sigmoid(gate));
  return g.add(attended, linear("down_proj", g.mul(silu, linear("up_proj", m))));
}
