// Claim: a blocked sum adds every number once, and never more than 128 in a row, whatever the width.
import { expect, it } from "vitest";
import { blockedSum } from "../../src/graph/blocked-sum.ts";

const widths = [1, 2, 127, 128, 129, 509, 1733, 14_019, 49_152, 50_257, 151_669, 151_936, 262_144, 262_145];

it.each(widths)("%i numbers", (width) => {
  const longest = { value: 0 };
  const chunks = (x: readonly number[], block: number) =>
    Array.from({ length: x.length / block }, (_, at) => x.slice(at * block, (at + 1) * block));
  // A row, or what stands for it in blocks.
  const total = blockedSum<readonly (number | readonly number[])[]>(
    Array.from({ length: width }, (_, at) => at + 1),
    width,
    {
      inBlocks: (x, block) => chunks(x as readonly number[], block),
      columns: (x, start, end) => x.slice(start, end),
      sum: (x) => {
        const rows = typeof x[0] === "number" ? [x as readonly number[]] : (x as readonly (readonly number[])[]);
        return rows.map((row) => {
          longest.value = Math.max(longest.value, row.length);
          return row.reduce((a, b) => a + b, 0);
        });
      },
      add: ([a], [b]) => [Number(a) + Number(b)],
    },
  );
  expect(total).toEqual([(width * (width + 1)) / 2]);
  expect(longest.value).toBeLessThanOrEqual(128);
});
