import { describe, expect, it } from "vitest";
import { seededRandom } from "../../src/base/random.ts";
import { sampleToken, type SamplingOptions } from "../../src/generate/sampling.ts";

const open: SamplingOptions = { temperature: 1, topP: 1, topK: 0 };
const probabilities = [0.5, 0.25, 0.15, 0.07, 0.03];
const logits = Float32Array.from(probabilities, Math.log);

/** How often each token is drawn, as shares. */
function shares(options: Partial<SamplingOptions>, draws = 20_000): number[] {
  const random = seededRandom(5);
  const counts = probabilities.map(() => 0);
  for (let draw = 0; draw < draws; draw++) {
    const token = sampleToken(logits, { ...open, ...options }, random);
    counts[token] = (counts[token] ?? 0) + 1 / draws;
  }
  return counts;
}

function expectShares(found: readonly number[], weights: readonly number[]): void {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  // Five standard errors of a share.
  for (const [at, weight] of weights.entries()) expect(Math.abs((found[at] ?? NaN) - weight / total), `token ${at}`).toBeLessThan(0.018);
}

describe("sampling", () => {
  it("is the most likely token at temperature 0, the first of equals, and draws no random number", () => {
    const random = seededRandom(1);
    const before = random.state();
    expect(sampleToken(Float32Array.of(1, 3, 3, 2), { ...open, temperature: 0 }, random)).toBe(1);
    expect(random.state()).toEqual(before);
  });

  it("follows the softmax", () => expectShares(shares({}), probabilities));

  it("sharpens and flattens with the temperature", () => {
    for (const temperature of [0.5, 2])
      expectShares(
        shares({ temperature }),
        probabilities.map((p) => p ** (1 / temperature)),
      );
  });

  it("keeps the top k", () => {
    expectShares(shares({ topK: 2 }), [0.5, 0.25, 0, 0, 0]);
    expect(shares({ topK: 1 }, 100)[0]).toBeCloseTo(1);
    expectShares(shares({ topK: 99 }), probabilities);
  });

  it("keeps the fewest tokens that together reach top p", () => {
    expectShares(shares({ topP: 0.7 }), [0.5, 0.25, 0, 0, 0]);
    expectShares(shares({ topP: 0.76 }), [0.5, 0.25, 0.15, 0, 0]);
    expect(shares({ topP: 0.01 }, 100)[0]).toBeCloseTo(1);
  });

  it("takes top k first, then top p of what is left", () => {
    // Of 0.5 and 0.25 the first has two thirds.
    expect(shares({ topK: 2, topP: 0.66 }, 1000)[0]).toBeCloseTo(1);
    expectShares(shares({ topK: 2, topP: 0.67 }), [0.5, 0.25, 0, 0, 0]);
  });

  it("draws the same tokens for a seed", () => {
    const draw = (seed: number): number[] => {
      const random = seededRandom(seed);
      return Array.from({ length: 50 }, () => sampleToken(logits, open, random));
    };
    expect(draw(3)).toEqual(draw(3));
    expect(draw(3)).not.toEqual(draw(4));
  });

  it("survives logits that are huge, minus infinity, or nearly frozen", () => {
    const random = seededRandom(2);
    for (const temperature of [1e-6, 1, 100]) {
      const token = sampleToken(Float32Array.of(-Infinity, 1e30, -1e30, -Infinity), { ...open, temperature, topP: 0.9 }, random);
      expect(token).toBe(1);
    }
  });
});
