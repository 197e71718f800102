// NaN and infinity among numbers: one of them in a weight makes every output NaN, so they are looked for where numbers come in.

/** All ones in a float32: infinity, or NaN. */
export const float32Exponent = 0x7f800000;

export interface NotFinite {
  /** Index of the first. */
  readonly at: number;
  /** As a person would say it. */
  readonly what: "NaN" | "Inf" | "-Inf";
}

/** The first number that is not finite; null where all are. */
export function firstNotFinite(values: Float32Array): NotFinite | null {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length);
  for (let at = 0; at < words.length; at++) {
    if (((words[at] as number) & float32Exponent) === float32Exponent) return { at, what: nameOf(values[at] as number) };
  }
  return null;
}

export function nameOf(value: number): NotFinite["what"] {
  return Number.isNaN(value) ? "NaN" : value > 0 ? "Inf" : "-Inf";
}
