// What a loss is measured over: every token of a text once, as many as were asked for, in batches that stay small.
import { describe, expect, it } from "vitest";
import { ignoreLabel, type TokenizedExample } from "../../src/tokens/batch.ts";
import { learnedRows } from "../../src/tokens/batches.ts";
import { firstPredicted, measuredBatches, textRows } from "../../src/tokens/measured-rows.ts";

const range = (from: number, count: number): number[] => Array.from({ length: count }, (_, at) => from + at);
const row = (ids: readonly number[], labels: readonly number[] = ids): TokenizedExample => ({
  line: 1,
  ids: Int32Array.from(ids),
  labels: Int32Array.from(labels),
});
const predicted = (rows: readonly TokenizedExample[]): number[] =>
  measuredBatches(rows, 1024).flatMap((batch) => [...learnedRows(batch).targets]);

describe("a text as rows", () => {
  it("begins every row as texts begin, and predicts each of its tokens once", () => {
    const rows = textRows([1, ...range(10, 10)], [1], 5);
    expect(rows.map(({ ids }) => [...ids])).toEqual([
      [1, 10, 11, 12, 13],
      [1, 14, 15, 16, 17],
      [1, 18, 19],
    ]);
    expect(predicted(rows)).toEqual(range(10, 10));
  });

  it("has no start token where the tokenizer puts none: the first of each row is not predicted", () => {
    const rows = textRows(range(10, 8), [], 4);
    expect(rows.map(({ ids }) => [...ids])).toEqual([range(10, 4), range(14, 4)]);
    expect(predicted(rows)).toEqual([11, 12, 13, 15, 16, 17]);
  });

  it("leaves out a token that stands alone", () => {
    expect(textRows(range(10, 5), [], 4)).toHaveLength(1);
    expect(textRows([10], [], 4)).toEqual([]);
    expect(textRows([1], [1], 4)).toEqual([]);
  });
});

describe("the first tokens", () => {
  it("end with the row in which the last of them stands", () => {
    const rows = firstPredicted([row(range(1, 4)), row(range(11, 4)), row(range(21, 4))], 5);
    expect(rows.map(({ ids }) => [...ids])).toEqual([range(1, 4), range(11, 3)]);
    expect(predicted(rows)).toEqual([2, 3, 4, 12, 13]);
  });

  it("count only what is learned, and are all where there are fewer", () => {
    const rows = [row([1, 2, 3, 4], [ignoreLabel, ignoreLabel, 3, 4]), row([5, 6], [5, ignoreLabel]), row([7, 8, 9])];
    expect(predicted(firstPredicted(rows, 3))).toEqual([3, 4, 8]);
    expect(predicted(firstPredicted(rows, 100))).toEqual([3, 4, 8, 9]);
    expect(firstPredicted([row([1], [1])], 100)).toEqual([]);
  });
});

describe("batches", () => {
  it("hold at most 1,024 tokens with their padding, in the order of the rows", () => {
    const rows = [500, 100, 500, 30, 30].map((length) => row(range(1, length)));
    const batches = measuredBatches(rows, 512);
    expect(batches.map(({ batch, seq }) => [batch, seq])).toEqual([
      [2, 512],
      [2, 512],
      [1, 32],
    ]);
    expect(predicted(rows)).toHaveLength(500 + 100 + 500 + 30 + 30 - 5);
  });

  it("are padded no further than the model reaches", () => {
    expect(measuredBatches([row(range(1, 65))], 70).map(({ seq }) => seq)).toEqual([70]);
  });
});
