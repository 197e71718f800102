// Claim: masks drop the share that is asked for, everywhere alike, and no two rows, columns, layers or steps have anything to do with each
// other; and the arithmetic that they are made with is exact in float32.
import { describe, expect, it } from "vitest";
import { seedOf } from "../../src/base/random.ts";
import { dropoutNumbers, maskNumbers, maskPrime } from "../../src/graph/dropout-mask.ts";
import { createReferenceEngine } from "../../src/runtime/reference/reference-engine.ts";
import { maskOn, type MaskOf } from "../support/dropout.ts";
import { the } from "../support/the.ts";

const engine = createReferenceEngine();
const [rows, columns] = [160, 192];

/** 1 where an entry is dropped. */
async function droppedIn(options: Partial<MaskOf>): Promise<Uint8Array> {
  const mask = await maskOn(engine, { rows, columns, rate: 0.5, ...options });
  return Uint8Array.from(mask, (value) => Number(value === 0));
}

const lineOf = (dropped: Uint8Array, side: "rows" | "columns", at: number): Uint8Array =>
  side === "rows" ? dropped.slice(at * columns, (at + 1) * columns) : dropped.filter((_, flat) => flat % columns === at);

/** How many standard deviations the share of entries in which two lists agree is from 1/2; their own shares are near 1/2. */
function agreement(a: Uint8Array, b: Uint8Array): number {
  const same = a.reduce((sum, value, at) => sum + Number(value === b[at]), 0);
  return Math.abs(same - a.length / 2) / (Math.sqrt(a.length) / 2);
}

describe("a mask of dropout", () => {
  it.each([0.05, 0.1, 1 / 3, 0.5, 0.9])("drops %f of all, of every row and of every column", async (rate) => {
    const mask = await maskOn(engine, { rows, columns, rate });
    expect(new Set(mask)).toEqual(
      new Set([0, Math.fround(1 / (1 - rate))].map((value) => mask.find((found) => Math.abs(found - value) < 1e-6))),
    );
    const dropped = Uint8Array.from(mask, (value) => Number(value === 0));
    const deviations = (list: Uint8Array): number =>
      Math.abs(list.reduce((sum, value) => sum + value, 0) - rate * list.length) / Math.sqrt(list.length * rate * (1 - rate));
    expect(deviations(dropped)).toBeLessThan(3.5);
    for (const [side, count] of [
      ["rows", rows],
      ["columns", columns],
    ] as const) {
      const all = Array.from({ length: count }, (_, at) => deviations(lineOf(dropped, side, at)));
      expect(Math.max(...all), side).toBeLessThan(5);
      // As scattered as draws are: the mean square of so many deviations is 1, give or take √(2 / count).
      const spread = all.reduce((sum, value) => sum + value * value, 0) / count;
      expect(Math.abs(spread - 1), side).toBeLessThan(4 * Math.sqrt(2 / count));
    }
  });

  it("drops none at a rate of 0", async () => {
    expect(new Set(await maskOn(engine, { rows, columns, rate: 0 }))).toEqual(new Set([1]));
  });

  it.each(["rows", "columns"] as const)("has %s that are no copies and no opposites of each other", async (side) => {
    const dropped = await droppedIn({});
    const lines = Array.from({ length: side === "rows" ? rows : columns }, (_, at) => lineOf(dropped, side, at));
    let [worst, sum, pairs] = [0, 0, 0];
    for (const [p, a] of lines.entries()) {
      for (const b of lines.slice(p + 1)) {
        const deviation = agreement(a, b);
        worst = Math.max(worst, deviation);
        [sum, pairs] = [sum + deviation ** 2, pairs + 1];
      }
    }
    // Of some 15,000 pairs; and together as scattered as independent ones.
    expect(worst).toBeLessThan(5.5);
    expect(Math.abs(sum / pairs - 1)).toBeLessThan(0.1);
  });

  it("has no rows that add up to others: the parity of three rows says nothing of a fourth", async () => {
    const dropped = await droppedIn({});
    const line = (at: number): Uint8Array => lineOf(dropped, "rows", at);
    for (let at = 0; at + 3 < rows; at++) {
      const parity = line(at).map((value, column) => value ^ the(line(at + 1)[column]) ^ the(line(at + 2)[column]));
      expect(agreement(parity, line(at + 3))).toBeLessThan(4.5);
    }
  });

  it("differs by seed, step, micro-batch, layer and linear, and by nothing else", async () => {
    const base = await droppedIn({});
    expect(await droppedIn({})).toEqual(base);
    const others = [
      { seed: 2 },
      { step: 1 },
      { microBatch: 1 },
      { layer: 1 },
      { linear: 1 },
      { layer: 1, linear: 1 },
      { layer: 2 },
      { step: 2 },
    ];
    const masks = [base, ...(await Promise.all(others.map(droppedIn)))];
    for (const [p, a] of masks.entries()) for (const b of masks.slice(p + 1)) expect(agreement(a, b)).toBeLessThan(4.5);
  });
});

describe("the numbers of a mask", () => {
  it("are whole, from 1 to below the prime, and those of fewer rows are the first", () => {
    const numbers = dropoutNumbers(7, 3, 1, "rows", 400);
    expect(numbers.length).toBe(400 * maskNumbers);
    expect(numbers.every((value) => Number.isInteger(value) && value >= 1 && value < maskPrime)).toBe(true);
    expect(dropoutNumbers(7, 3, 1, "rows", 20)).toEqual(numbers.slice(0, 20 * maskNumbers));
    expect(dropoutNumbers(7, 3, 1, "columns", 400)).not.toEqual(numbers);
  });

  it("are divided with the right rest in float32, all that come up", () => {
    const inverse = Math.fround(1 / maskPrime);
    const largest = 3 * (maskPrime - 1) ** 2;
    let wrong = 0;
    for (let x = 0; x <= largest; x++)
      wrong += Number(Math.floor(Math.fround(Math.fround(x + 0.5) * inverse)) !== Math.floor(x / maskPrime));
    expect(wrong).toBe(0);
    // Each value below the prime is the cube of one.
    expect(new Set(Array.from({ length: maskPrime }, (_, x) => x ** 3 % maskPrime)).size).toBe(maskPrime);
  });

  it("come from seeds that each part changes", () => {
    const seeds = [[], [0], [1], [0, 0], [1, 0], [0, 1], [2, 1], [1, 2], [-1], [2 ** 32 - 2]].map((parts) => seedOf(...parts));
    expect(new Set(seeds).size).toBe(seeds.length);
  });
});
