// Blocks made here by the published layouts, from codes and scales that are known, must come out as those numbers exactly.
import { describe, expect, it } from "vitest";
import { toFloat16 } from "../../src/base/half.ts";
import { seededRandom } from "../../src/base/random.ts";
import { blockFormats, typeName } from "../../src/interchange/gguf-blocks.ts";
import { english } from "../support/words.ts";

const random = seededRandom(5);
const integer = (below: number): number => Math.floor(random.uniform() * below);
const list = <T>(length: number, make: (at: number) => T): T[] => Array.from({ length }, (_, at) => make(at));
const half = (value: number): number[] => [...new Uint8Array(toFloat16(Float32Array.of(value)).buffer)];

function decode(name: string, bytes: readonly number[]): number[] {
  const format = [...blockFormats.values()].find((known) => known.name === name);
  expect(bytes).toHaveLength(format?.bytes ?? 0);
  return [...(format?.decode(Uint8Array.from(bytes)) ?? [])];
}

/** Two codes to a byte: value j below, value j + 16 above. */
const nibbles = (codes: readonly number[]): number[] =>
  list(16, (j) => ((codes[j] as number) & 15) | (((codes[j + 16] as number) & 15) << 4));

/** The fifth bit of 32 codes as a little-endian word. */
const fifthBits = (codes: readonly number[]): number[] =>
  list(4, (byte) => list(8, (bit) => ((codes[byte * 8 + bit] as number) >> 4) << bit).reduce((a, b) => a | b));

describe("blocks of 32", () => {
  const scale = 0.375;
  const low = -1.5;

  it("Q4_0 are codes from -8 to 7 times a scale", () => {
    const codes = list(32, () => integer(16));
    expect(decode("Q4_0", [...half(scale), ...nibbles(codes)])).toEqual(codes.map((code) => (code - 8) * scale));
  });

  it("Q4_1 are codes from 0 to 15 times a scale, plus a minimum", () => {
    const codes = list(32, () => integer(16));
    expect(decode("Q4_1", [...half(scale), ...half(low), ...nibbles(codes)])).toEqual(codes.map((code) => code * scale + low));
  });

  it("Q5_0 are codes from -16 to 15 times a scale", () => {
    const codes = list(32, () => integer(32));
    expect(decode("Q5_0", [...half(scale), ...fifthBits(codes), ...nibbles(codes)])).toEqual(codes.map((code) => (code - 16) * scale));
  });

  it("Q5_1 are codes from 0 to 31 times a scale, plus a minimum", () => {
    const codes = list(32, () => integer(32));
    const bytes = [...half(scale), ...half(low), ...fifthBits(codes), ...nibbles(codes)];
    expect(decode("Q5_1", bytes)).toEqual(codes.map((code) => code * scale + low));
  });

  it("Q8_0 are signed bytes times a scale", () => {
    const codes = list(32, () => integer(256) - 128);
    expect(decode("Q8_0", [...half(scale), ...codes])).toEqual(codes.map((code) => code * scale));
  });
});

/** Eight scales and eight minimums of six bits in 12 bytes, as ggml-quants.c packs them (make_qkx2, quantize_row_q4_K_ref). */
function packScales(scales: readonly number[], minimums: readonly number[]): number[] {
  const out = list(12, () => 0);
  for (const [j, [scale, minimum]] of scales.map((value, at) => [value, minimums[at] as number] as const).entries()) {
    if (j < 4) {
      out[j] = scale;
      out[j + 4] = minimum;
    } else {
      out[j + 4] = (scale & 15) | ((minimum & 15) << 4);
      out[j - 4] = (out[j - 4] as number) | ((scale >> 4) << 6);
      out[j] = (out[j] as number) | ((minimum >> 4) << 6);
    }
  }
  return out;
}

describe("blocks of 256", () => {
  const [scale, low] = [0.125, 0.5];
  const scales = list(8, () => integer(64));
  const minimums = list(8, () => integer(64));
  const expected = (codes: readonly number[]): number[] =>
    codes.map((code, at) => Math.fround(code * scale * (scales[at >> 5] as number) - low * (minimums[at >> 5] as number)));
  /** 64 values to 32 bytes: the first 32 below, the next 32 above. */
  const pairs = (codes: readonly number[]): number[] =>
    list(
      128,
      (at) => ((codes[(at >> 5) * 64 + (at & 31)] as number) & 15) | (((codes[(at >> 5) * 64 + 32 + (at & 31)] as number) & 15) << 4),
    );

  it("Q4_K have a scale and a minimum of six bits for every 32 values", () => {
    const codes = list(256, () => integer(16));
    expect(decode("Q4_K", [...half(scale), ...half(low), ...packScales(scales, minimums), ...pairs(codes)])).toEqual(expected(codes));
  });

  it("Q5_K keep the fifth bits of the values apart", () => {
    const codes = list(256, () => integer(32));
    const fifth = list(32, (l) => list(8, (part) => ((codes[part * 32 + l] as number) >> 4) << part).reduce((a, b) => a | b));
    const bytes = [...half(scale), ...half(low), ...packScales(scales, minimums), ...fifth, ...pairs(codes)];
    expect(decode("Q5_K", bytes)).toEqual(expected(codes));
  });

  it("Q6_K have signed scales for every 16 values", () => {
    const codes = list(256, () => integer(64));
    const steps = list(16, () => integer(256) - 128);
    const [ql, qh] = [list(128, () => 0), list(64, () => 0)];
    // quantize_row_q6_K_ref, as it is written there: four values of a half to two bytes of ql and one of qh.
    for (let j = 0; j < 256; j += 128) {
      for (let l = 0; l < 32; l++) {
        const [q1, q2, q3, q4] = [0, 32, 64, 96].map((step) => codes[j + l + step] as number) as [number, number, number, number];
        ql[j / 2 + l] = (q1 & 15) | ((q3 & 15) << 4);
        ql[j / 2 + l + 32] = (q2 & 15) | ((q4 & 15) << 4);
        qh[j / 4 + l] = (q1 >> 4) | ((q2 >> 4) << 2) | ((q3 >> 4) << 4) | ((q4 >> 4) << 6);
      }
    }
    const values = codes.map((code, at) => Math.fround(scale * (steps[at >> 4] as number) * (code - 32)));
    expect(decode("Q6_K", [...ql, ...qh, ...steps, ...half(scale)])).toEqual(values);
  });

  it("come one after the other", () => {
    const format = blockFormats.get(12);
    const block = [...half(scale), ...half(low), ...packScales(scales, minimums), ...pairs(list(256, () => integer(16)))];
    const other = [
      ...half(2),
      ...half(0),
      ...packScales(
        list(8, () => 1),
        list(8, () => 0),
      ),
      ...list(128, () => 0x21),
    ];
    const out = format?.decode(Uint8Array.from([...block, ...other])) ?? new Float32Array();
    expect([...out.subarray(0, 256)]).toEqual(decode("Q4_K", block));
    expect([...out.subarray(256)]).toEqual(list(256, (at) => ((at >> 5) & 1 ? 4 : 2)));
  });
});

describe("plain numbers", () => {
  it.each([
    ["F32", [...new Uint8Array(Float32Array.of(1.1).buffer)], Math.fround(1.1)],
    ["F16", half(0.1), 0.0999755859375],
    ["BF16", [0xcd, 0x3d], Math.fround(0.10009765625)],
  ])("%s are widened exactly", (name, bytes, value) => {
    expect(decode(name, bytes)).toEqual([value]);
  });

  it("of other kinds have names for messages", () => {
    const others = [15, 16, 39, 41, 77].map((type) => english.text(typeName(type)));
    expect(others).toEqual(["Q8_K", "IQ2_XXS", "MXFP4", "Q1_0", "number 77"]);
  });
});
