// Claim: what the page says about a run's speed and shape is right, and cheap for long runs.
import { describe, expect, it } from "vitest";
import { downsample } from "../../src/metrics/downsample.ts";
import { countOf, formatBytes, formatCompact, formatDuration, formatMeasure, formatRate } from "../../src/metrics/format.ts";
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

describe("format", () => {
  it.each([
    [400, "0 s"],
    [59_400, "59 s"],
    [65_000, "1 min 5 s"],
    [3_720_000, "1 h 2 min"],
  ])("duration %d ms", (ms, text) => expect(formatDuration(ms)).toBe(text));

  it.each([
    [null, "–"],
    [0, "0"],
    [0.002, "0.002"],
    [0.00002, "2.0e-5"],
    [1.23456, "1.23"],
    [NaN, "not a number"],
    [Infinity, "infinite"],
  ])("measure %s", (value, text) => expect(formatMeasure(value)).toBe(text));

  it("rates, counts and sizes", () => {
    expect(formatRate(9.24)).toBe("9.2");
    expect(formatRate(1234.5)).toBe("1,235");
    expect(formatRate(null)).toBe("–");
    expect(formatCompact(2_760_000)).toBe("2.8M");
    expect(formatBytes(5_500_000)).toBe("5.5 MB");
    expect(countOf(1, "line")).toBe("1 line");
    expect(countOf(1200, "line")).toBe("1,200 lines");
  });
});
