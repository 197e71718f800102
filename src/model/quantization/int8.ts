// 8-bit codes with a scale per 32 weights, exactly GGUF's Q8_0 (ggml-quants.c, quantize_row_q8_0_ref): scale = absmax / 127,
// kept as float16; code = round(value / scale) with the scale before that rounding. Blocks, not whole rows, because both
// engines have kernels for them (MatMulNBits with 8 bits), and because they are closer. Codes are held plus 128.
import { fromFloat16, toFloat16 } from "../../base/half.ts";
import type { Quantizer } from "./quantizers.ts";
import type { EncodedMatrix, MatrixEncoder, MatrixShape } from "./scheme.ts";

const block = 32;
const zero = 128;

export const int8: Quantizer = {
  // The kernels want float32 scales; their values are those of the float16 ones.
  form: { kind: "blocks", bits: 8, block, scale: { dtype: "float32", levels: 1 } },
  encoder: (shape) => new Int8Encoder(shape),
};

class Int8Encoder implements MatrixEncoder {
  readonly #columns: number;
  readonly #blocks: number;
  readonly #codes: Uint8Array;
  readonly #scales: Float32Array;
  #row = 0;

  constructor({ rows, columns }: MatrixShape) {
    this.#columns = columns;
    this.#blocks = Math.ceil(columns / block);
    this.#codes = new Uint8Array(rows * this.#blocks * block).fill(zero);
    this.#scales = new Float32Array(rows * this.#blocks);
  }

  add(weights: Float32Array): void {
    for (let from = 0; from < weights.length; from += this.#columns, this.#row++) {
      for (let of = 0; of < this.#blocks; of++) {
        const start = from + of * block;
        this.#encodeBlock(weights, start, Math.min(start + block, from + this.#columns), this.#row * this.#blocks + of);
      }
    }
  }

  finish(): EncodedMatrix {
    const bits = toFloat16(this.#scales);
    return { codes: this.#codes, scales: fromFloat16(bits) };
  }

  #encodeBlock(weights: Float32Array, start: number, end: number, at: number): void {
    let absmax = 0;
    for (let i = start; i < end; i++) absmax = Math.max(absmax, Math.abs(weights[i] as number));
    const scale = Math.fround(absmax / 127);
    const reciprocal = scale === 0 ? 0 : Math.fround(1 / scale);
    this.#scales[at] = scale;
    for (let i = start; i < end; i++) {
      const scaled = Math.fround((weights[i] as number) * reciprocal);
      this.#codes[at * block + i - start] = zero + Math.sign(scaled) * Math.floor(Math.abs(scaled) + 0.5);
    }
  }
}
