import { describe, expect, it } from "vitest";
import { blobSource } from "../../src/base/byte-source.ts";
import { seededRandom } from "../../src/base/random.ts";
import { formatVersion } from "../../src/checkpoint/run-record.ts";
import { newModelConfig, type NewModelShape } from "../../src/config/new-model.ts";
import { parseRunConfig } from "../../src/config/run-config.ts";
import { encodeSafetensors } from "../../src/interchange/safetensors.ts";
import { decodeState, encodeState, type RunState } from "../../src/session/exchange/state-file.ts";
import { and, words } from "../../src/words/message.ts";
import { configWith } from "../support/configs.ts";
import { failureOf, told } from "../support/errors.ts";
import { bytesOf } from "../support/files.ts";
import { formatTwoRun, sampleRun } from "../support/runs.ts";
import { the } from "../support/the.ts";
import { english } from "../support/words.ts";

const decode = (bytes: Uint8Array) => decodeState(blobSource("state.safetensors", new Blob([bytes as Uint8Array<ArrayBuffer>])));
const run = sampleRun("golden");
const formatOne = bytesOf("tests/fixtures/checkpoints/format-1.safetensors");

/** A state with some of its metadata's JSON changed. */
function withState(change: (state: Record<string, unknown>) => void, bytes = encodeState(run)): Uint8Array {
  const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length))) as Record<string, unknown>;
  const { __metadata__: metadata } = header as { __metadata__: { state: string } };
  const state = JSON.parse(metadata.state) as Record<string, unknown>;
  change(state);
  metadata.state = JSON.stringify(state);
  const json = new TextEncoder().encode(JSON.stringify(header));
  const out = new Uint8Array(8 + json.length + bytes.length - 8 - length);
  new DataView(out.buffer).setBigUint64(0, BigInt(json.length), true);
  out.set(json, 8);
  out.set(bytes.subarray(8 + length), 8 + json.length);
  return out;
}

describe("a run as one file", () => {
  it("comes back whole", async () => {
    expect(await decode(encodeState(run))).toEqual(run);
  });

  it("comes back with the factor of its loss, and is refused where that is none", async () => {
    const withScale = (factor: number): RunState => ({ ...run, checkpoint: { ...run.checkpoint, lossScale: { factor, goodSteps: 12 } } });
    expect(await decode(encodeState(withScale(4096)))).toEqual(withScale(4096));
    for (const factor of [0, -2, NaN])
      expect((await failureOf(() => decode(encodeState(withScale(factor))))).code).toBe("checkpoint/invalid");
  });

  it("comes back with the fingerprint of its tokenizer", async () => {
    const data = { ...run.data, tokenizer: "0badcafe" };
    expect((await decode(encodeState({ ...run, data }))).data).toEqual(data);
  });

  it("comes back whole with one fixed batch", async () => {
    const fixedBatch = {
      batch: 1,
      seq: 3,
      ids: Int32Array.of(1, 2, 3),
      labels: Int32Array.of(-100, 2, 3),
      attention: Uint8Array.of(1, 1, 0),
    };
    const fixed: RunState = { ...run, data: { fixedBatch }, checkpoint: { ...run.checkpoint, cursor: null } };
    expect(await decode(encodeState(fixed))).toEqual(fixed);
  });

  it("comes back whole without validation examples", async () => {
    const data = { ...run.data, validation: [] };
    expect((await decode(encodeState({ ...run, data }))).data).toEqual(data);
  });

  describe("from scratch", () => {
    const method = parseRunConfig({ method: { kind: "scratch", width: 8 } }).method as NewModelShape;
    const record = { ...run.record, config: { ...run.record.config, method } };
    const checkpoint = { ...run.checkpoint, parameters: { embedding: new Float32Array(3 * 8) } };
    const config = newModelConfig(method, 3);
    const model = { "config.json": JSON.stringify({ ...config, eos_token_id: 2 }), "tokenizer.json": "é" };
    const scratch: RunState = { ...run, record, checkpoint, data: { ...run.data, model } };

    it("comes back with what its model is made of", async () => {
      expect(await decode(encodeState(scratch))).toEqual(scratch);
    });

    it.each([
      ["nothing", undefined],
      ["a text", "config.json"],
      ["no text", { "config.json": 1 }],
      ["no JSON", { "config.json": "{" }],
      ["another shape", { "config.json": JSON.stringify({ ...config, hidden_size: 16 }) }],
      ["a larger vocabulary than its parameters have", { "config.json": JSON.stringify(newModelConfig(method, 1e9)) }],
      ["a file elsewhere", { ...model, "../../.profile": "echo" }],
      ["weights", { ...model, "model.safetensors": "" }],
    ])("is damaged where that is %s", async (_name, other) => {
      const bytes = withState((state) => Object.assign(state["data"] as object, { model: other }), encodeState(scratch));
      const { key, message } = await failureOf(() => decode(bytes));
      expect([key, message]).toEqual(["checkpoint/invalid#damaged", expect.stringContaining("what its model is made of")]);
    });

    it("is alone in having it", async () => {
      expect((await failureOf(() => decode(encodeState({ ...run, data: scratch.data })))).code).toBe("checkpoint/invalid");
    });
  });

  it("of format 1 stays readable", async () => {
    expect(await decode(formatOne)).toEqual(run);
  });

  it("of format 2 stays readable", async () => {
    expect(await decode(bytesOf("tests/fixtures/checkpoints/format-2.safetensors"))).toEqual(formatTwoRun());
  });

  it.each([
    ["parameters", NaN, "What the run trains (group layer.1)", "NaN"],
    ["fixed", NaN, "What its method made (group layer.1)", "NaN"],
    ["first", Infinity, "state first (group layer.1)", "Inf"],
    ["second", -Infinity, "state second (group layer.1)", "-Inf"],
  ] as const)("whose %s holds %d is refused, naming both", async (kind, value, vector, word) => {
    const { checkpoint } = run;
    const spoilt = { ...checkpoint.parameters, "layer.1": new Float32Array(6).fill(value, 2, 3) };
    const changed =
      kind === "parameters" || kind === "fixed" ? { [kind]: spoilt } : { optimizer: { ...checkpoint.optimizer, [kind]: spoilt } };
    const failure = await failureOf(() => decode(encodeState({ ...run, checkpoint: { ...checkpoint, ...changed } })));
    expect(failure.code).toBe("checkpoint/not-finite");
    expect(failure.message).toContain(vector);
    expect(failure.message).toContain(`holds ${word}.`);
  });

  it("keeps the form of its base, which runs from before it was kept have from their quantization", async () => {
    const model = { ...run.record.model, quantization: "as-published", form: "Q8_0, Q4_1", bitsPerWeight: 5.9, commit: "abc" } as const;
    expect((await decode(encodeState({ ...run, record: { ...run.record, model } }))).record.model).toEqual(model);
    const { form: _form, ...older } = run.record.model;
    const { record } = await decode(withState((state) => (state["record"] = { ...run.record, model: older })));
    expect(record.model).toEqual({ ...older, form: "int4" });
    for (const spoil of [{ form: 4 }, { bitsPerWeight: "5" }, { bitsPerWeight: -1 }, { commit: {} }])
      expect(
        (await failureOf(() => decode(withState((state) => (state["record"] = { ...run.record, model: { ...model, ...spoil } }))))).code,
      ).toBe("checkpoint/invalid");
  });

  it("of an imported adapter keeps its notes, and a rank and alpha that the form does not offer", async () => {
    const record = { ...run.record, notes: ["Made for another base."], config: configWith({ rank: 512, alpha: 0.5 }, run.record.config) };
    expect((await decode(encodeState({ ...run, record }))).record).toEqual(record);
    for (const spoil of [
      { notes: [1] },
      { notes: [{ key: "Fault", params: {} }] },
      { notes: [{ list: ["a"], join: 1 }] },
      { config: configWith({ rank: 0 }, record.config) },
      { config: configWith({ alpha: "8" }, record.config) },
      { config: { ...record.config, extra: {} } },
    ])
      expect((await failureOf(() => decode(withState((state) => (state["record"] = { ...record, ...spoil }))))).code).toBe(
        "checkpoint/invalid",
      );
  });

  it("of an imported adapter keeps notes that are words", async () => {
    const notes = [words("adapter/some-layers", { count: 1, all: 2 }), and(["a", words("interchange/nothing")]), "As it was said."];
    const record = { ...run.record, datasetName: words("run/imported-adapter"), notes };
    expect((await decode(encodeState({ ...run, record }))).record).toEqual(record);
  });

  it("of a run that failed before errors were keys says what it said", async () => {
    const error = { code: "gpu/device-lost", message: "The GPU was lost.", hint: "Reload the page.", details: "at step 3" };
    const { record } = await decode(withState((state) => (state["record"] = { ...run.record, error })));
    expect(told(the(record.error))).toMatchObject(error);
    const none = await decode(withState((state) => (state["record"] = { ...run.record, error: "lost" })));
    expect(none.record.error).toBeUndefined();
  });

  it("that lacks a parameter of its words can still be shown", async () => {
    const notes = [{ key: "adapter/some-layers", params: {} }];
    const error = { code: "model/not-finite", key: "model/not-finite#gguf", params: {} };
    const { record } = await decode(withState((state) => (state["record"] = { ...run.record, notes, error })));
    expect(english.text(the(record.notes?.[0]))).toContain("layers; the others stay as they are");
    expect(told(the(record.error)).message).toContain("in tensor");
  });

  it("of a newer format is refused in words of its own", async () => {
    const newer = encodeSafetensors([], { format: "atelier-run", version: String(formatVersion + 1), state: "{}" });
    expect((await failureOf(() => decode(newer))).code).toBe("checkpoint/newer");
  });

  it.each([
    ["another safetensors file", encodeSafetensors([{ name: "x", shape: [1], data: Float32Array.of(1) }])],
    ["no state", encodeSafetensors([], { format: "atelier-run", version: "1" })],
    ["a state that is no JSON", encodeSafetensors([], { format: "atelier-run", version: "1", state: "{" })],
    ["an empty state", encodeSafetensors([], { format: "atelier-run", version: "1", state: "{}" })],
    ["a state that is null", encodeSafetensors([], { format: "atelier-run", version: "1", state: "null" })],
    ["in format 1 more layers than tensors", withState((state) => (state["layers"] = 3), formatOne)],
    ["in format 1 fewer layers than tensors", withState((state) => (state["layers"] = 1), formatOne)],
    ["in format 1 absurdly many layers", withState((state) => (state["layers"] = 1e12), formatOne)],
    ["in format 1 no number of layers", withState((state) => delete state["layers"], formatOne)],
    ["a step that is text", withState((state) => (state["step"] = "4"))],
    ["a data cursor outside the data", withState((state) => (state["cursor"] = { epoch: 0, cursor: 99, random: [1, 2, 3, 4] }))],
    ["a data cursor without a generator", withState((state) => (state["cursor"] = { epoch: 0, cursor: 0 }))],
    ["a history that is missing", withState((state) => delete state["history"])],
    [
      "a configuration out of range",
      withState((state) => (state["record"] = { ...run.record, config: { ...run.record.config, rank: -1 } })),
    ],
    ["a record without a model", withState((state) => (state["record"] = { ...run.record, model: undefined }))],
    ["a fingerprint that is no text", withState((state) => (state["data"] = { kind: "examples", name: "x", tokenizer: 7 }))],
    ["data of an unknown kind", withState((state) => (state["data"] = { kind: "stream" }))],
  ])("that holds %s is called damaged", async (_name, bytes) => {
    expect((await failureOf(() => decode(bytes))).code).toBe("checkpoint/invalid");
  });

  it("with bytes changed at random is read or refused in words, never by accident", async () => {
    const bytes = encodeState(run);
    for (let seed = 0; seed < 400; seed++) {
      const random = seededRandom(seed);
      const changed = bytes.slice(0, random.below(4) === 0 ? random.below(bytes.length) : bytes.length);
      for (let count = 0; count <= random.below(8) && changed.length > 0; count++)
        changed[random.below(changed.length)] = random.below(256);
      const outcome = await decode(changed).then(
        () => "read",
        (error: unknown) => (error as { code?: string }).code ?? String(error),
      );
      expect(outcome, `seed ${seed}`).toMatch(/^(read|(checkpoint|model)\/[a-z-]+)$/);
    }
  });
});
