// How the frozen weights of a base model may be held, as one table that describes itself: the form, the parser, the headless
// options and the documentation read it. What each row does to a matrix is in src/model/quantization.

/** Labels and helps are said by "quantization/int4-label", "quantization/int4-help" and so on. */
interface QuantizationRow {
  /** Scales and zero points included, for a matrix whose width is a whole number of blocks. */
  readonly bitsPerWeight: number;
}

/** What numbers are rounded to here. */
export const quantizationTable = {
  int4: { bitsPerWeight: 5 },
  "int4-b64": { bitsPerWeight: 4.5 },
  "int4-b128": { bitsPerWeight: 4.25 },
  "int4-asym": { bitsPerWeight: 5.125 },
  "int4-asym-b64": { bitsPerWeight: 4.5625 },
  "int4-asym-b128": { bitsPerWeight: 4.28125 },
  "int4-fine": { bitsPerWeight: 5.125 },
  nf4: { bitsPerWeight: 4.5 },
  "nf4-dq": { bitsPerWeight: 4.126953125 },
  int8: { bitsPerWeight: 9 },
  f16: { bitsPerWeight: 16 },
  none: { bitsPerWeight: 32 },
} as const satisfies Record<string, QuantizationRow>;

export type OwnQuantization = keyof typeof quantizationTable;

export const ownQuantizations = Object.keys(quantizationTable) as readonly OwnQuantization[];

/**
 * As published: every matrix in the form in which its file has it, whatever its bits; what a file has as plain numbers, or in a
 * form that cannot be held, is held in float32. gptq: 4 bits with a scale and a zero point per 32 weights (4.625 bits), rounded by
 * what texts make the layers see, v_proj in 8 bits. int4-mixed: int4-fine, and the matrices in which rounding costs most by
 * what texts make them see in int8. Table and head of both are in 8 bits or float32.
 */
export type Quantization = OwnQuantization | "as-published" | "int4-mixed" | "gptq";

export const quantizations: readonly Quantization[] = ["as-published", ...ownQuantizations, "int4-mixed", "gptq"];

/** Whether every number is the published one; others may be by chance, such as float16 numbers in f16. */
export function isExact(quantization: Quantization): boolean {
  return quantization === "as-published" || quantization === "none";
}

/** What is made by looking at texts, so that it differs with them. */
export function needsTexts(quantization: RequestedQuantization): quantization is "int4-mixed" | "gptq" {
  return quantization === "int4-mixed" || quantization === "gptq";
}

/** What a load is asked for: auto chooses by the file and the memory there is. */
export type RequestedQuantization = Quantization | "auto";

export const requestedQuantizations: readonly RequestedQuantization[] = ["auto", ...quantizations];
