import { describe, expect, it } from "vitest";
import { float16Value, fromBfloat16, fromFloat16, nearestFloat16, toFloat16 } from "../../src/base/half.ts";
import { seededRandom } from "../../src/base/random.ts";

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

const finite = Array.from({ length: 0x7c00 }, (_, bits) => float16Value(bits));

describe("the nearest float16", () => {
  it("of one is itself, with its sign", () => {
    for (const value of finite) for (const sign of [1, -1]) expect(Object.is(nearestFloat16(sign * value), sign * value)).toBe(true);
  });

  it("of the middle between two is the even one, of what is beside it the nearer one, closer than float32 tells", () => {
    for (let bits = 0; bits + 1 < finite.length; bits++) {
      const [below = 0, above = 0] = [finite[bits], finite[bits + 1]];
      const middle = (below + above) / 2;
      const even = bits % 2 === 0 ? below : above;
      const little = (above - below) * 2 ** -40;
      expect([nearestFloat16(middle), nearestFloat16(middle - little), nearestFloat16(-middle - little)]).toEqual([even, below, -above]);
    }
  });

  it("of what is too large is infinite, and what is no number stays none", () => {
    const largest = 65_504;
    expect(nearestFloat16(65_519.999)).toBe(largest);
    expect([65_520, -65_520, 1e300, Infinity].map(nearestFloat16)).toEqual([Infinity, -Infinity, Infinity, Infinity]);
    expect(nearestFloat16(NaN)).toBeNaN();
    expect([2 ** -25, 2 ** -25 * 1.0001, 1e-300].map(nearestFloat16)).toEqual([0, 2 ** -24, 0]);
  });

  it("of a float32 is what weights are rounded to", () => {
    const random = seededRandom(9);
    const values = Float32Array.from({ length: 20_000 }, () => random.normal() * 2 ** (40 * random.uniform() - 25));
    const bits = toFloat16(values);
    for (const [at, value] of values.entries()) expect(Object.is(nearestFloat16(value), float16Value(bits[at] as number))).toBe(true);
  });
});
