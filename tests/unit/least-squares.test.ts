// Codes of 4 bits by least squares: against rounding by min and max as ONNX Runtime does it, against a search without end, and on grids.
import { describe, expect, it } from "vitest";
import { fromFloat16, toFloat16 } from "../../src/base/half.ts";
import { seededRandom } from "../../src/base/random.ts";
import type { OwnQuantization } from "../../src/config/quantizations.ts";
import { fitSymmetric, fitZeroPoint, type FitBlock } from "../../src/model/quantization/least-squares.ts";
import { tensorBytes } from "../support/files.ts";
import { decode, encode } from "../support/quantize.ts";

const golden = (name: string): Float32Array => new Float32Array(tensorBytes("tests/fixtures/goldens/quant/quant.safetensors", name).buffer);

/** The sum of squared errors of nearest codes. */
function errorOf(weights: Float32Array, scale: number, zero: number): number {
  let sum = 0;
  for (const weight of weights) {
    const code = scale === 0 ? zero : Math.min(15, Math.max(0, Math.round(weight / scale + zero)));
    sum += (weight - (code - zero) * scale) ** 2;
  }
  return sum;
}

/** Outliers included: a tenth of the weights is four times as wide. */
function someWeights(seed: number, length: number): Float32Array {
  const random = seededRandom(seed);
  return Float32Array.from({ length }, () => 0.03 * random.normal() * (random.uniform() < 0.1 ? 4 : 1));
}

/** The best of 1,000 steps of either sign between a 20th and a half of the largest weight. */
function leastError(weights: Float32Array, zeros: readonly number[]): number {
  const largest = weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0);
  let least = Infinity;
  for (let at = 0; at < 1000; at++) {
    const scale = (largest / 20) * 10 ** (at / 1000);
    // With the other sign a zero point is 15 less itself, which is among all of them; 8 is not.
    for (const zero of zeros) least = Math.min(least, errorOf(weights, scale, zero));
    if (zeros.length === 1) least = Math.min(least, errorOf(weights, -scale, zeros[0] as number));
  }
  return least;
}

const all = Array.from({ length: 16 }, (_, zero) => zero);
const kinds: readonly (readonly [OwnQuantization, FitBlock, string, readonly number[]])[] = [
  ["int4", fitSymmetric, "ort_int4_sym_b32.dequant", [8]],
  ["int4-asym", fitZeroPoint, "ort_int4_asym_b32.dequant", all],
];

describe.each(kinds)("%s", (quantization, fit, reference, zeros) => {
  it("has in no block a larger error than rounding by min and max", () => {
    const [weights, rounded] = [golden("W"), golden(reference)];
    const shape = { rows: 128, columns: 96 };
    const fitted = decode(quantization, encode(quantization, weights, shape), shape);
    let [ours, theirs] = [0, 0];
    for (let start = 0; start < weights.length; start += 32) {
      const error = (of: Float32Array): number =>
        weights.subarray(start, start + 32).reduce((sum, weight, at) => sum + (weight - (of[start + at] as number)) ** 2, 0);
      // Both are sums of float32 numbers: a block that is held exactly may differ in the last bit.
      expect(error(fitted), `block at ${start}`).toBeLessThanOrEqual(error(rounded) * 1.000001 + 1e-12);
      ours += error(fitted);
      theirs += error(rounded);
    }
    expect(ours).toBeLessThan(0.95 * theirs);
  });

  it.each([16, 32, 64, 128])("comes within 2% of the least error in blocks of %i", (block) => {
    let [found, least] = [0, 0];
    for (let seed = 0; seed < 8; seed++) {
      const weights = someWeights(seed, block);
      const { scale, zero } = fit(weights, 0, block);
      found += errorOf(weights, scale, zero);
      least += leastError(weights, zeros);
    }
    expect(found).toBeLessThanOrEqual(1.02 * least);
    expect(found).toBeGreaterThan(0.98 * least);
  });

  it("gives back exactly what lies on a grid already, however little of it is used", () => {
    const random = seededRandom(4);
    for (let round = 0; round < 300; round++) {
      const scale = fromFloat16(toFloat16(Float32Array.of(0.02 * random.normal())))[0] as number;
      const zero = zeros[random.below(zeros.length)] as number;
      const [lowest, codes] = [random.below(16), 1 + random.below(16)];
      const weights = Float32Array.from({ length: 32 }, () => (Math.min(15, lowest + random.below(codes)) - zero) * scale);
      const shape = { rows: 1, columns: 32 };
      const back = decode(quantization, encode(quantization, weights, shape), shape);
      // Whether a zero is −0 depends on the sign of the scale.
      expect(
        [...back].map((value) => value + 0),
        `round ${round}`,
      ).toEqual([...weights].map((value) => value + 0));
    }
  });

  it("holds one weight and what is all alike", () => {
    for (const weights of [
      Float32Array.of(-3),
      Float32Array.of(0, 0, 1e-30),
      new Float32Array(40).fill(0.7),
      new Float32Array(40).fill(-0.7),
    ]) {
      const shape = { rows: 1, columns: weights.length };
      expect([...decode(quantization, encode(quantization, weights, shape), shape)]).toEqual([...weights]);
    }
  });
});
