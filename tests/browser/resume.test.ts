// A run that was interrupted and goes on computes the very numbers of one that was not: adapters are compared to the bit.
import { expect, it } from "vitest";
import { openSafetensors, readTensor } from "../../src/interchange/safetensors.ts";
import { blobSource } from "../../src/base/byte-source.ts";
import afterSixUrl from "../fixtures/checkpoints/format-1-run/adapter_after_6.safetensors?url";
import stateUrl from "../fixtures/checkpoints/format-1-run/state.safetensors?url";
import configUrl from "../fixtures/goldens/llama_tied/config.json?url";
import weightsUrl from "../fixtures/goldens/llama_tied/model.safetensors?url";
import { failureOf } from "../support/errors.ts";
import { tinyGguf } from "../support/gguf-model.ts";
import { Driver, sentences } from "../support/session.ts";

const batch = {
  batch: 1,
  seq: 4,
  ids: Int32Array.of(5, 6, 7, 8),
  labels: Int32Array.of(-100, 6, 7, 8),
  attention: Uint8Array.of(1, 1, 1, 1),
};

it.each([
  ["examples with accumulation", { accumulate: 3, batchSize: 2 }, sentences],
  ["examples with validation and checkpoints", { evaluateEvery: 2, checkpointEvery: 3, schedule: "linear" as const }, sentences],
  ["a batch larger than the data", { batchSize: 16, targets: ["q_proj", "down_proj"] as const, weightDecay: 0.1 }, sentences],
  ["one fixed batch", { clipNorm: 0 }, { fixedBatch: batch }],
])("ten steps equal five, a fresh session and five: %s", async (_name, config, data) => {
  const straight = await Driver.load();
  const whole = await straight.train(config, data);
  const first = await Driver.load();
  const half = await first.train(config, data, 5);
  expect((await first.session.listRuns()).find(({ id }) => id === half)).toMatchObject({ phase: "paused", stepsDone: 5 });
  const second = await Driver.load();
  await second.session.resumeRun(half);
  expect(await second.end(half)).toBe("finished");
  expect(await second.adapter(half)).toEqual(await straight.adapter(whole));
  expect(await second.losses(half)).toEqual(await straight.losses(whole));
  const { validations } = await second.session.runHistory(half);
  expect(validations).toEqual((await straight.session.runHistory(whole)).validations);
});

const gguf = async () => ({ kind: "files", name: "tiny.gguf", files: [await tinyGguf("Q8_0")] }) as const;

it.each([
  ["as-published", async () => ({ source: await gguf(), quantization: "auto" as const })],
  ["int8", () => ({ quantization: "int8" as const })],
  ["int4-fine", () => ({ quantization: "int4-fine" as const, quantizeHead: true })],
  ["gptq", () => ({ quantization: "gptq" as const, calibration: sentences.train })],
  ["int4-mixed", () => ({ quantization: "int4-mixed" as const, calibration: sentences.train })],
])("ten steps equal five and five on weights held as %s", async (_name, changes) => {
  const straight = await Driver.load("wasm", await changes());
  const whole = await straight.train({});
  const half = await straight.train({}, sentences, 5);
  const second = await Driver.load("wasm", await changes());
  await second.session.resumeRun(half);
  expect(await second.end(half)).toBe("finished");
  expect(await second.adapter(half)).toEqual(await straight.adapter(whole));
});

it("does not go on with codes that other texts decided", async () => {
  const rounded = { quantization: "gptq", useCache: false } as const;
  const driver = await Driver.load("wasm", { ...rounded, calibration: sentences.train.slice(0, 3) });
  const half = await driver.train({}, sentences, 5);
  const other = await Driver.load("wasm", { ...rounded, calibration: sentences.train.slice(3) });
  expect(await failureOf(() => other.session.resumeRun(half))).toMatchObject({ code: "run/other-quantization" });
});

it("pauses at any step and measures what it would have measured", async () => {
  const straight = await Driver.load();
  const config = { steps: 12, evaluateEvery: 2 };
  const whole = await straight.train(config);
  const driver = await Driver.load();
  const id = await driver.start(config);
  for (let pauses = 0; pauses < 6; pauses++) {
    await driver.session.pauseRun(id);
    if ((await driver.end(id)) === "finished") break;
    await driver.session.resumeRun(id);
  }
  expect(await driver.end(id)).toBe("finished");
  expect(await driver.adapter(id)).toEqual(await straight.adapter(whole));
  const [own, other] = [await driver.session.runHistory(id), await straight.session.runHistory(whole)];
  expect(own.validations).toEqual(other.validations);
  expect(own.steps.map(({ step, loss }) => [step, loss])).toEqual(other.steps.map(({ step, loss }) => [step, loss]));
});

it("knows that the head was quantized, also from an exported state", async () => {
  const driver = await Driver.load("wasm", { quantizeHead: true });
  const whole = await driver.train({});
  const half = await driver.train({}, sentences, 4);
  const { bytes } = await driver.session.exportState(half);
  const imported = await driver.session.importState(bytes);
  await driver.load("wasm");
  expect((await failureOf(() => driver.session.resumeRun(imported))).hint).toContain("int4, the head too");
  await driver.load("wasm", { quantizeHead: true });
  await driver.session.resumeRun(imported);
  expect(await driver.end(imported)).toBe("finished");
  expect(await driver.adapter(imported)).toEqual(await driver.adapter(whole));
});

it("goes on from an exported state, also where its run is gone", async () => {
  const driver = await Driver.load();
  const whole = await driver.train({});
  const half = await driver.train({}, sentences, 4);
  const { bytes } = await driver.session.exportState(half);
  await driver.session.deleteRun(half);
  const imported = await driver.session.importState(bytes);
  expect(imported).not.toBe(half);
  await driver.session.resumeRun(imported);
  expect(await driver.end(imported)).toBe("finished");
  expect(await driver.adapter(imported)).toEqual(await driver.adapter(whole));
});

it("goes on from a state that was exported while it trained", async () => {
  const driver = await Driver.load();
  const id = await driver.start({ steps: 40, accumulate: 2 });
  await driver.steps(id, 3);
  const { bytes } = await driver.session.exportState(id);
  expect(await driver.end(id)).toBe("finished");
  const imported = await driver.session.importState(bytes);
  expect((await driver.session.listRuns()).find((run) => run.id === imported)?.checkpointStep).toBeLessThan(40);
  await driver.session.resumeRun(imported);
  expect(await driver.end(imported)).toBe("finished");
  expect(await driver.adapter(imported)).toEqual(await driver.adapter(id));
});

const bytesOf = async (url: string) => new Uint8Array(await (await fetch(url)).arrayBuffer());

async function tensorsOf(bytes: Uint8Array): Promise<Readonly<Record<string, Float32Array>>> {
  const file = await openSafetensors(blobSource("adapter", new Blob([bytes as Uint8Array<ArrayBuffer>])));
  const tensors = [...file.tensors.keys()].toSorted().map(async (name) => [name, await readTensor(file, name)] as const);
  return Object.fromEntries(await Promise.all(tensors));
}

// Written and trained on by the last version that knew nothing but LoRA with AdamW.
it("goes on from a state of format 1 to the bits that its own version came to", async () => {
  const files = [new File([await bytesOf(configUrl)], "config.json"), new File([await bytesOf(weightsUrl)], "model.safetensors")];
  const source = { kind: "files", name: "llama_tied", files } as const;
  const driver = await Driver.load("wasm", { source, quantization: "none", tokenizerOptional: true });
  const id = await driver.session.importState(await bytesOf(stateUrl));
  expect((await driver.session.listRuns()).find((run) => run.id === id)).toMatchObject({ phase: "paused", stepsDone: 3 });
  await driver.session.resumeRun(id);
  expect(await driver.end(id)).toBe("finished");
  expect(await tensorsOf(await driver.adapter(id))).toEqual(await tensorsOf(await bytesOf(afterSixUrl)));
  // The three steps of that version, and three more.
  expect((await driver.losses(id)).slice(0, 3)).toEqual([6.834249002592904, 6.834249002592904, 6.807070374488831]);
  expect(await driver.losses(id)).toHaveLength(6);
});
