// Claim: a run is given only data that its model's own tokenizer made, as far as that can be known.
import { describe, expect, it } from "vitest";
import { requireUsableData } from "../../src/session/run-checks.ts";
import { failureOf } from "../support/errors.ts";
import { sampleRun } from "../support/runs.ts";

const { data: sentences } = sampleRun("x");
const made = { ...sentences, tokenizer: "aaaa" };
const model = { name: "tiny" };

describe("data for a run", () => {
  it("of another tokenizer or template is refused, naming data and model", async () => {
    const failure = await failureOf(() => requireUsableData(made, { ...model, tokenizer: "bbbb" }));
    expect(failure.code).toBe("run/other-tokenizer");
    expect(failure.message).toContain("set.jsonl were prepared with another tokenizer or chat template than that of tiny");
  });

  it.each([
    ["of the same tokenizer", made, { ...model, tokenizer: "aaaa" }],
    ["stored before there were fingerprints", sentences, { ...model, tokenizer: "aaaa" }],
    ["for a model without a tokenizer", made, model],
    [
      "that is one batch of ids",
      { fixedBatch: { batch: 1, seq: 2, ids: Int32Array.of(1, 2), labels: Int32Array.of(-100, 2), attention: Uint8Array.of(1, 1) } },
      { ...model, tokenizer: "aaaa" },
    ],
  ] as const)("%s is taken", (_name, data, info) => expect(() => requireUsableData(data, info)).not.toThrow());
});
