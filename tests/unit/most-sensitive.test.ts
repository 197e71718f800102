// Which matrices get 8 bits under a budget: by hand, and against all choices there are.
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../src/base/random.ts";
import { mostSensitive, type SensitiveMatrix } from "../../src/model/quantization/most-sensitive.ts";

const four: readonly SensitiveMatrix[] = [
  { name: "v", elements: 100, cost: 20 },
  { name: "down", elements: 800, cost: 40 },
  { name: "up", elements: 800, cost: 8 },
  { name: "q", elements: 300, cost: 0 },
];

const chosen = (mean: number): string[] => [...mostSensitive(four, { low: 5, high: 9, mean })];

describe("the most sensitive matrices", () => {
  it("are those whose cost per weight is largest, as far as the budget goes", () => {
    // 2,000 weights: v takes 400 bits, a mean of 0.2; down 1.6, up 1.6.
    expect(chosen(5)).toEqual([]);
    expect(chosen(5.19)).toEqual([]);
    expect(chosen(5.2)).toEqual(["v"]);
    expect(chosen(6.79)).toEqual(["v"]);
    expect(chosen(6.8)).toEqual(["v", "down"]);
    // What costs nothing in 4 bits gets no more, whatever there is room for.
    expect(chosen(9)).toEqual(["v", "down", "up"]);
  });

  it("pass over one that is too large for what is left", () => {
    const matrices = [
      { name: "large", elements: 900, cost: 900 },
      { name: "small", elements: 100, cost: 1 },
    ];
    expect([...mostSensitive(matrices, { low: 5, high: 9, mean: 5.4 })]).toEqual(["small"]);
  });

  it("stay within the budget and save at least nine tenths of what the best choice saves", () => {
    const random = seededRandom(2);
    for (let round = 0; round < 40; round++) {
      const matrices = Array.from({ length: 12 }, (_, at) => ({
        name: String(at),
        elements: [100, 300, 300, 100, 800, 800][at % 6] as number,
        cost: Math.exp(1.5 * random.normal()),
      }));
      const budget = { low: 5.125, high: 9, mean: 7 };
      const names = mostSensitive(matrices, budget);
      const bits = (has: (at: number) => boolean): number =>
        matrices.reduce((sum, { elements }, at) => sum + elements * (has(at) ? 9 : 5.125), 0);
      const saved = (has: (at: number) => boolean): number => matrices.reduce((sum, { cost }, at) => sum + (has(at) ? cost : 0), 0);
      const most = 7 * matrices.reduce((sum, { elements }) => sum + elements, 0);
      let best = 0;
      for (let mask = 0; mask < 4096; mask++) {
        const has = (at: number): boolean => ((mask >> at) & 1) === 1;
        if (bits(has) <= most) best = Math.max(best, saved(has));
      }
      const has = (at: number): boolean => names.has(String(at));
      expect(bits(has), `round ${round}`).toBeLessThanOrEqual(most);
      expect(saved(has), `round ${round}`).toBeGreaterThan(0.9 * best);
    }
  });
});
