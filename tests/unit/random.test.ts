import { describe, expect, it } from "vitest";
import { restoreRandom, seededRandom, shuffled } from "../../src/base/random.ts";

/** sfc32 as PractRand defines it, in exact integer arithmetic. */
function* sfc32([a, b, c, counter]: readonly bigint[]): Generator<number> {
  const word = (value: bigint): bigint => BigInt.asUintN(32, value);
  let state = { a: a ?? 0n, b: b ?? 0n, c: c ?? 0n, counter: counter ?? 0n };
  while (true) {
    const out = word(state.a + state.b + state.counter);
    const rotated = word((state.c << 21n) | (state.c >> 11n));
    state = { a: state.b ^ (state.b >> 9n), b: word(state.c + (state.c << 3n)), c: word(rotated + out), counter: word(state.counter + 1n) };
    yield Number(out) / 2 ** 32;
  }
}

describe("seeded random numbers", () => {
  it("are sfc32", () => {
    const state = [0xdeadbeef, 0x12345678, 0xffffffff, 1] as const;
    const random = restoreRandom(state);
    const oracle = sfc32(state.map(BigInt));
    for (let count = 0; count < 200; count++) expect(random.uniform()).toBe(oracle.next().value);
  });

  it("never change: runs that are stored depend on them", () => {
    const random = seededRandom(42);
    expect(Array.from({ length: 4 }, () => random.uniform() * 2 ** 32)).toMatchInlineSnapshot(`
      [
        2476999517,
        2284424721,
        914527439,
        3398404915,
      ]
    `);
  });

  it("go on from a stored state as if never interrupted", () => {
    const random = seededRandom(7);
    for (let count = 0; count < 13; count++) random.normal();
    const restored = restoreRandom(random.state());
    expect(Array.from({ length: 50 }, () => restored.normal())).toEqual(Array.from({ length: 50 }, () => random.normal()));
  });

  it("differ by seed", () => {
    const firsts = Array.from({ length: 1000 }, (_, seed) => seededRandom(seed).uniform());
    expect(new Set(firsts).size).toBe(1000);
  });

  it("are standard normal where asked for", () => {
    const random = seededRandom(1);
    const values = Array.from({ length: 20_000 }, () => random.normal());
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    // Five standard errors.
    expect(Math.abs(mean)).toBeLessThan(5 / Math.sqrt(values.length));
    expect(Math.abs(variance - 1)).toBeLessThan(5 * Math.sqrt(2 / values.length));
  });

  it("shuffle every permutation of three about equally often", () => {
    const random = seededRandom(3);
    const counts = new Map<string, number>();
    for (let count = 0; count < 6000; count++) {
      const key = shuffled([1, 2, 3], random).join("");
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });

  it("leave what they shuffle alone", () => {
    const items = [1, 2, 3, 4];
    shuffled(items, seededRandom(1));
    expect(items).toEqual([1, 2, 3, 4]);
  });
});
