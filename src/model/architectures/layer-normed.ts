// The families with LayerNorm and a plain mlp: GPT-2, GPT-NeoX (Pythia) and Phi-1/2. Everything in them has a bias.
import { activationNames, activations, type ActivationName } from "../activations.ts";
import type { BlockScope } from "../block-scope.ts";
import type { ConfigReader } from "../config-reader.ts";
import { alike } from "../layer-kinds.ts";
import { parseRope, stretchedContext } from "../rope-config.ts";
import { normVectors, type LinearSlot, type ModelSpec, type RopeSpec } from "../spec.ts";
import { matrixShape, type Value } from "../../graph/value.ts";
import { knownBuffers, parseHeads } from "./common.ts";

/** Radford et al. 2019: learned positions, weights stored [in, out]. */
export function parseGpt2(config: ConfigReader): ModelSpec {
  const hiddenSize = config.count("n_embd", 768);
  const heads = config.count("n_head", 12);
  const layers = config.count("n_layer", 12);
  const wide = config.count("n_inner", 4 * hiddenSize);
  const activation = config.expect("activation_function", activationNames, "gelu_new");
  config.refuse("scale_attn_by_inverse_layer_idx", (value) => value === false);
  const slot = (path: string, name: string, inFeatures: number, outFeatures: number): LinearSlot => ({
    name,
    path,
    inFeatures,
    outFeatures,
    bias: true,
    transposed: true,
  });
  const shape = { hiddenSize, heads, kvHeads: heads, headDim: hiddenSize / heads };
  return {
    ...plain("gpt2", shape, layers, config),
    contextLength: config.count("n_positions", 1024),
    normEps: config.number("layer_norm_epsilon", 1e-5),
    layerKinds: alike(layers, { window: null, rope: null }),
    scoreScale: config.flag("scale_attn_weights", true) ? 1 / Math.sqrt(shape.headDim) : 1,
    learnedPositions: true,
    tiedHead: config.flag("tie_word_embeddings", true),
    linears: [
      slot("attn.c_attn", "c_attn", hiddenSize, 3 * hiddenSize),
      { ...slot("attn.c_proj", "attn.c_proj", hiddenSize, hiddenSize), sublayer: "attention" },
      slot("mlp.c_fc", "c_fc", hiddenSize, wide),
      { ...slot("mlp.c_proj", "mlp.c_proj", wide, hiddenSize), sublayer: "mlp" },
    ],
    vectors: ["ln_1", "ln_2"].flatMap((name) => normVectors("layer", name, name, hiddenSize)),
    names: {
      embedding: "transformer.wte.weight",
      positions: "transformer.wpe.weight",
      finalNorm: "transformer.ln_f",
      head: "lm_head",
      layer: (layer) => `transformer.h.${layer}.`,
      prefix: "transformer.",
    },
    block: ({ g, linear, norm, attend }, x) => {
      const fused = linear("c_attn", norm("ln_1", x));
      const [q, k, v] = g.split(fused, [hiddenSize, hiddenSize, hiddenSize], 1);
      const attended = g.add(x, linear("attn.c_proj", attend(q, k, v)));
      return g.add(attended, linear("mlp.c_proj", activations[activation](g, linear("c_fc", norm("ln_2", attended)))));
    },
  };
}

/** Black et al. 2022; Pythia is it: attention and mlp side by side, q, k and v interleaved head by head. */
export function parseGptNeoX(config: ConfigReader): ModelSpec {
  const shape = parseHeads(config);
  const { hiddenSize, heads, headDim } = shape;
  const layers = config.count("num_hidden_layers");
  const wide = config.count("intermediate_size");
  const activation = config.expect("hidden_act", activationNames, "gelu");
  const isParallel = config.flag("use_parallel_residual", true);
  const attentionBias = config.flag("attention_bias", true);
  const attentionSlot = within("attention", attentionBias);
  const mlpSlot = within("mlp", true);
  const rope = parseRope(config, {
    headDim,
    contextLength: contextOf(config),
    thetaKeys: ["rope_theta", "rotary_emb_base"],
    share: config.number("rotary_pct", 0.25),
  });
  return {
    ...plain("gpt_neox", shape, layers, config),
    ...turned(rope, config),
    normEps: config.number("layer_norm_eps", 1e-5),
    linears: [
      attentionSlot("query_key_value", hiddenSize, 3 * hiddenSize),
      { ...attentionSlot("dense", hiddenSize, hiddenSize), sublayer: "attention" },
      mlpSlot("dense_h_to_4h", hiddenSize, wide),
      { ...mlpSlot("dense_4h_to_h", wide, hiddenSize), sublayer: "mlp" },
    ],
    vectors: ["input_layernorm", "post_attention_layernorm"].flatMap((name) => normVectors("layer", name, name, hiddenSize)),
    names: {
      embedding: "gpt_neox.embed_in.weight",
      positions: "",
      finalNorm: "gpt_neox.final_layer_norm",
      head: "embed_out",
      layer: (layer) => `gpt_neox.layers.${layer}.`,
      prefix: "gpt_neox.",
    },
    block: (scope, x) => {
      const { g, linear, norm, rotate, attend } = scope;
      const [tokens] = matrixShape(x);
      const fused = g.reshape(linear("query_key_value", norm("input_layernorm", x)), [tokens, heads, 3 * headDim]);
      const [q, k, v] = g.split(fused, [headDim, headDim, headDim], 2);
      const whole = (part: Value): Value => g.reshape(part, [tokens, heads * headDim]);
      const attended = g.add(x, linear("dense", attend(rotate(whole(q), heads), rotate(whole(k), heads), whole(v))));
      const m = norm("post_attention_layernorm", isParallel ? x : attended);
      return g.add(attended, plainMlp(scope, m, "dense_h_to_4h", "dense_4h_to_h", activation));
    },
  };
}

/** Phi-1, 1.5 and 2 (Gunasekar et al. 2023): one norm for attention and mlp, which stand side by side. */
export function parsePhi(config: ConfigReader): ModelSpec {
  const shape = parseHeads(config);
  const { hiddenSize, heads, kvHeads, headDim } = shape;
  const layers = config.count("num_hidden_layers");
  const wide = config.count("intermediate_size");
  const activation = config.expect("hidden_act", activationNames, "gelu_new");
  config.refuse("qk_layernorm", (value) => value === false);
  const [attentionSlot, mlpSlot] = [within("self_attn", true), within("mlp", true)];
  return {
    ...plain("phi", shape, layers, config),
    ...turned(parseRope(config, { headDim, contextLength: contextOf(config), share: 0.5 }), config),
    normEps: config.number("layer_norm_eps", 1e-5),
    headBias: true,
    linears: [
      attentionSlot("q_proj", hiddenSize, heads * headDim),
      attentionSlot("k_proj", hiddenSize, kvHeads * headDim),
      attentionSlot("v_proj", hiddenSize, kvHeads * headDim),
      { ...attentionSlot("dense", heads * headDim, hiddenSize), sublayer: "attention" },
      mlpSlot("fc1", hiddenSize, wide),
      { ...mlpSlot("fc2", wide, hiddenSize), sublayer: "mlp" },
    ],
    vectors: normVectors("layer", "input_layernorm", "input_layernorm", hiddenSize),
    names: {
      embedding: "model.embed_tokens.weight",
      positions: "",
      finalNorm: "model.final_layernorm",
      head: "lm_head",
      layer: (layer) => `model.layers.${layer}.`,
      prefix: "model.",
    },
    block: (scope, x) => {
      const { g, linear, norm, rotate, attend } = scope;
      const h = norm("input_layernorm", x);
      const mixed = attend(rotate(linear("q_proj", h), heads), rotate(linear("k_proj", h), kvHeads), linear("v_proj", h));
      return g.add(g.add(x, linear("dense", mixed)), plainMlp(scope, h, "fc1", "fc2", activation));
    },
  };
}

/** What the three have in common. */
function plain(family: string, shape: ReturnType<typeof parseHeads>, layers: number, config: ConfigReader) {
  return {
    family,
    ...shape,
    layers,
    vocabularySize: config.count("vocab_size"),
    norm: "layer",
    ropes: [],
    layerKinds: alike(layers, { window: null, rope: 0 }),
    scoreScale: 1 / Math.sqrt(shape.headDim),
    scoreCap: null,
    logitCap: null,
    embeddingScale: 1,
    learnedPositions: false,
    tiedHead: config.flag("tie_word_embeddings", false),
    headBias: false,
    buffers: knownBuffers,
  } as const satisfies Partial<ModelSpec>;
}

function contextOf(config: ConfigReader): number {
  return config.count("max_position_embeddings", 2048);
}

function turned(rope: RopeSpec, config: ConfigReader): Pick<ModelSpec, "ropes" | "contextLength"> {
  return { ropes: [rope], contextLength: stretchedContext(contextOf(config), rope) };
}

function within(part: string, bias: boolean) {
  return (name: string, inFeatures: number, outFeatures: number): LinearSlot => ({
    name,
    path: `${part}.${name}`,
    inFeatures,
    outFeatures,
    bias,
  });
}

function plainMlp({ g, linear }: BlockScope, m: Value, up: string, down: string, activation: ActivationName): Value {
  return linear(down, activations[activation](g, linear(up, m)));
}
