import { describe, expect, it } from "vitest";
import { seededRandom, type Random } from "../../src/base/random.ts";
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

  it("draws what a sort of the whole vocabulary draws, among equals and where a share is met exactly too", () => {
    const seeds = seededRandom(8);
    const vocabularies: readonly (() => Float32Array)[] = [
      () => Float32Array.from({ length: 1 + seeds.below(2000) }, () => seeds.normal() * 3),
      // Four values: mostly equals.
      () => Float32Array.from({ length: 1 + seeds.below(300) }, () => seeds.below(4)),
      () => Float32Array.from({ length: 2 ** (1 + seeds.below(8)) }, () => 0),
      () => Float32Array.from({ length: 500 }, () => (seeds.below(3) === 0 ? -Infinity : seeds.normal() * 60)),
    ];
    for (let round = 0; round < 400; round++) {
      const drawn = (vocabularies[round % 4] as () => Float32Array)();
      const options = {
        temperature: [0.3, 1, 2.5][seeds.below(3)] as number,
        topP: [0.1, 0.25, 0.5, 0.75, 0.9, 0.999, 1][seeds.below(7)] as number,
        topK: [0, 0, 1, 5, 40, 5000][seeds.below(6)] as number,
      };
      const [ours, sorted] = [seededRandom(round), seededRandom(round)];
      for (let draw = 0; draw < 5; draw++)
        expect([round, options, sampleToken(drawn, options, ours)]).toEqual([round, options, sampleSorted(drawn, options, sorted)]);
      expect(ours.state()).toEqual(sorted.state());
    }
  });
});

/** By the definition: the whole vocabulary sorted, every sum over it in that order. */
function sampleSorted(values: Float32Array, { temperature, topP, topK }: SamplingOptions, random: Random): number {
  const top = values.reduce((most, value) => Math.max(most, value), -Infinity);
  const weights = values.map((value) => Math.exp((value - top) / temperature));
  const weightOf = (id: number): number => weights[id] as number;
  const all = [...weights.keys()];
  const sorted = topK > 0 || topP < 1 ? all.toSorted((a, b) => weightOf(b) - weightOf(a)) : all;
  const order = topK > 0 ? sorted.slice(0, topK) : sorted;
  const share = topP * order.reduce((sum, id) => sum + weightOf(id), 0);
  let reached = 0;
  const end = topP < 1 ? order.findIndex((id) => (reached += weightOf(id)) >= share) : -1;
  const kept = end === -1 ? order : order.slice(0, end + 1);
  let left = random.uniform() * kept.reduce((sum, id) => sum + weightOf(id), 0);
  return kept.find((id) => (left -= weightOf(id)) < 0) ?? (kept.at(-1) as number);
}
