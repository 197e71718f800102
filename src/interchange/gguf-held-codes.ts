// How codes and scales of ggml's blocks become parts that are held: in the order of the row, four bits with the even element in the
// low half, eight bits around 128. The layouts are those that gguf-blocks.ts and gguf-super-blocks.ts describe. Plain loops over bytes:
// a model has 10⁸ codes.
import { iq4Levels, iq4XsScale, q3KScale, scaleAndMinimum } from "./gguf-super-blocks.ts";

/** Writes the codes of the block at byte `at` of `data` to `out` from byte `to` on. */
export type WriteCodes = (data: Uint8Array, at: number, out: Uint8Array, to: number) => void;

/** Writes the whole codes of a block's scales, and of its minima where it has them, plus 128, from element `to` on. */
export type WriteScales = (data: Uint8Array, at: number, scales: Uint8Array, minima: Uint8Array, to: number) => void;

/** Of `count` bytes the low halves come first, then the high ones. */
function pairNibbles(data: Uint8Array, from: number, count: number, out: Uint8Array, to: number): void {
  const pairs = count / 2;
  for (let pair = 0; pair < pairs; pair++) {
    const [even, odd] = [data[from + 2 * pair] as number, data[from + 2 * pair + 1] as number];
    out[to + pair] = (even & 15) | ((odd & 15) << 4);
    out[to + pairs + pair] = (even >> 4) | (odd & 0xf0);
  }
}

/** Q4_0 and Q4_1. */
export function fourBitCodes(codesAt: number): WriteCodes {
  return (data, at, out, to) => pairNibbles(data, at + codesAt, 16, out, to);
}

/** Q5_0 and Q5_1: 16 is the middle. */
export function fiveBitCodes(bitsAt: number): WriteCodes {
  return (data, at, out, to) => {
    const bits = at + bitsAt;
    const lowBits = (data[bits] as number) | ((data[bits + 1] as number) << 8);
    const highBits = (data[bits + 2] as number) | ((data[bits + 3] as number) << 8);
    for (let j = 0; j < 16; j++) {
      const byte = data[bits + 4 + j] as number;
      out[to + j] = ((byte & 15) | (((lowBits >> j) & 1) << 4)) + 112;
      out[to + 16 + j] = ((byte >> 4) | (((highBits >> j) & 1) << 4)) + 112;
    }
  };
}

export const q8Codes: WriteCodes = (data, at, out, to) => {
  for (let j = 0; j < 32; j++) out[to + j] = (data[at + 2 + j] as number) ^ 0x80;
};

const heldIq4Levels = Uint8Array.from(iq4Levels, (level) => level + 128);

function levelsOf(data: Uint8Array, from: number, out: Uint8Array, to: number): void {
  for (let j = 0; j < 16; j++) {
    const byte = data[from + j] as number;
    out[to + j] = heldIq4Levels[byte & 15] as number;
    out[to + 16 + j] = heldIq4Levels[byte >> 4] as number;
  }
}

export const iq4NlCodes: WriteCodes = (data, at, out, to) => levelsOf(data, at + 2, out, to);

export const iq4XsCodes: WriteCodes = (data, at, out, to) => {
  for (let part = 0; part < 8; part++) levelsOf(data, at + 8 + part * 16, out, to + part * 32);
};

export const iq4XsScales: WriteScales = (data, at, scales, _minima, to) => {
  for (let part = 0; part < 8; part++) scales[to + part] = iq4XsScale(data, at, part) + 128;
};

/** From 0 to 3 around 2: 6 to 9 in four bits. */
export const q2KCodes: WriteCodes = (data, at, out, to) => {
  for (let row = 0; row < 8; row++) {
    const [codes, shift, held] = [at + 16 + (row >> 2) * 32, (row & 3) * 2, to + row * 16];
    for (let pair = 0; pair < 16; pair++) {
      const even = ((data[codes + 2 * pair] as number) >> shift) & 3;
      const odd = ((data[codes + 2 * pair + 1] as number) >> shift) & 3;
      out[held + pair] = (even | (odd << 4)) + 0x66;
    }
  }
};

export const q2KScales: WriteScales = (data, at, scales, minima, to) => {
  for (let part = 0; part < 16; part++) {
    const code = data[at + part] as number;
    scales[to + part] = (code & 15) + 128;
    minima[to + part] = (code >> 4) + 128;
  }
};

/** From −4 to 3: 4 to 11 in four bits. */
export const q3KCodes: WriteCodes = (data, at, out, to) => {
  for (let row = 0; row < 8; row++) {
    const [codes, shift, held] = [at + 32 + (row >> 2) * 32, (row & 3) * 2, to + row * 16];
    for (let pair = 0; pair < 16; pair++) {
      const l = 2 * pair;
      const even = (((data[codes + l] as number) >> shift) & 3) | ((((data[at + l] as number) >> row) & 1) << 2);
      const odd = (((data[codes + l + 1] as number) >> shift) & 3) | ((((data[at + l + 1] as number) >> row) & 1) << 2);
      out[held + pair] = (even | (odd << 4)) + 0x44;
    }
  }
};

export const q3KScales: WriteScales = (data, at, scales, _minima, to) => {
  for (let part = 0; part < 16; part++) scales[to + part] = q3KScale(data, at, part) + 128;
};

export const q4KCodes: WriteCodes = (data, at, out, to) => {
  for (let group = 0; group < 4; group++) pairNibbles(data, at + 16 + group * 32, 32, out, to + group * 32);
};

/** From 0 to 31: 16 is the middle. */
export const q5KCodes: WriteCodes = (data, at, out, to) => {
  for (let part = 0; part < 8; part++) {
    const [codes, shift, held] = [at + 48 + (part >> 1) * 32, (part & 1) * 4, to + part * 32];
    for (let l = 0; l < 32; l++) {
      const nibble = ((data[codes + l] as number) >> shift) & 15;
      out[held + l] = (nibble | ((((data[at + 16 + l] as number) >> part) & 1) << 4)) + 112;
    }
  }
};

/** Q4_K and Q5_K. */
export const k4Scales: WriteScales = (data, at, scales, minima, to) => {
  for (let part = 0; part < 8; part++) {
    const [scale, minimum] = scaleAndMinimum(data, at + 4, part);
    scales[to + part] = scale + 128;
    minima[to + part] = minimum + 128;
  }
};

/** From −32 to 31. */
export const q6KCodes: WriteCodes = (data, at, out, to) => {
  for (let row = 0; row < 8; row++) {
    const [side, quarter, held] = [row >> 2, row & 3, to + row * 32];
    const [nibbles, pairs] = [at + side * 64 + (quarter & 1) * 32, at + 128 + side * 32];
    const [shift, pairShift] = [(quarter >> 1) * 4, quarter * 2];
    for (let l = 0; l < 32; l++) {
      const low = ((data[nibbles + l] as number) >> shift) & 15;
      out[held + l] = (low | ((((data[pairs + l] as number) >> pairShift) & 3) << 4)) + 96;
    }
  }
};

export const q6KScales: WriteScales = (data, at, scales, _minima, to) => {
  for (let part = 0; part < 16; part++) scales[to + part] = (data[at + 192 + part] as number) ^ 0x80;
};
