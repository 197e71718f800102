// How positions turn according to a GGUF file, as the rope_scaling of config.json. llama.cpp keeps some of it as keys and some as
// tensors (convert_hf_to_gguf.py: TextModel.set_gguf_parameters, LlamaModel and Phi3MiniModel.generate_extra_tensors); what its
// context makes of the keys is in llama-context.cpp. A key that would change the angles and has no counterpart is refused.
import { AtelierError } from "../base/errors.ts";
import { and, words, type Words } from "../words/message.ts";
import type { Metadata } from "./gguf-header.ts";

/** Divisors per pair of dimensions: of Llama 3 (rope_freqs), or for long and short contexts (Phi 3). */
export interface RopeFactors {
  readonly llama3?: Float32Array;
  readonly long?: Float32Array;
  readonly short?: Float32Array;
}

export interface RopeSource {
  readonly file: string;
  /** Prefix of the keys. */
  readonly name: string;
  readonly metadata: Metadata;
  readonly ropeFactors: RopeFactors;
}

type Json = Record<string, unknown>;

/** @throws AtelierError `model/unsupported-feature` naming the key */
export function ropeScalingOf(source: RopeSource, headDim: number): Json | null {
  const { ropeFactors } = source;
  refuseUnknownKeys(source);
  const kinds = [ropeFactors.llama3 && "rope_freqs", (ropeFactors.long ?? ropeFactors.short) && "rope_factors"].filter(
    (kind) => kind !== undefined,
  );
  const type = typeOf(source);
  const isScaled = type === "linear" || type === "yarn";
  if (kinds.length + Number(isScaled) > 1)
    throw unsupported(source, words("gguf/beside", { key: "rope.scaling.type", value: type, other: and(kinds) }));
  if (type === "longrope" || kinds.includes("rope_factors")) return longRope(source);
  if (ropeFactors.llama3) return llama3Scaling(source, ropeFactors.llama3, headDim);
  const factor = factorOf(source);
  if (type === "yarn") return yarn(source, factor);
  refuseMagnitude(source);
  return type === "linear" && factor !== 1 ? { rope_type: "linear", factor } : null;
}

/** A file with a factor and no type is linear (llama.cpp's default). */
function typeOf(source: RopeSource): "none" | "linear" | "yarn" | "longrope" {
  const known = ["none", "linear", "yarn", "longrope"] as const;
  const said = source.metadata.text(`${source.name}.rope.scaling.type`) ?? (factorOf(source) === 1 ? "none" : "linear");
  const found = known.find((type) => type === said);
  if (found) return found;
  throw unsupported(source, words("gguf/setting", { key: "rope.scaling.type", value: said }));
}

/** 0 is none. */
function factorOf({ name, metadata }: RopeSource): number {
  return metadata.number(`${name}.rope.scaling.factor`) || metadata.number(`${name}.rope.scale_linear`) || 1;
}

/** Multiplies what yarn makes of cosines and sines; for Phi 3 it is all of it. */
function attentionFactor({ name, metadata }: RopeSource): number | undefined {
  return metadata.number(`${name}.rope.scaling.attn_factor`);
}

function yarn(source: RopeSource, factor: number): Json {
  const { name, metadata } = source;
  const number = (key: string): number | undefined => metadata.number(`${name}.rope.scaling.${key}`);
  const rest = {
    original_max_position_embeddings: number("original_context_length"),
    beta_fast: number("yarn_beta_fast"),
    beta_slow: number("yarn_beta_slow"),
  };
  const own = attentionFactor(source);
  // The converter writes config.json's attention_factor as yarn_attn_factor, as it is.
  const whole = number("yarn_attn_factor") ?? (own === undefined ? undefined : own * (factor > 1 ? 0.1 * Math.log(factor) + 1 : 1));
  const said = Object.entries({ ...rest, attention_factor: whole }).filter(([, value]) => value !== undefined);
  return { rope_type: "yarn", factor, ...Object.fromEntries(said) };
}

function longRope(source: RopeSource): Json {
  const { name, metadata } = source;
  const { long, short } = source.ropeFactors;
  if (!long || !short)
    throw unsupported(source, words("gguf/longrope", { tensor: long ? "rope_factors_short.weight" : "rope_factors_long.weight" }));
  const original = metadata.number(`${name}.rope.scaling.original_context_length`);
  const attention = attentionFactor(source);
  return {
    rope_type: "longrope",
    long_factor: [...long],
    short_factor: [...short],
    // Without it, it follows from the two context lengths, in Hugging Face's definition as in llama.cpp's.
    ...(attention === undefined ? {} : { attention_factor: attention }),
    ...(original === undefined ? {} : { original_max_position_embeddings: original }),
  };
}

/** Keys that change the angles or the scores and that config.json has no word for. */
function refuseUnknownKeys(source: RopeSource): void {
  const { name, metadata } = source;
  const without = { alpha: 0, yarn_log_multiplier: 0, yarn_ext_factor: 1 };
  for (const [key, neutral] of Object.entries(without)) {
    const value = metadata.number(`${name}.rope.scaling.${key}`) ?? neutral;
    if (value !== neutral) throw unsupported(source, words("gguf/setting", { key: `rope.scaling.${key}`, value: String(value) }));
  }
}

function refuseMagnitude(source: RopeSource): void {
  const value = attentionFactor(source) ?? 1;
  if (value !== 1) throw unsupported(source, words("gguf/attention-factor", { key: "rope.scaling.attn_factor", value: String(value) }));
}

/**
 * llama.cpp stores what Llama 3's scaling does to each pair, not its four numbers. Only the ratios of original context to the two
 * frequency factors matter; all published models have 1 and 4, so the context is looked for and every factor checked.
 */
function llama3Scaling(source: RopeSource, factors: Float32Array, headDim: number): Json | null {
  if (factors.every((factor) => factor === 1)) return null;
  const theta = source.metadata.number(`${source.name}.rope.freq_base`) ?? 10_000;
  const factor = Math.max(...factors);
  for (let original = 16; original <= 2 ** 20; original *= 2) {
    const fits = [...factors].every((found, pair) => {
      const turns = original / (2 * Math.PI * theta ** ((2 * pair) / headDim));
      const smooth = Math.min(Math.max((turns - 1) / 3, 0), 1);
      return Math.abs(found * ((1 - smooth) / factor + smooth) - 1) < 1e-4;
    });
    if (fits) {
      return {
        rope_type: "llama3",
        factor,
        low_freq_factor: 1,
        high_freq_factor: 4,
        original_max_position_embeddings: original,
      };
    }
  }
  throw unsupported(source, words("gguf/no-llama3-scaling"));
}

export function unsupported({ file }: RopeSource, what: Words): AtelierError {
  return new AtelierError("model/unsupported-feature#gguf", { file, what });
}
