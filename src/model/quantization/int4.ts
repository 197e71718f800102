// 4-bit codes in blocks along a row. A width that is no whole number of blocks is padded with zeros.
import { encodeBlock } from "./block-codes.ts";
import { symmetricExtremes, zeroPointExtremes } from "./extremes.ts";
import { fitSymmetric, fitZeroPoint } from "./least-squares.ts";
import type { EncodedMatrix, MatrixEncoder, MatrixShape, Quantizer } from "./scheme.ts";

interface Int4Options {
  /** Values per scale; even. */
  readonly block: 32 | 64 | 128;
  /** A zero point per block; else code 8 is zero. */
  readonly zeroPoints: boolean;
}

export function int4({ block, zeroPoints }: Int4Options): Quantizer {
  return {
    form: { kind: "blocks", bits: 4, block, scale: { dtype: "float32", levels: 1 }, ...(zeroPoints ? { hasZeros: true } : {}) },
    encoder: (shape) => new Int4Encoder(shape, block, zeroPoints),
  };
}

class Int4Encoder implements MatrixEncoder {
  readonly #columns: number;
  readonly #block: number;
  readonly #blocks: number;
  readonly #codes: Uint8Array;
  readonly #scales: Float32Array;
  /** The pad half of a row's last byte is 8, as ONNX Runtime leaves it. */
  readonly #zeros: Uint8Array | undefined;
  #row = 0;

  constructor({ rows, columns }: MatrixShape, block: number, zeroPoints: boolean) {
    this.#columns = columns;
    this.#block = block;
    this.#blocks = Math.ceil(columns / block);
    this.#codes = new Uint8Array((rows * this.#blocks * block) / 2);
    this.#scales = new Float32Array(rows * this.#blocks);
    if (zeroPoints) this.#zeros = new Uint8Array(rows * Math.ceil(this.#blocks / 2)).fill(0x88);
  }

  add(weights: Float32Array): void {
    const [nearest, byExtremes] = this.#zeros ? [fitZeroPoint, zeroPointExtremes] : [fitSymmetric, symmetricExtremes];
    const fit = this.#block === 32 ? nearest : byExtremes;
    for (let from = 0; from < weights.length; from += this.#columns, this.#row++) {
      for (let block = 0; block < this.#blocks; block++) {
        const start = from + block * this.#block;
        const range = [start, Math.min(start + this.#block, from + this.#columns)] as const;
        const at = this.#row * this.#blocks + block;
        const { scale, zero } = encodeBlock(weights, range, this.#block, fit, this.#codes, (at * this.#block) / 2);
        this.#scales[at] = scale;
        this.#setZero(block, zero);
      }
    }
  }

  finish(): EncodedMatrix {
    return { codes: this.#codes, scales: this.#scales, ...(this.#zeros ? { zeros: this.#zeros } : {}) };
  }

  #setZero(block: number, zero: number): void {
    if (!this.#zeros) return;
    const at = this.#row * Math.ceil(this.#blocks / 2) + (block >> 1);
    const known = this.#zeros[at] as number;
    this.#zeros[at] = block % 2 === 0 ? (known & 0xf0) | zero : (known & 0x0f) | (zero << 4);
  }
}
