import { describe, expect, it } from "vitest";
import { broadcastShapes, byteLength, elementCount, stridesOf } from "../../src/base/tensor.ts";

describe("shapes", () => {
  it("count elements; a scalar has one, an empty axis none", () => {
    expect([elementCount([]), elementCount([2, 3]), elementCount([4, 0])]).toEqual([1, 6, 0]);
  });

  it("share a byte between two uint4 and round up", () => {
    expect([byteLength("uint4", [3]), byteLength("uint4", [4]), byteLength("float32", [3]), byteLength("int64", [2])]).toEqual([
      2, 2, 12, 16,
    ]);
  });

  it("have row-major strides", () => {
    expect(stridesOf([2, 3, 4])).toEqual([12, 4, 1]);
  });

  it.each([
    [[3, 1], [4], [3, 4]],
    [[], [2, 2], [2, 2]],
    [
      [2, 1, 5],
      [3, 1],
      [2, 3, 5],
    ],
    [[2], [3], undefined],
    [[2, 3], [2, 1, 2], undefined],
  ])("broadcast as NumPy does: %j and %j give %j", (a, b, expected) => {
    expect(broadcastShapes(a, b)).toEqual(expected);
    expect(broadcastShapes(b, a)).toEqual(expected);
  });
});
