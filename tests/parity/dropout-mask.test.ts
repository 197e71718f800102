// Claim: a mask of dropout has the same bits on every engine.
import { expect, it } from "vitest";
import { maskOn } from "../support/dropout.ts";
import { describeEngines, engineOf } from "../support/engines.ts";

describeEngines("a mask of dropout", ["wasm", "webgpu"], (name) => {
  it.each([
    [300, 250, 0.1],
    [64, 1024, 0.5],
    [1, 7, 0.3],
  ])("of %i by %i at %f is the float64 one", async (rows, columns, rate) => {
    for (const step of [0, 1]) {
      const mask = { rows, columns, rate, step, layer: 3, linear: 5 };
      expect(await maskOn(await engineOf(name), mask)).toEqual(Float32Array.from(await maskOn(await engineOf("reference"), mask)));
    }
  });
});
