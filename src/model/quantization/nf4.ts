// NF4, the format of QLoRA (Dettmers et al. 2023), as bitsandbytes stores it: blocks of 64 over the flattened matrix, so a
// block may span two rows; the first value in the high half of a byte. MatMulBnb4 multiplies by it on both engines.
import { nf4Block, nf4Values } from "../../base/nf4.ts";
import type { GraphBuilder } from "../../graph/builder.ts";
import type { Value } from "../../graph/value.ts";
import { decodeScale, dynamicMap, encodeScales, scaleGroup } from "./double-quantization.ts";
import type { EncodedMatrix, MatrixEncoder, MatrixPart, MatrixShape, QuantizationScheme } from "./scheme.ts";

const blocksOf = ({ rows, columns }: MatrixShape): number => Math.ceil((rows * columns) / nf4Block);

/** @param isDouble whether the scales are quantized as well, to 8 bits in groups of 256 */
export function nf4({ isDouble }: { readonly isDouble: boolean }): QuantizationScheme {
  return {
    parts: (shape) => ({
      codes: { dtype: "uint8", shape: [blocksOf(shape), nf4Block / 2] },
      ...(isDouble ? doubleParts(blocksOf(shape)) : { absmax: { dtype: "float32", shape: [blocksOf(shape)] } }),
    }),
    encoder: (shape) => new Nf4Encoder(shape, isDouble),
    product: (g, parts, x, shape, plus) => {
      const absmax = isDouble ? absmaxOf(g, parts, blocksOf(shape)) : (parts["absmax"] as Value);
      const product = g.matmulNf4(x, parts["codes"] as Value, absmax, { n: shape.rows, k: shape.columns });
      return plus ? g.add(product, plus) : product;
    },
    decodeRow: (encoded, { columns }, row, target, at) => {
      const codes = encoded["codes"] as Uint8Array;
      const scaleAt = isDouble ? decodeScale(encoded) : (block: number) => (encoded["absmax"] as Float32Array)[block] as number;
      for (let column = 0; column < columns; column++) {
        const flat = row * columns + column;
        const code = ((codes[flat >> 1] as number) >> (flat % 2 === 0 ? 4 : 0)) & 15;
        target[at + column] = Math.fround(nf4Values[code] as number) * scaleAt(Math.floor(flat / nf4Block));
      }
    },
  };
}

function doubleParts(blocks: number): Record<string, MatrixPart> {
  const groups = Math.ceil(blocks / scaleGroup);
  return {
    scaleCodes: { dtype: "uint8", shape: [groups, scaleGroup] },
    scaleAbsmax: { dtype: "float32", shape: [groups] },
    scaleMean: { dtype: "float32", shape: [1] },
  };
}

/** The scales, computed in the graph from their codes: what is saved is saved on the engine as well. */
function absmaxOf(g: GraphBuilder, parts: Readonly<Record<string, Value>>, blocks: number): Value {
  const codes = parts["scaleCodes"] as Value;
  const groups = Math.ceil(blocks / scaleGroup);
  const values = g.reshape(g.lookup(g.float(dynamicMap(), [256, 1]), codes), [groups, scaleGroup]);
  const scaled = g.mul(values, g.reshape(parts["scaleAbsmax"] as Value, [groups, 1]));
  const all = g.reshape(g.add(scaled, parts["scaleMean"] as Value), [groups * scaleGroup]);
  return groups * scaleGroup === blocks ? all : g.slice(all, 0, 0, blocks);
}

/** Halfway between neighbours, in float32; a value on a bound takes the lower code. */
const bounds = nf4Values
  .slice(1)
  .map((value, at) => Math.fround(Math.fround(Math.fround(value) + Math.fround(nf4Values[at] as number)) / 2));

class Nf4Encoder implements MatrixEncoder {
  readonly #codes: Uint8Array;
  readonly #absmax: Float32Array;
  readonly #isDouble: boolean;
  #block = 0;

  constructor(shape: MatrixShape, isDouble: boolean) {
    // Code 7 is zero: the padding of the last block.
    this.#codes = new Uint8Array((blocksOf(shape) * nf4Block) / 2).fill(0x77);
    this.#absmax = new Float32Array(blocksOf(shape));
    this.#isDouble = isDouble;
  }

  add(weights: Float32Array): void {
    for (let start = 0; start < weights.length; start += nf4Block, this.#block++) {
      const end = Math.min(start + nf4Block, weights.length);
      let absmax = 0;
      for (let at = start; at < end; at++) absmax = Math.max(absmax, Math.abs(weights[at] as number));
      this.#absmax[this.#block] = absmax;
      const reciprocal = absmax === 0 ? 0 : Math.fround(1 / absmax);
      for (let at = start; at < end; at++) {
        const byte = (this.#block * nf4Block + at - start) >> 1;
        const code = nf4Code(Math.fround((weights[at] as number) * reciprocal));
        const known = this.#codes[byte] as number;
        this.#codes[byte] = (at - start) % 2 === 0 ? (code << 4) | (known & 15) : (known & 0xf0) | code;
      }
    }
  }

  finish(): EncodedMatrix {
    return { codes: this.#codes, ...(this.#isDouble ? encodeScales(this.#absmax) : { absmax: this.#absmax }) };
  }
}

/** How many bounds lie below the value. */
function nf4Code(value: number): number {
  let code = 0;
  for (let step = 8; step > 0; step >>= 1) if (value > (bounds[code + step - 1] ?? Infinity)) code += step;
  return code;
}
