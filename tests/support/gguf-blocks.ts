// Blocks of every type of GGUF with the numbers that llama.cpp's own Python reader makes of them (tests/fixtures/gguf), and ways to make
// more of them: random codes, scales at the ends of float16.
import type { BlockFormat } from "../../src/interchange/gguf-blocks.ts";
import { jsonOf } from "./files.ts";

export interface BlocksFixture {
  readonly type: number;
  /** Offsets of the float16 scales in a block. */
  readonly halves: readonly number[];
  readonly blocks: string;
  readonly values: string;
  readonly edges: string;
  readonly many: string;
}

export const blockFixtures = Object.entries(jsonOf("tests/fixtures/gguf/blocks.json") as Readonly<Record<string, BlocksFixture>>);

/** 0, -0, least and greatest subnormal, least normal, 1, -1, a third, greatest, most negative. */
const edgeHalves = [0x0000, 0x8000, 0x0001, 0x83ff, 0x0400, 0x3c00, 0xbc00, 0x3555, 0x7bff, 0xfbff];

export const fromBase64 = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(Buffer.from(text, "base64"));
export const bitsOf = (values: Float32Array): Uint32Array => new Uint32Array(values.buffer, values.byteOffset, values.length);

export function randomBytes(count: number, seed: number): Uint8Array<ArrayBuffer> {
  let state = seed;
  return Uint8Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}

/** Takes infinite and undefined numbers out of blocks, as the fixture's script does. */
export function makeFinite(blocks: Uint8Array, { name, bytes }: BlockFormat, halves: readonly number[]): void {
  const lower = (at: number, exponent: number, by: number): void => {
    const byte = blocks[at] as number;
    if ((byte & exponent) === exponent) blocks[at] = byte - by;
  };
  for (let at = 0; at < blocks.length; at += bytes) {
    for (const half of halves) lower(at + half + 1, 0x7c, 4);
    if (name === "F32" || name === "BF16") lower(at + bytes - 1, 0x7f, 1);
  }
}

/** One block with every choice of scales, the first the quickest to change. */
export function withEdges(block: Uint8Array, halves: readonly number[]): Uint8Array<ArrayBuffer> {
  const count = edgeHalves.length ** halves.length;
  const out = new Uint8Array(count * block.length);
  const view = new DataView(out.buffer);
  for (let n = 0; n < count; n++) {
    out.set(block, n * block.length);
    for (const [place, half] of halves.entries()) {
      const pick = Math.floor(n / edgeHalves.length ** place) % edgeHalves.length;
      view.setUint16(n * block.length + half, edgeHalves[pick] as number, true);
    }
  }
  return out;
}
