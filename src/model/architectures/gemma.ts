// Gemma 1, 2 and 3 (text): norms that store w − 1, scaled embeddings, capped scores and logits, local and global layers.
import { activationNames } from "../activations.ts";
import type { ConfigReader } from "../config-reader.ts";
import { parseLayerTypes } from "../layer-kinds.ts";
import type { ModelSpec } from "../spec.ts";
import { gatedSpec, llamaTraits, type GatedTraits } from "./gated.ts";

/** Gemma Team 2024. */
export function parseGemma(config: ConfigReader): ModelSpec {
  return gatedSpec(config, gemmaTraits(config, "gemma", { contextLength: 8192 }));
}

/** Gemma Team 2024: every other layer is local; scores and logits are capped. */
export function parseGemma2(config: ConfigReader): ModelSpec {
  const traits = gemmaTraits(config, "gemma2", { contextLength: 8192 });
  const sliding = { window: config.countOrNull("sliding_window", 4096), rope: 0 };
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
  const traits = gemmaTraits(config, "gemma3_text", {
    contextLength: 131_072,
    rope: { theta: 1_000_000, layerType: "full_attention" },
    moreRopes: [{ thetaKeys: ["rope_local_base_freq"], layerType: "sliding_attention", ignoresScaling: true }],
  });
  const pattern = config.count("sliding_window_pattern", config.count("_sliding_window_pattern", 6));
  return gatedSpec(config, {
    ...traits,
    places: "both",
    qkNorm: "head",
    layerKinds: parseLayerTypes(config, traits.layerKinds.length, (layer) => (layer + 1) % pattern !== 0, {
      sliding: { window: config.countOrNull("sliding_window", 4096), rope: 1 },
      full: { window: null, rope: 0 },
    }),
    scoreScale: config.number("query_pre_attn_scalar", 256) ** -0.5,
    scoreCap: config.numberOrNull("attn_logit_softcapping", null),
    logitCap: config.numberOrNull("final_logit_softcapping", null),
  });
}

function gemmaTraits(config: ConfigReader, family: string, defaults: Parameters<typeof llamaTraits>[2]): GatedTraits {
  const traits = llamaTraits(config, family, { headDim: 256, ...defaults });
  const attention = config.flag("attention_bias", false);
  const named = config.expect("hidden_activation", activationNames, config.expect("hidden_act", activationNames, "gelu_pytorch_tanh"));
  return {
    ...traits,
    norm: "rms-offset",
    // Early files of Gemma say "gelu"; the models were trained with the approximation, and transformers takes that.
    activation: named === "gelu" ? "gelu_pytorch_tanh" : named,
    bias: { qkv: attention, o: attention, mlp: false },
    tiedHead: config.flag("tie_word_embeddings", true),
    embeddingScale: Math.sqrt(traits.shape.hiddenSize),
  };
}
