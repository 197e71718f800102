import { describe, expect, it } from "vitest";
import { ignoreLabel, type TokenizedExample } from "../../src/tokens/batch.ts";
import { collate, learnedRows, paddedLength, realTokens } from "../../src/tokens/batches.ts";

const example = (ids: readonly number[], learnedFrom: number): TokenizedExample => ({
  line: 1,
  ids: Int32Array.from(ids),
  labels: Int32Array.from(ids, (id, at) => (at < learnedFrom ? ignoreLabel : id)),
});

describe("batches", () => {
  it("pad on the right, unseen and unlearned", () => {
    const batch = collate([example([5, 6, 7], 1), example([8, 9], 0)], 64);
    expect([batch.batch, batch.seq]).toEqual([2, 16]);
    expect([...batch.ids.subarray(0, 4), ...batch.ids.subarray(16, 19)]).toEqual([5, 6, 7, 0, 8, 9, 0]);
    expect([...batch.labels.subarray(0, 4), ...batch.labels.subarray(16, 19)]).toEqual([-100, 6, 7, -100, 8, 9, -100]);
    expect(realTokens(batch)).toBe(5);
    expect([...batch.attention.subarray(16, 19)]).toEqual([1, 1, 0]);
  });

  it("predict each learned token from the row before it, never across examples", () => {
    const { rows, targets } = learnedRows(collate([example([5, 6, 7], 2), example([8, 9], 0)], 64));
    // The first token of the second example is learned by label but has nothing before it.
    expect([...rows]).toEqual([1, 16]);
    expect([...targets]).toEqual([7, 9]);
  });

  it("learn nothing where the mask is empty", () => {
    expect(learnedRows(collate([example([1, 2, 3], 3)], 64)).rows).toHaveLength(0);
  });

  it("have few lengths, none shorter than the longest row, with little padding on long rows", () => {
    const lengths = Array.from({ length: 1024 }, (_, at) => at + 1);
    expect(new Set(lengths.map((length) => paddedLength(length, 4096))).size).toBeLessThanOrEqual(16);
    for (const length of lengths) {
      const padded = paddedLength(length, 4096);
      expect(padded).toBeGreaterThanOrEqual(length);
      if (length > 256) expect(padded / length).toBeLessThan(1.5);
      expect(paddedLength(length, length)).toBe(Math.max(2, length));
    }
  });
});
