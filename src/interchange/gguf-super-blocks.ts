// Blocks of 256 values, in parts of 16 or 32 whose scales are small whole numbers times one float16 of the block: ggml's K types
// and IQ4_XS. Written part by part, so that what a part shares is worked out once.

/** Writes the values of the block at byte `at` of `data` to `out` from `to` on. */
export type DecodeBlock = (data: Uint8Array, half: (at: number) => number, at: number, out: Float32Array, to: number) => void;

/** kvalues_iq4nl of ggml-common.h: the 16 levels of IQ4_NL and IQ4_XS. */
export const iq4Levels = Int8Array.of(-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113);

/**
 * 16 bytes of a scale (low nibble) and a minimum (high) for every 16 values, 64 of codes, two float16. Of each half of the block
 * 32 bytes hold four values each: bits 2i and 2i + 1 of byte l are value 32 i + l.
 */
export function decodeQ2K(data: Uint8Array, half: (at: number) => number, at: number, out: Float32Array, to: number): void {
  const [scale, minimum] = [half(at + 80), half(at + 82)];
  for (let part = 0; part < 16; part++) {
    const code = data[at + part] as number;
    const [step, low] = [scale * (code & 15), minimum * (code >> 4)];
    const codes = at + 16 + (part >> 3) * 32 + (part & 1) * 16;
    const shift = part & 6;
    for (let l = 0; l < 16; l++) out[to + part * 16 + l] = (((data[codes + l] as number) >> shift) & 3) * step - low;
  }
}

/**
 * 32 bytes of third bits (bit i of byte l: value 32 i + l), 64 of codes as in Q2_K, 12 of scales, one float16. Codes are from
 * -4 to 3, scales from -32 to 31.
 */
export function decodeQ3K(data: Uint8Array, half: (at: number) => number, at: number, out: Float32Array, to: number): void {
  const scale = half(at + 108);
  for (let part = 0; part < 16; part++) {
    const step = scale * q3KScale(data, at, part);
    const [codes, third] = [at + 32 + (part >> 3) * 32 + (part & 1) * 16, at + (part & 1) * 16];
    const [shift, bit] = [part & 6, part >> 1];
    for (let l = 0; l < 16; l++) {
      const low = ((data[codes + l] as number) >> shift) & 3;
      const high = (((data[third + l] as number) >> bit) & 1) << 2;
      out[to + part * 16 + l] = ((low | high) - 4) * step;
    }
  }
}

/** Low nibbles of the scales of parts 0 … 7, high ones of 8 … 15, then four bytes of the upper two bits of every fourth part. */
export function q3KScale(data: Uint8Array, at: number, part: number): number {
  const nibble = ((data[at + 96 + (part & 7)] as number) >> ((part >> 3) * 4)) & 15;
  const upper = ((data[at + 104 + (part & 3)] as number) >> ((part >> 2) * 2)) & 3;
  return (nibble | (upper << 4)) - 32;
}

/** One float16, the upper two bits of eight scales in two bytes, their low nibbles in four, then 128 bytes of nibbles: levels. */
export function decodeIq4Xs(data: Uint8Array, half: (at: number) => number, at: number, out: Float32Array, to: number): void {
  const scale = half(at);
  for (let part = 0; part < 8; part++) {
    const step = scale * iq4XsScale(data, at, part);
    const [codes, values] = [at + 8 + part * 16, to + part * 32];
    for (let j = 0; j < 16; j++) {
      const byte = data[codes + j] as number;
      out[values + j] = (iq4Levels[byte & 15] as number) * step;
      out[values + 16 + j] = (iq4Levels[byte >> 4] as number) * step;
    }
  }
}

export function iq4XsScale(data: Uint8Array, at: number, part: number): number {
  const nibble = ((data[at + 4 + (part >> 1)] as number) >> ((part & 1) * 4)) & 15;
  const upper = ((data[at + 2 + (part >> 2)] as number) >> ((part & 3) * 2)) & 3;
  return (nibble | (upper << 4)) - 32;
}

/**
 * Q4_K and Q5_K: two float16, eight pairs of 6-bit scale and minimum in 12 bytes, the fifth bits (Q5_K: bit 2i and 2i + 1 of
 * byte l belong to value l of the 32 low and 32 high nibbles of group i), then 128 bytes of nibbles.
 * @param fifthAt offset of the fifth bits; 0: there are none
 */
export function superBlock(codesAt: number, fifthAt: number): DecodeBlock {
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
export function scaleAndMinimum(data: Uint8Array, at: number, part: number): readonly [number, number] {
  const byte = (index: number): number => data[at + index] as number;
  if (part < 4) return [byte(part) & 63, byte(part + 4) & 63];
  return [(byte(part + 4) & 15) | ((byte(part - 4) >> 6) << 4), (byte(part + 4) >> 4) | ((byte(part) >> 6) << 4)];
}

/** 128 bytes of low nibbles, 64 of upper bit pairs, 16 signed scales, one float16. */
export function decodeQ6K(data: Uint8Array, half: (at: number) => number, at: number, out: Float32Array, to: number): void {
  const scale = half(at + 208);
  for (let part = 0; part < 16; part++) {
    const [side, quarter, within] = [part >> 3, (part >> 1) & 3, (part & 1) * 16];
    const [nibbles, pairs] = [at + side * 64 + (quarter & 1) * 32 + within, at + 128 + side * 32 + within];
    const [shift, pairShift] = [(quarter >> 1) * 4, quarter * 2];
    const step = scale * (((data[at + 192 + part] as number) << 24) >> 24);
    for (let l = 0; l < 16; l++) {
      const low = ((data[nibbles + l] as number) >> shift) & 15;
      const high = (((data[pairs + l] as number) >> pairShift) & 3) << 4;
      out[to + part * 16 + l] = ((low | high) - 32) * step;
    }
  }
}
