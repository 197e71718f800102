// Claim: the examples that are asked again are the run's own, whole, the same for the same seed; and one counts as right only where
// every learned token of all its rows is.
import { describe, expect, it } from "vitest";
import { rightExamples, taughtExamples } from "../../src/session/exchange/taught-examples.ts";
import { ignoreLabel, type TokenizedExample } from "../../src/tokens/batch.ts";
import { learnedRows } from "../../src/tokens/batches.ts";

/** A row of a prompt and so many learned tokens. */
function row(line: number, prompt: number, learned: number): TokenizedExample {
  const ids = Int32Array.from({ length: prompt + learned }, (_, at) => 100 * line + at);
  return { line, ids, labels: ids.map((id, at) => (at < prompt ? ignoreLabel : id)) };
}

const data = (...train: TokenizedExample[]) => ({ name: "x", train, validation: [row(999, 1, 3)] });
const all = (taught: ReturnType<typeof taughtExamples>, says: (target: number) => boolean): boolean[][] =>
  taught.batches.map(({ batch }) => [...learnedRows(batch).targets].map(says));

describe("taught examples", () => {
  it("are all that learn something, each once, where there are few", () => {
    const taught = taughtExamples(data(row(1, 2, 3), row(2, 3, 0), row(3, 0, 1), row(4, 1, 1)), { seed: 1 }, 50, 64);
    // Line 2 learns nothing, and the only learned token of line 3 is the first, which nothing predicts.
    expect(taught.count).toBe(2);
    const targets = taught.batches.flatMap(({ batch }) => [...learnedRows(batch).targets]);
    expect(targets.toSorted((a, b) => a - b)).toEqual([102, 103, 104, 401]);
  });

  it("are drawn by the run's seed", () => {
    const many = data(...Array.from({ length: 200 }, (_, at) => row(at + 1, 2, 2)));
    const lines = (seed: number): number[] =>
      taughtExamples(many, { seed }, 50, 64).batches.flatMap(({ batch }) =>
        [...learnedRows(batch).targets].filter((target) => target % 100 === 2).map((target) => Math.floor(target / 100)),
      );
    expect(lines(7)).toHaveLength(50);
    expect(new Set(lines(7)).size).toBe(50);
    expect(lines(7)).toEqual(lines(7));
    expect(lines(7)).not.toEqual(lines(8));
  });

  it("are right where every learned token is the likeliest, and one wrong token makes one wrong", () => {
    const taught = taughtExamples(data(row(1, 2, 3), row(2, 9, 2), row(3, 1, 5), row(4, 30, 1)), { seed: 1 }, 50, 64);
    expect(
      rightExamples(
        taught,
        all(taught, () => true),
      ),
    ).toBe(4);
    expect(
      rightExamples(
        taught,
        all(taught, (target) => target !== 305),
      ),
    ).toBe(3);
    expect(
      rightExamples(
        taught,
        all(taught, (target) => target < 300 && target !== 102),
      ),
    ).toBe(1);
    expect(
      rightExamples(
        taught,
        all(taught, () => false),
      ),
    ).toBe(0);
  });

  it("of several rows are right as a whole", () => {
    const second = { ...row(1, 8, 2), ids: row(7, 8, 2).ids, labels: row(7, 8, 2).labels };
    const taught = taughtExamples(data(row(1, 2, 2), second, row(2, 2, 2)), { seed: 1 }, 50, 64);
    expect(taught.count).toBe(2);
    expect(
      rightExamples(
        taught,
        all(taught, (target) => target !== 709),
      ),
    ).toBe(1);
  });

  it("of a fixed batch are its rows that learn", () => {
    const fixedBatch = {
      batch: 3,
      seq: 3,
      ids: Int32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9),
      labels: Int32Array.of(-100, 2, 3, 4, -100, -100, -100, -100, 9),
      attention: new Uint8Array(9).fill(1),
    };
    const taught = taughtExamples({ fixedBatch }, { seed: 1 }, 50, 64);
    expect(taught.count).toBe(2);
    expect(rightExamples(taught, [[true, false, true]])).toBe(1);
    expect(rightExamples(taught, [[true, true, true]])).toBe(2);
  });
});
