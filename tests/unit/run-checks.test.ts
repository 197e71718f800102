// Claim: a run is given only data that its model's own tokenizer made, as far as that can be known, and that fits into its context together
// with what the method puts before.
import { describe, expect, it } from "vitest";
import { requireUsableData, requireWithinContext } from "../../src/session/run-checks.ts";
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

describe("the context", () => {
  const longest = 9;
  const lines = [7, longest].map((length, line) => ({ line, ids: new Int32Array(length), labels: new Int32Array(length) }));
  const data = { name: "set.jsonl", train: lines.slice(0, 1), validation: lines.slice(1) };
  const none = { virtualTokens: 0, prefixTokens: 0 };

  it.each([
    ["nothing", none, 0],
    ["virtual tokens", { ...none, virtualTokens: 3 }, 3],
    ["a prefix", { ...none, prefixTokens: 3 }, 3],
  ])("has room for the longest line and %s, and not for one more", async (_what, method, added) => {
    expect(() => requireWithinContext(data, { contextLength: longest + added }, method)).not.toThrow();
    const failure = await failureOf(() => requireWithinContext(data, { contextLength: longest + added - 1 }, method));
    expect(failure).toMatchObject({ code: "data/too-long", params: { tokens: longest, added, context: longest + added - 1 } });
    expect(failure.message.includes("virtual tokens before")).toBe(added > 0);
  });

  it("counts them before a fixed batch too", async () => {
    const fixedBatch = { batch: 1, seq: 8, ids: new Int32Array(8), labels: new Int32Array(8), attention: new Uint8Array(8).fill(1) };
    const failure = await failureOf(() => requireWithinContext({ fixedBatch }, { contextLength: 10 }, { ...none, virtualTokens: 3 }));
    expect(failure.message).toContain("8 tokens and 3 virtual tokens before");
    expect(() => requireWithinContext({ fixedBatch }, { contextLength: 11 }, { ...none, virtualTokens: 3 })).not.toThrow();
  });
});
