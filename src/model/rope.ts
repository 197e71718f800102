// Rotary position embedding (Su et al. 2021): which angle each pair of dimensions turns by per position.
import { AtelierError } from "../base/errors.ts";
import type { ConfigReader } from "./config-reader.ts";
import type { RopeSpec } from "./spec.ts";

interface RopeDefaults {
  readonly headDim: number;
  readonly theta?: number;
  /** Share of a head's dimensions that turn. */
  readonly share?: number;
  /** The key of rope_parameters under which transformers 5 keeps what differs by the type of a layer. */
  readonly layerType?: string;
}

/** Reads rope_theta, rope_scaling and partial_rotary_factor (transformers 4), or rope_parameters (transformers 5). */
export function parseRope(config: ConfigReader, { headDim, theta = 10_000, share = 1, layerType = "" }: RopeDefaults): RopeSpec {
  const all = config.object("rope_parameters");
  const unified = all?.has(layerType) ? all.object(layerType) : all;
  const part = (unified?.has("partial_rotary_factor") ? unified : config).number("partial_rotary_factor", share);
  const flat = config.number("rope_theta", theta);
  return {
    theta: unified?.number("rope_theta", flat) ?? flat,
    scaling: parseScaling(unified ?? config.object("rope_scaling"), unified !== null),
    dims: rotatedDims(headDim, part),
  };
}

/** @throws AtelierError `model/unsupported-feature` naming the kind of scaling: one that is not known must never be taken for none. */
export function parseScaling(scaling: ConfigReader | null, mayLack: boolean): RopeSpec["scaling"] {
  // Older files say "type".
  const key = scaling?.has("rope_type") ? "rope_type" : "type";
  const type = scaling?.expect(key, ["default", "linear", "llama3"], mayLack ? "default" : undefined) ?? "default";
  if (!scaling || type === "default") return null;
  if (type === "linear") return { type, factor: scaling.number("factor") };
  return {
    type,
    factor: scaling.number("factor"),
    lowFrequencyFactor: scaling.number("low_freq_factor"),
    highFrequencyFactor: scaling.number("high_freq_factor"),
    originalContext: scaling.number("original_max_position_embeddings"),
  };
}

/** @throws AtelierError `model/config-invalid` where pairs cannot be made. */
function rotatedDims(headDim: number, share: number): number {
  const dims = Math.trunc(headDim * share);
  if (dims > 0 && dims % 2 === 0 && dims <= headDim) return dims;
  throw new AtelierError(
    "model/config-invalid",
    `config.json lets ${dims} of a head's ${headDim} dimensions turn with the position; that must be an even number.`,
    "Take config.json as the model's author published it.",
  );
}

/** Radians per position for each of the dims / 2 pairs; llama3 scaling as in Hugging Face's modeling_rope_utils. */
export function inverseFrequencies({ theta, scaling, dims }: RopeSpec): Float64Array {
  const plain = Float64Array.from({ length: dims / 2 }, (_, pair) => theta ** ((-2 * pair) / dims));
  if (!scaling) return plain;
  if (scaling.type === "linear") return plain.map((frequency) => frequency / scaling.factor);
  const { factor, lowFrequencyFactor, highFrequencyFactor, originalContext } = scaling;
  return plain.map((frequency) => {
    const wavelength = (2 * Math.PI) / frequency;
    if (wavelength > originalContext / lowFrequencyFactor) return frequency / factor;
    if (wavelength < originalContext / highFrequencyFactor) return frequency;
    const smooth = (originalContext / wavelength - lowFrequencyFactor) / (highFrequencyFactor - lowFrequencyFactor);
    return ((1 - smooth) * frequency) / factor + smooth * frequency;
  });
}

/** Tables [positions, dims / 2] of cosines and sines. */
export function rotaryTables(rope: RopeSpec, positions: number): { cos: Float32Array; sin: Float32Array } {
  const frequencies = inverseFrequencies(rope);
  const half = frequencies.length;
  const angle = (flat: number): number => Math.floor(flat / half) * (frequencies[flat % half] ?? 0);
  const length = positions * half;
  return {
    cos: Float32Array.from({ length }, (_, flat) => Math.cos(angle(flat))),
    sin: Float32Array.from({ length }, (_, flat) => Math.sin(angle(flat))),
  };
}
