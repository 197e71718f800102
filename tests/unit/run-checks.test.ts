// Claims: a run is given only data that its model's own tokenizer made, as far as that can be known, and a checkpoint that holds what its
// method trains and its optimizer keeps, neither more nor less. What a
// method puts before a sequence counts in the context.
import { describe, expect, it } from "vitest";
import { formatVersion } from "../../src/checkpoint/run-record.ts";
import { parseModelConfig } from "../../src/model/architectures.ts";
import {
  requireBatchWithinContext,
  requireFittingCheckpoint,
  requirePrecision,
  requireUsableData,
  withinContext,
} from "../../src/session/runs/run-checks.ts";
import { makeTraining } from "../../src/train/make-training.ts";
import { freshSnapshot } from "../../src/train/training.ts";
import { configWith } from "../support/configs.ts";
import { commas, words } from "../../src/words/message.ts";
import { failureOf } from "../support/errors.ts";
import { sampleRun } from "../support/runs.ts";
import { the } from "../support/the.ts";
import { tinyConfig } from "../support/tiny-model.ts";
import { randomParameters } from "../support/training.ts";

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

describe("a checkpoint", () => {
  const training = makeTraining(parseModelConfig(tinyConfig), configWith({ rank: 2, alpha: 4, targets: ["q_proj"] }));
  const fresh = freshSnapshot(training, { parameters: randomParameters(training.method), fixed: {} });
  const whole = { version: formatVersion, ...fresh, cursor: null } as const;
  const { parameters, optimizer } = whole;
  const [first, second] = [the(optimizer["first"]), the(optimizer["second"])];
  const vector = the(parameters["layer.1"]);
  const other = (vectors: typeof parameters, group: string, value: Float32Array) => ({ ...vectors, [group]: value });
  const { "layer.1": _last, ...firstLayer } = parameters;

  it("that holds what the run trains fits", () => {
    // Rank 2 beside a matrix of 32 by 32.
    expect(vector).toHaveLength(2 * (32 + 32));
    expect(() => requireFittingCheckpoint(whole, training)).not.toThrow();
  });

  it.each([
    ["a layer too few", { parameters: firstLayer }],
    ["a layer too many", { parameters: other(parameters, "layer.2", vector) }],
    ["a group of another name", { parameters: { ...firstLayer, head: vector } }],
    ["a name that every object has", { parameters: { ...firstLayer, toString: vector } }],
    ["a vector that is too short", { parameters: other(parameters, "layer.1", vector.subarray(1)) }],
    ["tensors that its method does not make", { fixed: { shared: vector } }],
    ["nothing of the optimizer", { optimizer: {} }],
    ["a vector of the optimizer too few", { optimizer: { first } }],
    ["a vector of another optimizer", { optimizer: { first, second, momentum: second } }],
    ["a vector of the optimizer under another name", { optimizer: { first, square: second } }],
    ["the optimizer's vectors of one layer", { optimizer: { first, second: { "layer.0": vector } } }],
    ["a vector of the optimizer that is too long", { optimizer: { first, second: other(second, "layer.1", new Float32Array(129)) } }],
  ])("with %s is refused", async (_name, changes) => {
    const failure = await failureOf(() => requireFittingCheckpoint({ ...whole, ...changes }, training));
    expect(failure.code).toBe("checkpoint/invalid");
  });

  it.each([
    ["parameters", { parameters: other(parameters, "layer.1", vector.with(3, NaN)) }, "What the run trains (group layer.1)"],
    ["an optimizer", { optimizer: { first, second: other(second, "layer.0", vector.with(0, Infinity)) } }, "state second (group layer.0)"],
  ])("that holds no numbers in %s is refused, naming the vector", async (_name, changes, named) => {
    const failure = await failureOf(() => requireFittingCheckpoint({ ...whole, ...changes }, training));
    expect(failure).toMatchObject({ code: "checkpoint/not-finite", message: expect.stringContaining(named) });
  });
});

describe("float16", () => {
  const gpu = { kind: "webgpu", hasFloat16: true, description: "a card" } as const;

  it("is trained in on a GPU that has it; float32 on every engine", () => {
    expect(() => requirePrecision({ precision: "float16" }, gpu)).not.toThrow();
    for (const engine of [gpu, { ...gpu, hasFloat16: false }, { ...gpu, kind: "wasm" } as const])
      expect(() => requirePrecision({ precision: "float32" }, engine)).not.toThrow();
  });

  it.each([
    ["WASM, which holds float16 and does not compute in it", { ...gpu, kind: "wasm", description: "two threads" } as const],
    ["a GPU without shader-f16", { ...gpu, hasFloat16: false, description: "two threads" }],
  ])("is refused on %s, naming the engine and the way out", async (_name, engine) => {
    const failure = await failureOf(() => requirePrecision({ precision: "float16" }, engine));
    expect(failure.code).toBe("config/invalid");
    expect([failure.message, failure.hint]).toEqual([expect.stringContaining("two threads"), expect.stringContaining("float32")]);
  });
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
    expect(withinContext(data, { contextLength: longest + added }, method)).toEqual({ data, notes: [] });
    const context = longest + added - 1;
    const short = withinContext(data, { contextLength: context }, method);
    expect(short.data).toEqual({ ...data, validation: [] });
    expect(short.notes).toEqual([words("run/too-long", { count: 1, lines: commas(["1"]), added, context })]);
    const failure = await failureOf(() => withinContext({ ...data, train: data.validation }, { contextLength: context }, method));
    expect(failure).toMatchObject({ code: "data/too-long", params: { line: "1", tokens: longest, added, context } });
    expect(failure.message.includes("virtual tokens before")).toBe(added > 0);
  });

  it("counts them before a fixed batch too", async () => {
    const fixedBatch = { batch: 1, seq: 8, ids: new Int32Array(8), labels: new Int32Array(8), attention: new Uint8Array(8).fill(1) };
    const failure = await failureOf(() => requireBatchWithinContext(fixedBatch, { contextLength: 10 }, { ...none, virtualTokens: 3 }));
    expect(failure.message).toContain("8 tokens and 3 virtual tokens before");
    expect(() => requireBatchWithinContext(fixedBatch, { contextLength: 11 }, { ...none, virtualTokens: 3 })).not.toThrow();
  });
});
