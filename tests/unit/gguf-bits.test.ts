// Blocks of every type that is read give the float32 numbers of llama.cpp's own Python reader (tests/fixtures/gguf) to the last
// bit, signs of zeros too: random codes, and scales at the ends of float16.
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { blockFormats, type BlockFormat } from "../../src/interchange/gguf-blocks.ts";
import { jsonOf } from "../support/files.ts";
import { the } from "../support/the.ts";

interface Fixture {
  readonly type: number;
  /** Offsets of the float16 scales in a block. */
  readonly halves: readonly number[];
  readonly blocks: string;
  readonly values: string;
  readonly edges: string;
  readonly many: string;
}

const fixtures = Object.entries(jsonOf("tests/fixtures/gguf/blocks.json") as Readonly<Record<string, Fixture>>);

/** 0, -0, least and greatest subnormal, least normal, 1, -1, a third, greatest, most negative. */
const edgeHalves = [0x0000, 0x8000, 0x0001, 0x83ff, 0x0400, 0x3c00, 0xbc00, 0x3555, 0x7bff, 0xfbff];

const fromBase64 = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(Buffer.from(text, "base64"));
const bitsOf = (values: Float32Array): Uint32Array => new Uint32Array(values.buffer, values.byteOffset, values.length);
const sha256 = (values: Float32Array): string => createHash("sha256").update(bitsOf(values)).digest("hex");

function randomBytes(count: number, seed: number): Uint8Array<ArrayBuffer> {
  let state = seed;
  return Uint8Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}

/** Takes infinite and undefined numbers out of blocks, as the fixture's script does. */
function makeFinite(blocks: Uint8Array, { name, bytes }: BlockFormat, halves: readonly number[]): void {
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
function withEdges(block: Uint8Array, halves: readonly number[]): Uint8Array<ArrayBuffer> {
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

describe("numbers of a GGUF file", () => {
  it("have a fixture for every type that is read", () => {
    expect(new Map(fixtures.map(([name, { type }]) => [type, name]))).toEqual(
      new Map([...blockFormats].map(([type, { name }]) => [type, name])),
    );
  });

  it.each(fixtures)("of %s are llama.cpp's to the bit", (_name, { type, blocks, values }) => {
    const wanted = new Uint32Array(fromBase64(values).buffer);
    expect(bitsOf(the(blockFormats.get(type)).decode(fromBase64(blocks)))).toEqual(wanted);
  });

  it.each(fixtures)("of %s are so with scales at the ends of float16", (_name, { type, halves, blocks, edges }) => {
    const format = the(blockFormats.get(type));
    expect(sha256(format.decode(withEdges(fromBase64(blocks).subarray(0, format.bytes), halves)))).toBe(edges);
  });

  it.each(fixtures)("of %s are so in 64 KB of random bytes", (_name, { type, halves, many }) => {
    const format = the(blockFormats.get(type));
    const bytes = randomBytes(Math.floor(65_536 / format.bytes) * format.bytes, 200 + type);
    makeFinite(bytes, format, halves);
    expect(sha256(format.decode(bytes))).toBe(many);
  });
});
