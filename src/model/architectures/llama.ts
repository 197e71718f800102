// The Llama family and its close relatives, each with what its config.json leaves out (transformers' defaults).
import { activationNames } from "../activations.ts";
import type { ConfigReader } from "../config-reader.ts";
import { alike, parseLayerTypes } from "../layer-kinds.ts";
import type { LayerKind, ModelSpec } from "../spec.ts";
import { gatedSpec, llamaTraits, type GatedTraits } from "./gated.ts";

/** Touvron et al. 2023; SmolLM, SmolLM2, TinyLlama and Llama 3.x are it as well. */
export function parseLlama(config: ConfigReader): ModelSpec {
  const attention = config.flag("attention_bias", false);
  const bias = { qkv: attention, o: attention, mlp: config.flag("mlp_bias", false) };
  return gatedSpec(config, { ...llamaTraits(config, "llama", { contextLength: 2048 }), activation: activationOf(config), bias });
}

/** Jiang et al. 2023: every layer sees only a window. */
export function parseMistral(config: ConfigReader): ModelSpec {
  const traits = llamaTraits(config, "mistral", { contextLength: 131_072 });
  const kind = { window: config.countOrNull("sliding_window", 4096), rope: 0 };
  return gatedSpec(config, {
    ...traits,
    activation: activationOf(config),
    layerKinds: alike(traits.layerKinds.length, kind),
  });
}

/** Qwen 2 and 2.5: biases on q, k and v. */
export function parseQwen2(config: ConfigReader): ModelSpec {
  const traits = qwenTraits(config, "qwen2", null);
  return gatedSpec(config, { ...traits, bias: { qkv: true, o: false, mlp: false } });
}

/** Qwen 3: a norm over each head of q and k; a head's size is a number of its own. */
export function parseQwen3(config: ConfigReader): ModelSpec {
  const attention = config.flag("attention_bias", false);
  const bias = { qkv: attention, o: attention, mlp: false };
  return gatedSpec(config, { ...qwenTraits(config, "qwen3", 128), qkNorm: "head", bias });
}

/** SmolLM3: some layers do not turn positions at all (Yang et al. 2025, "RNoPE"). */
export function parseSmolLm3(config: ConfigReader): ModelSpec {
  const traits = llamaTraits(config, "smollm3", { contextLength: 32_768, rope: { theta: 2_000_000 } });
  const every = config.count("no_rope_layer_interval", 4);
  const layers = traits.layerKinds.length;
  const turns = config.list("no_rope_layers", layers);
  const isTurned = (layer: number): boolean => (turns ? turns[layer] === 1 || turns[layer] === true : (layer + 1) % every !== 0);
  const attention = config.flag("attention_bias", false);
  // Without layer_types the window is that of the layers that do not turn.
  const windowed = windowedKinds(config, layers, null, (layer) => !isTurned(layer));
  return gatedSpec(config, {
    ...traits,
    activation: activationOf(config),
    bias: { qkv: attention, o: attention, mlp: config.flag("mlp_bias", false) },
    layerKinds: windowed.map((kind, layer): LayerKind => ({ ...kind, rope: isTurned(layer) ? 0 : null })),
    tiedHead: config.flag("tie_word_embeddings", true),
  });
}

/** OLMo 2 (2024): norms after attention and mlp, and over the whole of q and k. */
export function parseOlmo2(config: ConfigReader): ModelSpec {
  const attention = config.flag("attention_bias", false);
  return gatedSpec(config, {
    ...llamaTraits(config, "olmo2", { contextLength: 2048 }),
    places: "post",
    qkNorm: "whole",
    activation: activationOf(config),
    bias: { qkv: attention, o: attention, mlp: false },
    normEps: config.number("rms_norm_eps", 1e-5),
  });
}

/** Phi-3 (Abdin et al. 2024): q, k, v in one matrix, gate and up in another. */
export function parsePhi3(config: ConfigReader): ModelSpec {
  // Early files of Phi-3 call longrope "su" or "yarn".
  const traits = llamaTraits(config, "phi3", {
    contextLength: 4096,
    rope: { share: 1, originalContext: 4096, aliases: { yarn: "longrope" } },
  });
  return gatedSpec(config, {
    ...traits,
    isFused: true,
    activation: activationOf(config),
    layerKinds: alike(traits.layerKinds.length, { window: config.countOrNull("sliding_window", null), rope: 0 }),
    normEps: config.number("rms_norm_eps", 1e-5),
  });
}

function qwenTraits(config: ConfigReader, family: string, headDim: number | null): GatedTraits {
  const traits = llamaTraits(config, family, { headDim, contextLength: 32_768 });
  const from = config.number("max_window_layers", 28);
  return {
    ...traits,
    activation: activationOf(config),
    // With use_sliding_window, the layers from max_window_layers on see only a window.
    layerKinds: windowedKinds(config, traits.layerKinds.length, 4096, (layer) => layer >= from),
  };
}

/** A window is only there with use_sliding_window; layer_types are read in any case, so that an unknown one is refused. */
function windowedKinds(config: ConfigReader, layers: number, size: number | null, byRule: (layer: number) => boolean): LayerKind[] {
  const full = { window: null, rope: 0 };
  const window = config.flag("use_sliding_window", false) ? config.countOrNull("sliding_window", size) : null;
  return parseLayerTypes(config, layers, byRule, { sliding: { window, rope: 0 }, full });
}

function activationOf(config: ConfigReader): GatedTraits["activation"] {
  return config.expect("hidden_act", activationNames, "silu");
}
