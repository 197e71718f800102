import { expect, it } from "vitest";
import { parseBatch } from "../../src/tokens/batch-json.ts";
import { failureOf } from "../support/errors.ts";
import { jsonOf } from "../support/files.ts";

const good = { input_ids: [[1, 2, 3]], attention_mask: [[1, 1, 0]], labels: [[-100, 2, -100]] };

it("reads the batch of the reference numbers", () => {
  const { batch, seq, ids, labels, attention } = parseBatch(jsonOf("tests/fixtures/goldens/llama_tied/golden.json"));
  expect([batch, seq, ids.length, labels.length, attention.length]).toEqual([2, 24, 48, 48, 48]);
  expect(attention.reduce((sum, seen) => sum + seen, 0)).toBe(24 + 18);
});

it("takes every token for real where there is no mask", () => {
  expect([...parseBatch({ ...good, attention_mask: undefined }).attention]).toEqual([1, 1, 1]);
});

it.each([
  ["input_ids", { input_ids: undefined }],
  ["input_ids", { input_ids: [] }],
  ["input_ids", { input_ids: [[1]], attention_mask: [[1]], labels: [[1]] }],
  ["Row 0 of input_ids", { input_ids: [[1, 2.5, 3]] }],
  [
    "Row 1 of input_ids",
    {
      input_ids: [
        [1, 2, 3],
        [1, 2],
      ],
    },
  ],
  [
    "attention_mask has 2 rows",
    {
      attention_mask: [
        [1, 1, 1],
        [1, 1, 1],
      ],
    },
  ],
  ["Row 0 of labels has 2 entries", { labels: [[1, 2]] }],
  ["labels holds -1", { labels: [[-100, -1, 2]] }],
  ["labels", { labels: "none" }],
])("names %s where it is wrong", async (names, changes) => {
  const failure = await failureOf(() => parseBatch({ ...good, ...changes }));
  expect(failure.code).toBe("data/batch-invalid");
  expect(failure.message).toContain(names);
});

it.each([[null], [[]], ["text"]])("refuses %j", async (value) => {
  expect((await failureOf(() => parseBatch(value))).code).toBe("data/batch-invalid");
});
