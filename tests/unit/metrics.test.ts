// Claim: what is drawn and said of a run's speed and shape is right, and cheap for long runs.
import { describe, expect, it } from "vitest";
import { downsample } from "../../src/metrics/downsample.ts";
import { exponentialAverage } from "../../src/metrics/smoothing.ts";
import { elapsedMs, remainingMs, tokensPerSecond } from "../../src/metrics/throughput.ts";

describe("exponentialAverage", () => {
  it("leaves a constant alone from its first value on", () => {
    for (const value of exponentialAverage([3, 3, 3], 0.9)) expect(value).toBeCloseTo(3, 12);
  });

  it("equals the weighted mean by hand", () => {
    const [first, second] = exponentialAverage([1, 2], 0.5);
    expect(first).toBeCloseTo(1, 12);
    expect(second).toBeCloseTo((0.25 * 1 + 0.5 * 2) / 0.75, 12);
  });

  it("steps over values that are not finite", () => {
    expect(exponentialAverage([2, NaN, 2], 0.9)[2]).toBeCloseTo(2, 12);
    expect(exponentialAverage([NaN], 0.9)[0]).toBeNaN();
  });
});

describe("downsample", () => {
  const points = Array.from({ length: 10_000 }, (_, x) => ({ x, y: x === 5_000 ? 100 : Math.sin(x / 300) }));

  it("keeps the ends, the order, the limit and the spike", () => {
    const kept = downsample(points, 400);
    expect(kept).toHaveLength(400);
    expect(kept[0]).toBe(0);
    expect(kept.at(-1)).toBe(9_999);
    expect(kept).toContain(5_000);
    expect(kept).toEqual(kept.toSorted((a, b) => a - b));
    expect(new Set(kept).size).toBe(kept.length);
  });

  it("leaves few points alone", () => {
    expect(downsample(points.slice(0, 5), 400)).toEqual([0, 1, 2, 3, 4]);
    expect(downsample([], 400)).toEqual([]);
  });
});

describe("throughput", () => {
  const steps = Array.from({ length: 30 }, (_, at) => ({ tokens: 100, ms: at < 10 ? 1000 : 50 }));

  it("adds up the time of all steps", () => expect(elapsedMs(steps)).toBe(11_000));

  it("measures the recent steps, not the first ones", () => {
    expect(tokensPerSecond(steps)).toBeCloseTo(2000, 9);
    expect(tokensPerSecond([])).toBeNull();
  });

  it("expects the median of the recent steps, whatever one slow step took", () => {
    expect(remainingMs([...steps, { tokens: 100, ms: 9_000 }], 10)).toBe(500);
    expect(remainingMs([], 10)).toBeNull();
  });
});
