// Rotary position embedding (Su et al. 2021): which angle each pair of dimensions turns by per position.
import type { ConfigReader } from "./config-reader.ts";
import type { ModelSpec, RopeSpec } from "./spec.ts";

/** Reads rope_theta and rope_scaling (transformers 4), or rope_parameters (transformers 5). */
export function parseRope(config: ConfigReader): RopeSpec {
  const unified = config.object("rope_parameters");
  const flat = config.number("rope_theta", 10_000);
  const theta = unified?.number("rope_theta", flat) ?? flat;
  const scaling = unified ?? config.object("rope_scaling");
  // Older files say "type"; a scaling that is not recognized must never be taken for none.
  const key = scaling?.has("rope_type") ? "rope_type" : "type";
  const fallback = unified ? "default" : undefined;
  const type = scaling?.expect(key, ["default", "llama3"], fallback) ?? "default";
  if (!scaling || type === "default") return { theta, scaling: null };
  return {
    theta,
    scaling: {
      factor: scaling.number("factor"),
      lowFrequencyFactor: scaling.number("low_freq_factor"),
      highFrequencyFactor: scaling.number("high_freq_factor"),
      originalContext: scaling.number("original_max_position_embeddings"),
    },
  };
}

/** Radians per position for each of the headDim / 2 pairs; llama3 scaling as in Hugging Face's modeling_rope_utils. */
export function inverseFrequencies({ headDim, rope }: Pick<ModelSpec, "headDim" | "rope">): Float64Array {
  const plain = Float64Array.from({ length: headDim / 2 }, (_, pair) => rope.theta ** ((-2 * pair) / headDim));
  const { scaling } = rope;
  if (!scaling) return plain;
  const { factor, lowFrequencyFactor, highFrequencyFactor, originalContext } = scaling;
  return plain.map((frequency) => {
    const wavelength = (2 * Math.PI) / frequency;
    if (wavelength > originalContext / lowFrequencyFactor) return frequency / factor;
    if (wavelength < originalContext / highFrequencyFactor) return frequency;
    const smooth = (originalContext / wavelength - lowFrequencyFactor) / (highFrequencyFactor - lowFrequencyFactor);
    return ((1 - smooth) * frequency) / factor + smooth * frequency;
  });
}

/** Tables [positions, headDim / 2] of cosines and sines. */
export function rotaryTables(spec: Pick<ModelSpec, "headDim" | "rope">, positions: number): { cos: Float32Array; sin: Float32Array } {
  const frequencies = inverseFrequencies(spec);
  const half = frequencies.length;
  const angle = (flat: number): number => Math.floor(flat / half) * (frequencies[flat % half] ?? 0);
  const length = positions * half;
  return {
    cos: Float32Array.from({ length }, (_, flat) => Math.cos(angle(flat))),
    sin: Float32Array.from({ length }, (_, flat) => Math.sin(angle(flat))),
  };
}
