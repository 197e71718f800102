// How the frozen weights of a base model may be held, as one table that describes itself: the form, the parser, the headless
// options and the documentation read it. What each row does to a matrix is in src/model/quantization.

interface QuantizationRow {
  readonly label: string;
  /** Scales and zero points included, for a matrix whose width is a whole number of blocks. */
  readonly bitsPerWeight: number;
  readonly help: string;
}

export const quantizationTable = {
  int4: { label: "int4", bitsPerWeight: 5, help: "4 bits with a scale per 32 weights. Small and fast: the default." },
  "int4-b64": { label: "int4, blocks of 64", bitsPerWeight: 4.5, help: "A scale per 64 weights: smaller, a little coarser." },
  "int4-b128": { label: "int4, blocks of 128", bitsPerWeight: 4.25, help: "A scale per 128 weights: smaller still, coarser." },
  "int4-asym": {
    label: "int4 with zero points",
    bitsPerWeight: 5.125,
    help: "4 bits with a scale and a zero point per 32 weights: closer where weights lean to one side.",
  },
  "int4-asym-b64": {
    label: "int4 with zero points, blocks of 64",
    bitsPerWeight: 4.5625,
    help: "A scale and a zero point per 64 weights.",
  },
  "int4-asym-b128": {
    label: "int4 with zero points, blocks of 128",
    bitsPerWeight: 4.28125,
    help: "A scale and a zero point per 128 weights.",
  },
  nf4: {
    label: "NF4",
    bitsPerWeight: 4.5,
    help: "4-bit NormalFloat with a scale per 64 weights, the format of QLoRA and bitsandbytes. Backward is about a tenth slower than with int4.",
  },
  "nf4-dq": {
    label: "NF4, double quantization",
    bitsPerWeight: 4.126953125,
    help: "NF4 whose scales are quantized to 8 bits as well, as bitsandbytes does it: the smallest.",
  },
  int8: { label: "int8", bitsPerWeight: 9, help: "8 bits with a scale per 32 weights (GGUF's Q8_0): almost exact." },
  f16: {
    label: "f16",
    bitsPerWeight: 16,
    help: "Half precision, widened to f32 whenever it is used: half the memory, as fast as f32. On WebGPU it needs a GPU with shader-f16.",
  },
  none: { label: "f32, exact", bitsPerWeight: 32, help: "As the checkpoint has them, in full precision." },
} as const satisfies Record<string, QuantizationRow>;

export type Quantization = keyof typeof quantizationTable;

export const quantizations = Object.keys(quantizationTable) as readonly Quantization[];

/** What the embedding table and the head are held in is a choice of its own: they lose more by quantization than blocks do. */
export const quantizeHeadHelp =
  "Holds the embedding table and the head in the same form as the blocks. Needed where a large vocabulary would not fit; costs some accuracy.";
