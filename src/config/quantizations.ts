// How the frozen weights of a base model may be held, as one table that describes itself: the form, the parser, the headless
// options and the documentation read it. What each row does to a matrix is in src/model/quantization.

/** Labels and helps are said by "quantization/int4-label", "quantization/int4-help" and so on. */
interface QuantizationRow {
  /** Scales and zero points included, for a matrix whose width is a whole number of blocks. */
  readonly bitsPerWeight: number;
}

export const quantizationTable = {
  int4: { bitsPerWeight: 5 },
  "int4-b64": { bitsPerWeight: 4.5 },
  "int4-b128": { bitsPerWeight: 4.25 },
  "int4-asym": { bitsPerWeight: 5.125 },
  "int4-asym-b64": { bitsPerWeight: 4.5625 },
  "int4-asym-b128": { bitsPerWeight: 4.28125 },
  nf4: { bitsPerWeight: 4.5 },
  "nf4-dq": { bitsPerWeight: 4.126953125 },
  int8: { bitsPerWeight: 9 },
  f16: { bitsPerWeight: 16 },
  none: { bitsPerWeight: 32 },
} as const satisfies Record<string, QuantizationRow>;

export type Quantization = keyof typeof quantizationTable;

export const quantizations = Object.keys(quantizationTable) as readonly Quantization[];
