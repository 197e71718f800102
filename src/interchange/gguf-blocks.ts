// How ggml stores numbers: blocks of 32 or 256 values that share scales. Layouts are those of ggml-common.h and
// dequantize_row_* in ggml-quants.c (https://github.com/ggml-org/ggml). Every bit of a value is ggml's: a float16 times its whole
// codes has at most 23 significant bits, so products are exact in float32 as in a double, in any order and fused or not; only
// where a minimum is added or taken away is there a rounding, one, to float32, here as there.
import { float16Value, fromBfloat16, fromFloat16 } from "../base/half.ts";
import { words, type Text } from "../words/message.ts";
import { float32s, heldFormats, uint16s, type HeldFormat, type HeldType } from "./gguf-held.ts";
import { decodeIq4Xs, decodeQ2K, decodeQ3K, decodeQ6K, iq4Levels, superBlock, type DecodeBlock } from "./gguf-super-blocks.ts";

export interface BlockFormat extends HeldFormat {
  readonly name: HeldType;
  /** Values in a block. */
  readonly values: number;
  /** Bytes of a block. */
  readonly bytes: number;
  /** Whole blocks to numbers. `data` starts at an even offset of its buffer. */
  readonly decode: (data: Uint8Array<ArrayBuffer>) => Float32Array;
}

/** By ggml_type. A type without a row here is refused by name. */
export const blockFormats: ReadonlyMap<number, BlockFormat> = new Map<number, BlockFormat>([
  [0, { name: "F32", values: 1, bytes: 4, decode: float32s, ...heldFormats.F32 }],
  [1, { name: "F16", values: 1, bytes: 2, decode: (data) => fromFloat16(uint16s(data)), ...heldFormats.F16 }],
  [30, { name: "BF16", values: 1, bytes: 2, decode: (data) => fromBfloat16(uint16s(data)), ...heldFormats.BF16 }],
  [2, blocks("Q4_0", 32, 18, nibbles(2, 8, false))],
  [3, blocks("Q4_1", 32, 20, nibbles(4, 0, true))],
  [6, blocks("Q5_0", 32, 22, fiveBits(2, 16, false))],
  [7, blocks("Q5_1", 32, 24, fiveBits(4, 0, true))],
  [8, blocks("Q8_0", 32, 34, decodeQ8)],
  [10, blocks("Q2_K", 256, 84, decodeQ2K)],
  [11, blocks("Q3_K", 256, 110, decodeQ3K)],
  [12, blocks("Q4_K", 256, 144, superBlock(16, 0))],
  [13, blocks("Q5_K", 256, 176, superBlock(48, 16))],
  [14, blocks("Q6_K", 256, 210, decodeQ6K)],
  [20, blocks("IQ4_NL", 32, 18, decodeIq4Nl)],
  [23, blocks("IQ4_XS", 256, 136, decodeIq4Xs)],
]);

/** Names of the types that exist and are refused, so that a message can name them. */
const otherTypes: Readonly<Record<number, string>> = {
  4: "Q4_2",
  5: "Q4_3",
  9: "Q8_1",
  15: "Q8_K",
  16: "IQ2_XXS",
  17: "IQ2_XS",
  18: "IQ3_XXS",
  19: "IQ1_S",
  21: "IQ3_S",
  22: "IQ2_S",
  24: "I8",
  25: "I16",
  26: "I32",
  27: "I64",
  28: "F64",
  29: "IQ1_M",
  31: "Q4_0_4_4",
  32: "Q4_0_4_8",
  33: "Q4_0_8_8",
  34: "TQ1_0",
  35: "TQ2_0",
  36: "IQ4_NL_4_4",
  37: "IQ4_NL_4_8",
  38: "IQ4_NL_8_8",
  39: "MXFP4",
  40: "NVFP4",
  41: "Q1_0",
};

export function typeName(type: number): Text {
  return blockFormats.get(type)?.name ?? otherTypes[type] ?? words("gguf/type-number", { type: String(type) });
}

function blocks(name: HeldType, values: number, bytes: number, decodeBlock: DecodeBlock): BlockFormat {
  const decode = (data: Uint8Array): Float32Array => {
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    const half = (at: number): number => float16Value(view.getUint16(at, true));
    const count = data.byteLength / bytes;
    const out = new Float32Array(count * values);
    for (let block = 0; block < count; block++) decodeBlock(data, half, block * bytes, out, block * values);
    return out;
  };
  return { name, values, bytes, decode, ...heldFormats[name] };
}

/** Without a minimum this is added: unlike 0 it keeps the sign of a zero, which ggml's product has. */
const nothing = -0;

/** Scale, minimum where there is one, then 16 bytes: the low nibbles are values 0 … 15, the high ones 16 … 31. */
function nibbles(codesAt: number, zero: number, hasMinimum: boolean): DecodeBlock {
  return (data, half, at, out, to) => {
    const scale = half(at);
    const minimum = hasMinimum ? half(at + 2) : nothing;
    const codes = at + codesAt;
    for (let j = 0; j < 16; j++) {
      const byte = data[codes + j] as number;
      out[to + j] = ((byte & 15) - zero) * scale + minimum;
      out[to + 16 + j] = ((byte >> 4) - zero) * scale + minimum;
    }
  };
}

/** As {@link nibbles}, with the fifth bits of all 32 values as one little-endian word before the codes. */
function fiveBits(bitsAt: number, zero: number, hasMinimum: boolean): DecodeBlock {
  return (data, half, at, out, to) => {
    const scale = half(at);
    const minimum = hasMinimum ? half(at + 2) : nothing;
    const byteOf = (index: number): number => data[at + bitsAt + index] as number;
    const [lowBits, highBits] = [byteOf(0) | (byteOf(1) << 8), byteOf(2) | (byteOf(3) << 8)];
    for (let j = 0; j < 16; j++) {
      const byte = data[at + bitsAt + 4 + j] as number;
      out[to + j] = (((byte & 15) | (((lowBits >> j) & 1) << 4)) - zero) * scale + minimum;
      out[to + 16 + j] = (((byte >> 4) | (((highBits >> j) & 1) << 4)) - zero) * scale + minimum;
    }
  };
}

function decodeQ8(data: Uint8Array, half: (at: number) => number, at: number, out: Float32Array, to: number): void {
  const scale = half(at);
  for (let j = 0; j < 32; j++) out[to + j] = (((data[at + 2 + j] as number) << 24) >> 24) * scale;
}

/** Nibbles as in Q4_0, each the number of a level. */
function decodeIq4Nl(data: Uint8Array, half: (at: number) => number, at: number, out: Float32Array, to: number): void {
  const scale = half(at);
  for (let j = 0; j < 16; j++) {
    const byte = data[at + 2 + j] as number;
    out[to + j] = (iq4Levels[byte & 15] as number) * scale;
    out[to + 16 + j] = (iq4Levels[byte >> 4] as number) * scale;
  }
}
