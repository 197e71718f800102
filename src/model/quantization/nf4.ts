// NF4, the format of QLoRA (Dettmers et al. 2023), as bitsandbytes rounds to it.
import { levels4, levelsBlock } from "../../base/levels4.ts";
import { encodeScales } from "./double-quantization.ts";
import { levelBlocks } from "./levels4-form.ts";
import type { Quantizer } from "./quantizers.ts";
import type { EncodedMatrix, MatrixEncoder, MatrixShape } from "./scheme.ts";

/** @param isDouble whether the scales are quantized as well, to 8 bits in groups of 256 */
export function nf4({ isDouble }: { readonly isDouble: boolean }): Quantizer {
  return {
    form: { kind: "levels4", table: "nf4", ...(isDouble ? { isDouble } : {}) },
    encoder: (shape) => new Nf4Encoder(shape, isDouble),
  };
}

/** Halfway between neighbours, in float32; a value on a bound takes the lower code. */
const bounds = levels4.nf4
  .slice(1)
  .map((value, at) => Math.fround(Math.fround(Math.fround(value) + Math.fround(levels4.nf4[at] as number)) / 2));

class Nf4Encoder implements MatrixEncoder {
  readonly #codes: Uint8Array;
  readonly #absmax: Float32Array;
  readonly #isDouble: boolean;
  #block = 0;

  constructor(shape: MatrixShape, isDouble: boolean) {
    // Code 7 is zero: the padding of the last block.
    this.#codes = new Uint8Array((levelBlocks(shape) * levelsBlock) / 2).fill(0x77);
    this.#absmax = new Float32Array(levelBlocks(shape));
    this.#isDouble = isDouble;
  }

  add(weights: Float32Array): void {
    for (let start = 0; start < weights.length; start += levelsBlock, this.#block++) {
      const end = Math.min(start + levelsBlock, weights.length);
      let absmax = 0;
      for (let at = start; at < end; at++) absmax = Math.max(absmax, Math.abs(weights[at] as number));
      this.#absmax[this.#block] = absmax;
      const reciprocal = absmax === 0 ? 0 : Math.fround(1 / absmax);
      for (let at = start; at < end; at++) {
        const byte = (this.#block * levelsBlock + at - start) >> 1;
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
