import { describe, expect, it } from "vitest";
import { fromBfloat16, fromFloat16, toFloat16 } from "../../src/base/half.ts";

describe("half floats", () => {
  // IEEE 754-2008, binary16.
  it.each([
    [0x0000, 0],
    [0x8000, -0],
    [0x3c00, 1],
    [0xc000, -2],
    [0x3555, 0.333251953125],
    [0x7bff, 65504],
    [0x0400, 2 ** -14],
    [0x03ff, (1023 / 1024) * 2 ** -14],
    [0x0001, 2 ** -24],
    [0x7c00, Infinity],
    [0xfc00, -Infinity],
    [0x7e00, NaN],
  ])("binary16 %i is %d", (bits, value) => {
    expect(fromFloat16(Uint16Array.of(bits))[0]).toBe(value);
  });

  it.each([
    [0x3f80, 1],
    [0xbf80, -1],
    [0x4049, 3.140625],
    [0x0001, 2 ** -133],
    [0xff80, -Infinity],
    [0x7fc0, NaN],
  ])("bfloat16 %i is %d", (bits, value) => {
    expect(fromBfloat16(Uint16Array.of(bits))[0]).toBe(value);
  });

  it("come back from float32 to the same bits, all of them", () => {
    const bits = Uint16Array.from({ length: 65_536 }, (_, at) => at).filter((at) => (at & 0x7fff) <= 0x7c00);
    expect(toFloat16(fromFloat16(bits))).toEqual(bits);
    expect(fromFloat16(toFloat16(Float32Array.of(NaN)))[0]).toBe(NaN);
  });

  it("round to the nearest, ties to even", () => {
    const [one, step] = [0x3c00, 2 ** -10];
    const rounded = (value: number): number => toFloat16(Float32Array.of(value))[0] ?? -1;
    expect([1 + 0.49 * step, 1 + 0.5 * step, 1 + 0.51 * step, 1 + 1.5 * step].map(rounded)).toEqual([one, one, one + 1, one + 2]);
    expect([65_519, 65_520, 2 ** -25, 1.01 * 2 ** -25, 1.5 * 2 ** -24].map(rounded)).toEqual([0x7bff, 0x7c00, 0, 1, 2]);
  });
});
