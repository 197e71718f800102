// 4-bit codes in blocks along a row. One buffer serves MatMulNBits (as uint8, forward) and DequantizeLinear (as uint4,
// backward). A width that is no whole number of blocks is padded with zeros.
import type { Value } from "../../graph/value.ts";
import { encodeBlock } from "./block-codes.ts";
import { fitSymmetric, fitZeroPoint } from "./least-squares.ts";
import type { EncodedMatrix, MatrixEncoder, MatrixShape, QuantizationScheme } from "./scheme.ts";

interface Int4Options {
  /** Values per scale; even. */
  readonly block: 32 | 64 | 128;
  /** A zero point per block; else code 8 is zero. */
  readonly zeroPoints: boolean;
}

export function int4({ block, zeroPoints }: Int4Options): QuantizationScheme {
  const blocksOf = ({ columns }: MatrixShape): number => Math.ceil(columns / block);
  return {
    parts: (shape) => {
      const blocks = blocksOf(shape);
      return {
        codes: { dtype: "uint8", shape: [shape.rows, blocks, block / 2] },
        scales: { dtype: "float32", shape: [shape.rows * blocks] },
        // A row of zero points fills whole bytes, as MatMulNBits wants it.
        ...(zeroPoints ? { zeros: { dtype: "uint8", shape: [shape.rows, Math.ceil(blocks / 2)] } } : {}),
      };
    },
    encoder: (shape) => new Int4Encoder(shape, block, zeroPoints),
    product: (g, parts, x, { rows, columns }, plus) => {
      const [codes, scales] = [parts["codes"] as Value, parts["scales"] as Value];
      const product = g.matmulNBits(x, codes, scales, { n: rows, k: columns, block, bits: 4 }, parts["zeros"]);
      return plus ? g.add(product, plus) : product;
    },
    decodeRow: (encoded, shape, row, target, at) =>
      decodeRow(encoded, { columns: shape.columns, blocks: blocksOf(shape), block }, row, target, at),
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
    const fit = this.#zeros ? fitZeroPoint : fitSymmetric;
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

interface RowLayout {
  readonly columns: number;
  readonly blocks: number;
  readonly block: number;
}

function decodeRow(encoded: EncodedMatrix, { columns, blocks, block }: RowLayout, row: number, target: Float32Array, at: number): void {
  const [codes, scales] = [encoded["codes"] as Uint8Array, encoded["scales"] as Float32Array];
  const zeros = encoded["zeros"] as Uint8Array | undefined;
  for (let column = 0; column < columns; column++) {
    const of = Math.floor(column / block);
    const zero = zeros ? half(zeros, row * 2 * Math.ceil(blocks / 2) + of) : 8;
    target[at + column] = (half(codes, row * blocks * block + column) - zero) * (scales[row * blocks + of] as number);
  }
}

/** The 4-bit element at a flat index, the even one in the low half. */
function half(bytes: Uint8Array, index: number): number {
  return ((bytes[index >> 1] as number) >> (index % 2 === 0 ? 0 : 4)) & 15;
}
