// Gemma 1, 2 and 3 (text): norms that store w − 1, scaled embeddings, capped scores and logits, local and global layers.
import { activationNames } from "../activations.ts";
import type { ConfigReader } from "../config-reader.ts";
import { parseLayerTypes } from "../layer-kinds.ts";
import { parseRope, parseScaling } from "../rope.ts";
import type { ModelSpec } from "../spec.ts";
import { gatedSpec, llamaTraits, type GatedTraits } from "./gated.ts";

/** Gemma Team 2024. */
export function parseGemma(config: ConfigReader): ModelSpec {
  return gatedSpec(config, gemmaTraits(config, "gemma"));
}

/** Gemma Team 2024: every other layer is local; scores and logits are capped. */
export function parseGemma2(config: ConfigReader): ModelSpec {
  const traits = gemmaTraits(config, "gemma2");
  const sliding = { window: config.count("sliding_window", 4096), rope: 0 };
  return gatedSpec(config, {
    ...traits,
    places: "both",
    layerKinds: parseLayerTypes(config, traits.layerKinds.length, (layer) => layer % 2 === 0, { sliding, full: { window: null, rope: 0 } }),
    scoreScale: config.number("query_pre_attn_scalar", 256) ** -0.5,
    scoreCap: config.numberOrNull("attn_logit_softcapping", 50),
    logitCap: config.numberOrNull("final_logit_softcapping", 30),
  });
}

/** Gemma Team 2025: five local layers to a global one, each sort with a rope base of its own; norms over heads of q and k. */
export function parseGemma3(config: ConfigReader): ModelSpec {
  const traits = gemmaTraits(config, "gemma3_text");
  const { headDim } = traits.shape;
  const byLayerType = config.object("rope_parameters")?.has("sliding_attention") ?? false;
  const global = parseRope(config, { headDim, theta: 1_000_000, layerType: "full_attention" });
  const local = byLayerType
    ? parseRope(config, { headDim, layerType: "sliding_attention" })
    : { theta: config.number("rope_local_base_freq", 10_000), scaling: parseScaling(null, true), dims: global.dims };
  const pattern = config.count("sliding_window_pattern", config.count("_sliding_window_pattern", 6));
  return gatedSpec(config, {
    ...traits,
    places: "both",
    qkNorm: "head",
    ropes: [global, local],
    layerKinds: parseLayerTypes(config, traits.layerKinds.length, (layer) => (layer + 1) % pattern !== 0, {
      sliding: { window: config.count("sliding_window", 4096), rope: 1 },
      full: { window: null, rope: 0 },
    }),
    contextLength: config.count("max_position_embeddings", 131_072),
    scoreScale: config.number("query_pre_attn_scalar", 256) ** -0.5,
    scoreCap: config.numberOrNull("attn_logit_softcapping", null),
    logitCap: config.numberOrNull("final_logit_softcapping", null),
  });
}

function gemmaTraits(config: ConfigReader, family: string): GatedTraits {
  const traits = llamaTraits(config, family, 256);
  const attention = config.flag("attention_bias", false);
  const named = config.expect("hidden_activation", activationNames, config.expect("hidden_act", activationNames, "gelu_pytorch_tanh"));
  return {
    ...traits,
    norm: "rms-offset",
    // Early files of Gemma say "gelu"; the models were trained with the approximation, and transformers takes that.
    activation: named === "gelu" ? "gelu_pytorch_tanh" : named,
    bias: { qkv: attention, o: attention, mlp: false },
    contextLength: config.count("max_position_embeddings", 8192),
    tiedHead: config.flag("tie_word_embeddings", true),
    embeddingScale: Math.sqrt(traits.shape.hiddenSize),
  };
}
