import { expect, it } from "vitest";
import { splitExamples } from "../../src/data/split.ts";

const examples = Array.from({ length: 50 }, (_, at) => at);

it("keeps every example once, in the order of the file", () => {
  const { train, validation } = splitExamples(examples, 0.2, 5);
  expect(validation).toHaveLength(10);
  expect([...train, ...validation].toSorted((a, b) => a - b)).toEqual(examples);
  expect(train).toEqual(train.toSorted((a, b) => a - b));
  expect(validation).toEqual(validation.toSorted((a, b) => a - b));
});

it("is the same for a seed and another for another", () => {
  const held = (seed: number): number[] => splitExamples(examples, 0.2, seed).validation;
  expect(held(5)).toEqual(held(5));
  expect(held(5)).not.toEqual(held(6));
});

it.each([
  [20, 0.1, 2],
  [20, 0.5, 10],
  [20, 0, 0],
  // So few are all needed: what is held out is the very fact that will be asked for.
  [19, 0.1, 0],
  [12, 0.5, 0],
  [1, 0.5, 0],
  [0, 0.5, 0],
])("of %i examples with a share of %d, %i are held out", (count, fraction, held) => {
  const { train, validation } = splitExamples(examples.slice(0, count), fraction, 1);
  expect([train.length, validation.length]).toEqual([count - held, held]);
});
