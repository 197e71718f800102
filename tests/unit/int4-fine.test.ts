// Codes of 4 bits with a step and a middle per 16 weights: against a search without end, against int4, and at the ends of float16.
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../src/base/random.ts";
import type { OwnQuantization } from "../../src/config/quantizations.ts";
import { fitMiddle } from "../../src/model/quantization/fit-middle.ts";
import { failureOf } from "../support/errors.ts";
import { decode, encode } from "../support/quantize.ts";

const shape = { rows: 64, columns: 600 };

/** Outliers included: a tenth of the weights is four times as wide. */
function someWeights(seed: number, length: number, width = 0.03): Float32Array {
  const random = seededRandom(seed);
  return Float32Array.from({ length }, () => width * random.normal() * (random.uniform() < 0.1 ? 4 : 1));
}

const squares = (a: Float32Array, b: Float32Array): number => a.reduce((sum, value, at) => sum + (value - (b[at] as number)) ** 2, 0);

function errorOf(weights: Float32Array, step: number, middle: number): number {
  return weights.reduce((sum, weight) => {
    const code = Math.max(-8, Math.min(7, Math.round((weight - middle) / step)));
    return sum + (weight - (code * step + middle)) ** 2;
  }, 0);
}

/** The best of 100 steps from a 25th to a 10th of the range and of 400 middles. */
function leastError(weights: Float32Array): number {
  const [low, high] = [Math.min(...weights), Math.max(...weights)];
  let least = Infinity;
  for (let at = 0; at < 100; at++) {
    const step = ((high - low) / 25) * 2.5 ** (at / 99);
    for (let place = 0; place < 400; place++)
      least = Math.min(least, errorOf(weights, step, low + 8 * step + ((place - 300) / 100) * step));
  }
  return least;
}

function relativeError(quantization: OwnQuantization, weights: Float32Array): number {
  return (
    squares(decode(quantization, encode(quantization, weights, shape), shape), weights) / squares(weights, new Float32Array(weights.length))
  );
}

describe("the step and the middle of a block", () => {
  it.each([16, 32])("come within 4% of the least error in blocks of %i", (block) => {
    let [found, least] = [0, 0];
    for (let seed = 0; seed < 12; seed++) {
      const weights = someWeights(seed, block);
      const { step, middle } = fitMiddle(weights, 0, block);
      found += errorOf(weights, step, middle);
      least += leastError(weights);
    }
    expect(found).toBeLessThanOrEqual(1.04 * least);
    expect(found).toBeGreaterThan(0.96 * least);
  });

  it("are those of a grid whose ends are used", () => {
    const weights = Float32Array.from({ length: 16 }, (_, at) => 0.25 + 0.0625 * ((at * 7) % 16));
    expect(fitMiddle(weights, 0, 16)).toEqual({ step: 0.0625, middle: 0.75 });
    expect(fitMiddle(Float32Array.of(9, 0.5, 0.5), 1, 3)).toEqual({ step: 0, middle: 0.5 });
  });
});

describe("int4-fine", () => {
  it("has less than 0.55 of int4's squared error, and no more than 3% above that of steps and middles in full", () => {
    const random = seededRandom(1);
    const weights = Float32Array.from({ length: shape.rows * shape.columns }, () => 0.02 * random.normal());
    let unrounded = 0;
    for (let row = 0; row < shape.rows; row++)
      for (let start = 0; start < shape.columns; start += 16) {
        const block = weights.subarray(row * shape.columns + start, row * shape.columns + Math.min(shape.columns, start + 16));
        const { step, middle } = fitMiddle(block, 0, block.length);
        unrounded += errorOf(block, step, middle);
      }
    const relative = relativeError("int4-fine", weights);
    expect(relative).toBeLessThan(0.55 * relativeError("int4", weights));
    expect(relative).toBeLessThan((1.03 * unrounded) / squares(weights, new Float32Array(weights.length)));
  });

  it.each([1e-5, 1e-3, 1, 1000])("is as close for weights around %f", (width) => {
    const weights = someWeights(2, shape.rows * shape.columns, width);
    expect(relativeError("int4-fine", weights)).toBeLessThan(0.006);
  });

  it("takes weights whose units float16 cannot tell apart no worse than as zeros", () => {
    expect(relativeError("int4-fine", someWeights(2, shape.rows * shape.columns, 1e-9))).toBeLessThanOrEqual(1);
  });

  it("holds a block that hardly varies beside one that does", () => {
    const weights = Float32Array.from({ length: 32 }, (_, at) => (at < 16 ? at - 7.5 : 0.001 * (at % 2)));
    const one = { rows: 1, columns: 32 };
    const back = decode("int4-fine", encode("int4-fine", weights, one), one);
    for (const [at, value] of back.entries())
      expect(Math.abs(value - (weights[at] as number)), `weight ${at}`).toBeLessThan(at < 16 ? 0.03 : 0.002);
  });

  it("refuses what even a unit in float16 cannot reach", async () => {
    const failure = await failureOf(() => encode("int4-fine", Float32Array.of(1, -1e8), { rows: 1, columns: 2 }));
    expect(failure).toMatchObject({ code: "model/float16-range" });
    expect(failure.message).toContain("-100,000,000");
  });
});
