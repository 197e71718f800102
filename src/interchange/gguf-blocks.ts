// How ggml stores numbers: blocks of 32 or 256 values that share scales. Layouts are those of ggml-common.h and
// dequantize_row_* in ggml-quants.c (https://github.com/ggml-org/ggml). Scales are exact in a double, so each value is rounded
// once, to float32, as ggml rounds it.
import { float16Value, fromBfloat16, fromFloat16 } from "../base/half.ts";
import { words, type Text } from "../words/message.ts";

export interface BlockFormat {
  readonly name: string;
  /** Values in a block. */
  readonly values: number;
  /** Bytes of a block. */
  readonly bytes: number;
  /** Whole blocks to numbers. `data` starts at an even offset of its buffer. */
  readonly decode: (data: Uint8Array<ArrayBuffer>) => Float32Array;
}

/** Writes the values of the block at byte `at` of `data` to `out` from `to` on. */
type DecodeBlock = (data: Uint8Array, half: (at: number) => number, at: number, out: Float32Array, to: number) => void;

/** By ggml_type. A type without a row here is refused by name. */
export const blockFormats: ReadonlyMap<number, BlockFormat> = new Map([
  [0, { name: "F32", values: 1, bytes: 4, decode: (data) => new Float32Array(aligned(data).buffer) }],
  [1, { name: "F16", values: 1, bytes: 2, decode: (data) => fromFloat16(new Uint16Array(aligned(data).buffer)) }],
  [30, { name: "BF16", values: 1, bytes: 2, decode: (data) => fromBfloat16(new Uint16Array(aligned(data).buffer)) }],
  [2, blocks("Q4_0", 32, 18, nibbles(2, 8, false))],
  [3, blocks("Q4_1", 32, 20, nibbles(4, 0, true))],
  [6, blocks("Q5_0", 32, 22, fiveBits(2, 16, false))],
  [7, blocks("Q5_1", 32, 24, fiveBits(4, 0, true))],
  [8, blocks("Q8_0", 32, 34, decodeQ8)],
  [12, blocks("Q4_K", 256, 144, superBlock(16, 0))],
  [13, blocks("Q5_K", 256, 176, superBlock(48, 16))],
  [14, blocks("Q6_K", 256, 210, decodeQ6K)],
]);

/** Names of the types that exist and are refused, so that a message can name them. */
const otherTypes: Readonly<Record<number, string>> = {
  9: "Q8_1",
  10: "Q2_K",
  11: "Q3_K",
  15: "Q8_K",
  16: "IQ2_XXS",
  17: "IQ2_XS",
  18: "IQ3_XXS",
  19: "IQ1_S",
  20: "IQ4_NL",
  21: "IQ3_S",
  22: "IQ2_S",
  23: "IQ4_XS",
  24: "I8",
  25: "I16",
  26: "I32",
  27: "I64",
  28: "F64",
  29: "IQ1_M",
  34: "TQ1_0",
  35: "TQ2_0",
  39: "MXFP4",
};

export function typeName(type: number): Text {
  return blockFormats.get(type)?.name ?? otherTypes[type] ?? words("gguf/type-number", { type: String(type) });
}

function blocks(name: string, values: number, bytes: number, decodeBlock: DecodeBlock): BlockFormat {
  const decode = (data: Uint8Array): Float32Array => {
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    const half = (at: number): number => float16Value(view.getUint16(at, true));
    const count = data.byteLength / bytes;
    const out = new Float32Array(count * values);
    for (let block = 0; block < count; block++) decodeBlock(data, half, block * bytes, out, block * values);
    return out;
  };
  return { name, values, bytes, decode };
}

/** A copy where the bytes do not fill their buffer. */
function aligned(data: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return data.byteLength === data.buffer.byteLength ? data : data.slice();
}

/** Scale, minimum where there is one, then 16 bytes: the low nibbles are values 0 … 15, the high ones 16 … 31. */
function nibbles(codesAt: number, zero: number, hasMinimum: boolean): DecodeBlock {
  return (data, half, at, out, to) => {
    const scale = half(at);
    const minimum = hasMinimum ? half(at + 2) : 0;
    for (let j = 0; j < 16; j++) {
      const byte = data[at + codesAt + j] as number;
      out[to + j] = ((byte & 15) - zero) * scale + minimum;
      out[to + 16 + j] = ((byte >> 4) - zero) * scale + minimum;
    }
  };
}

/** As {@link nibbles}, with the fifth bits of all 32 values as one little-endian word before the codes. */
function fiveBits(bitsAt: number, zero: number, hasMinimum: boolean): DecodeBlock {
  return (data, half, at, out, to) => {
    const scale = half(at);
    const minimum = hasMinimum ? half(at + 2) : 0;
    const fifth = (value: number): number => (((data[at + bitsAt + (value >> 3)] as number) >> (value & 7)) & 1) << 4;
    for (let j = 0; j < 16; j++) {
      const byte = data[at + bitsAt + 4 + j] as number;
      out[to + j] = (((byte & 15) | fifth(j)) - zero) * scale + minimum;
      out[to + 16 + j] = (((byte >> 4) | fifth(j + 16)) - zero) * scale + minimum;
    }
  };
}

function decodeQ8(data: Uint8Array, half: (at: number) => number, at: number, out: Float32Array, to: number): void {
  const scale = half(at);
  for (let j = 0; j < 32; j++) out[to + j] = (((data[at + 2 + j] as number) << 24) >> 24) * scale;
}

/**
 * Q4_K and Q5_K: two float16, eight pairs of 6-bit scale and minimum in 12 bytes, the fifth bits (Q5_K: bit 2i and 2i + 1 of
 * byte l belong to value l of the 32 low and 32 high nibbles of group i), then 128 bytes of nibbles.
 * @param fifthAt offset of the fifth bits; 0: there are none
 */
function superBlock(codesAt: number, fifthAt: number): DecodeBlock {
  return (data, half, at, out, to) => {
    const [scale, minimum] = [half(at), half(at + 2)];
    for (let part = 0; part < 8; part++) {
      const [scaleCode, minimumCode] = scaleAndMinimum(data, at + 4, part);
      const [step, low] = [scale * scaleCode, minimum * minimumCode];
      const codes = at + codesAt + (part >> 1) * 32;
      for (let l = 0; l < 32; l++) {
        const nibble = ((data[codes + l] as number) >> ((part & 1) * 4)) & 15;
        const fifth = fifthAt === 0 ? 0 : (((data[at + fifthAt + l] as number) >> part) & 1) << 4;
        out[to + part * 32 + l] = (nibble | fifth) * step - low;
      }
    }
  };
}

/** The 12 bytes of get_scale_min_k4: parts 0 … 3 in the low six bits, parts 4 … 7 in nibbles and the two bits left over. */
function scaleAndMinimum(data: Uint8Array, at: number, part: number): readonly [number, number] {
  const byte = (index: number): number => data[at + index] as number;
  if (part < 4) return [byte(part) & 63, byte(part + 4) & 63];
  return [(byte(part + 4) & 15) | ((byte(part - 4) >> 6) << 4), (byte(part + 4) >> 4) | ((byte(part) >> 6) << 4)];
}

/** 128 bytes of low nibbles, 64 of upper bit pairs, 16 signed scales, one float16. */
function decodeQ6K(data: Uint8Array, half: (at: number) => number, at: number, out: Float32Array, to: number): void {
  const scale = half(at + 208);
  for (let value = 0; value < 256; value++) {
    const [side, quarter, l] = [value >> 7, (value >> 5) & 3, value & 31];
    const low = ((data[at + side * 64 + (quarter & 1) * 32 + l] as number) >> ((quarter >> 1) * 4)) & 15;
    const high = ((data[at + 128 + side * 32 + l] as number) >> (quarter * 2)) & 3;
    const step = ((data[at + 192 + side * 8 + quarter * 2 + (l >> 4)] as number) << 24) >> 24;
    out[to + value] = scale * step * ((low | (high << 4)) - 32);
  }
}
