// Rotary position embedding (Su et al. 2021): which angle each pair of dimensions turns by per position. The kinds of scaling
// are those of Hugging Face's modeling_rope_utils; rope-config.ts reads them.
import type { Llama3Scaling, RopeSpec, YarnScaling } from "./spec.ts";

/**
 * Radians per position for each of the dims / 2 pairs.
 * @param length tokens of the sequence, which dynamic and longrope go by
 */
export function inverseFrequencies(rope: RopeSpec, length = 1): Float64Array {
  const { theta, scaling, dims } = rope;
  const plain = powers(theta, dims);
  switch (scaling?.type) {
    case undefined:
      return plain;
    case "linear":
      return plain.map((frequency) => frequency / scaling.factor);
    case "llama3":
      return plain.map((frequency) => stretchLongWaves(frequency, scaling));
    case "yarn":
      return interpolateSlowTurns(plain, theta, scaling);
    case "dynamic": {
      // A base that grows with the sequence, so that the slowest pair turns as far as it did at the original length.
      const { factor, originalContext } = scaling;
      const grown = (factor * stretchOf(rope, length)) / originalContext - (factor - 1);
      return powers(theta * grown ** (dims / (dims - 2)), dims);
    }
    case "longrope": {
      const factors = stretchOf(rope, length) ? scaling.longFactors : scaling.shortFactors;
      return plain.map((frequency, pair) => frequency / (factors[pair] as number));
    }
    default:
      return scaling satisfies never;
  }
}

/**
 * What the angles depend on of the length of a sequence: lengths with the same value turn alike. Where it changes, all positions
 * turn by other angles, and what was computed from the former ones is of no use.
 */
export function stretchOf({ scaling }: RopeSpec, length: number): number {
  switch (scaling?.type) {
    case "dynamic":
      return Math.max(length, scaling.originalContext);
    case "longrope":
      return Number(length > scaling.originalContext);
    default:
      return 0;
  }
}

/** Tables [positions, dims / 2] of cosines and sines, for a sequence of `length` tokens. */
export function rotaryTables(rope: RopeSpec, positions: number, length = positions): { cos: Float32Array; sin: Float32Array } {
  const frequencies = inverseFrequencies(rope, length);
  // Both tables grow, so that the scores of queries and keys grow by the square (Peng et al. 2023).
  const amplitude = rope.scaling && "attentionFactor" in rope.scaling ? rope.scaling.attentionFactor : 1;
  const half = frequencies.length;
  const angle = (flat: number): number => Math.floor(flat / half) * (frequencies[flat % half] ?? 0);
  const size = positions * half;
  return {
    cos: Float32Array.from({ length: size }, (_, flat) => amplitude * Math.cos(angle(flat))),
    sin: Float32Array.from({ length: size }, (_, flat) => amplitude * Math.sin(angle(flat))),
  };
}

function powers(base: number, dims: number): Float64Array {
  return Float64Array.from({ length: dims / 2 }, (_, pair) => base ** ((-2 * pair) / dims));
}

function stretchLongWaves(frequency: number, { factor, lowFrequencyFactor, highFrequencyFactor, originalContext }: Llama3Scaling): number {
  const wavelength = (2 * Math.PI) / frequency;
  if (wavelength > originalContext / lowFrequencyFactor) return frequency / factor;
  if (wavelength < originalContext / highFrequencyFactor) return frequency;
  const smooth = (originalContext / wavelength - lowFrequencyFactor) / (highFrequencyFactor - lowFrequencyFactor);
  return ((1 - smooth) * frequency) / factor + smooth * frequency;
}

/** Pairs that turn often within the original context stay, those that turn seldom are slowed down, with a ramp between (Peng et al. 2023). */
function interpolateSlowTurns(plain: Float64Array, theta: number, yarn: YarnScaling): Float64Array {
  const { factor, originalContext, betaFast, betaSlow, truncate } = yarn;
  const dims = 2 * plain.length;
  /** The pair that turns this often within the original context. */
  const pairOf = (turns: number): number => (dims * Math.log(originalContext / (turns * 2 * Math.PI))) / (2 * Math.log(theta));
  const [fast, slow] = [pairOf(betaFast), pairOf(betaSlow)];
  const from = Math.max(truncate ? Math.floor(fast) : fast, 0);
  const to = Math.min(truncate ? Math.ceil(slow) : slow, dims - 1);
  const width = from === to ? 0.001 : to - from;
  return plain.map((frequency, pair) => {
    const slowed = Math.min(Math.max((pair - from) / width, 0), 1);
    return (frequency / factor) * slowed + frequency * (1 - slowed);
  });
}
