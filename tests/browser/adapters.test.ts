// Adapters in and out: what training changed is what the files hold.
import { expect, it } from "vitest";
import { blobSource } from "../../src/base/byte-source.ts";
import { parseRunConfig } from "../../src/config/run-config.ts";
import { encodeSafetensors, openSafetensors } from "../../src/interchange/safetensors.ts";
import type { NamedBytes } from "../../src/protocol/exchange-api.ts";
import { failureOf, told } from "../support/errors.ts";
import { configWith } from "../support/configs.ts";
import { Driver, greedy, ignore, quick, sentences } from "../support/session.ts";
import { tinyConfig, tinyModelFiles, tinyWeights } from "../support/tiny-model.ts";
import { english } from "../support/words.ts";

it("change the logits and the loss, and come back from their files the same", async () => {
  const driver = await Driver.load();
  const { session } = driver;
  const id = await driver.train({ steps: 20 });
  const ids = [1, 50, 60, 70];
  const tuned = await session.logits(ids, id);
  expect(tuned).not.toEqual(await session.logits(ids, null));
  const files = await session.exportAdapter(id);
  expect(files.map(({ name }) => name)).toEqual(["adapter_config.json", "adapter_model.safetensors", "history.jsonl"]);
  const imported = await session.importAdapter("again", files);
  expect(await session.logits(ids, imported)).toEqual(tuned);
  const labels = Int32Array.of(-100, 50, 60, 70);
  const batch = { batch: 1, seq: 4, ids: Int32Array.from(ids), labels, attention: new Uint8Array(4).fill(1) };
  const [own, again, base] = [
    await session.loss(batch, id, false),
    await session.loss(batch, imported, true),
    await session.loss(batch, null, false),
  ];
  expect(again.loss).toBe(own.loss);
  expect(again.gradients?.length).toBeGreaterThan(1000);
  expect([own.tokenCount, base.gradNorm]).toEqual([3, null]);
  expect(own.loss).not.toBe(base.loss);
  expect(await session.evaluateRun(id)).toBeLessThan((await driver.losses(id))[0] ?? 0);
});

it("have at the start of a run the loss that its first step reports, and gradients by the names of PEFT's parameters", async () => {
  const driver = await Driver.load();
  const { session } = driver;
  const config = parseRunConfig({ ...quick, method: { kind: "dora", rank: 2, targets: ["q_proj"] }, stopping: { steps: 1 } });
  const ids = Int32Array.of(1, 50, 60, 70);
  const fixedBatch = { batch: 1, seq: 4, ids, labels: Int32Array.of(-100, 50, 60, 70), attention: new Uint8Array(4).fill(1) };
  const { loss, gradNorm, gradients } = await session.loss(fixedBatch, config, true);
  const id = await session.startRun({ name: "dora", config, data: { fixedBatch } });
  await driver.end(id);
  const [first] = (await session.runHistory(id)).steps;
  expect({ loss, gradNorm }).toEqual({ loss: first?.loss, gradNorm: first?.gradNorm });
  const file = await openSafetensors(blobSource("gradients", new Blob([gradients as Uint8Array<ArrayBuffer>])));
  const names = (layer: number) =>
    ["lora_A.weight", "lora_B.weight", "lora_magnitude_vector.weight"].map(
      (half) => `base_model.model.model.layers.${layer}.self_attn.q_proj.${half}`,
    );
  expect([...file.tensors.keys()].toSorted()).toEqual([...names(0), ...names(1)]);
  const refused = await failureOf(() => session.loss(fixedBatch, parseRunConfig({ method: { kind: "full" } }), true));
  expect(refused.key).toBe("config/invalid#quantized-base");
});

it("write a history with a line per step", async () => {
  const driver = await Driver.load();
  const id = await driver.train({ steps: 4, evaluateEvery: 2 });
  const file = (await driver.session.exportAdapter(id)).find(({ name }) => name === "history.jsonl");
  const lines = new TextDecoder().decode(file?.bytes).trim().split("\n");
  expect(lines.map((line) => (JSON.parse(line) as { kind: string }).kind)).toEqual([
    ...Array<string>(4).fill("step"),
    ...Array<string>(3).fill("validation"),
  ]);
});

it("of another model, or files that are none, are refused and nothing is stored", async () => {
  const driver = await Driver.load();
  const files = await driver.session.exportAdapter(await driver.train({ steps: 1 }));
  const before = (await driver.session.listRuns()).length;
  const refusal = async (action: () => unknown): Promise<string> => (await failureOf(action)).code;
  expect(await refusal(() => driver.session.importAdapter("x", files.slice(1)))).toBe("adapter/file-missing");
  const cut = files.map((file) => (file.name.endsWith("safetensors") ? { ...file, bytes: file.bytes.slice(0, 500) } : file));
  expect(await refusal(() => driver.session.importAdapter("x", cut))).toBe("model/file-truncated");
  expect(await refusal(() => driver.session.importState(Uint8Array.of(1, 2, 3)))).toBe("model/file-truncated");
  const wide = tinyModelFiles({}, { ...tinyConfig, hidden_size: 64 });
  await driver.load("wasm", { source: { kind: "files", name: "wide", files: wide } });
  expect(await refusal(() => driver.session.importAdapter("x", files))).toBe("adapter/invalid");
  expect(await driver.session.listRuns()).toHaveLength(before);
});

it("of a run may be where another starts", async () => {
  const driver = await Driver.load();
  const parent = await driver.train({ steps: 15 });
  const trained = await driver.session.evaluateRun(parent);
  const config = configWith({ rank: 9, steps: 1, learningRate: 0 }, quick);
  const child = await driver.session.startRun({ name: "child", config, data: sentences, startFrom: parent });
  await driver.end(child);
  expect((await driver.session.listRuns()).find(({ id }) => id === child)?.config.method).toEqual(quick.method);
  expect(await driver.session.evaluateRun(child)).toBe(trained);
  // A step of its own, not those of its parent.
  expect(await driver.losses(child)).toHaveLength(1);
});

const text = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

/** PEFT's files of an adapter on the query of the second layer alone, all of whose numbers are the same. */
function secondQuery(value: number, settings: object = {}): NamedBytes[] {
  const path = "base_model.model.model.layers.1.self_attn.q_proj.lora_";
  const filled = (name: string, shape: readonly number[]) => ({ name, shape, data: new Float32Array(32 * 2).fill(value) });
  const tensors = [filled(`${path}A.weight`, [2, 32]), filled(`${path}B.weight`, [32, 2])];
  const config = { peft_type: "LORA", r: 2, lora_alpha: 4, target_modules: ".*1.self_attn.q_proj", ...settings };
  return [
    { name: "adapter_config.json", bytes: text(config) },
    { name: "adapter_model.safetensors", bytes: encodeSafetensors(tensors) },
  ];
}

it("of one layer load, say so, and go out as they came, also after training", async () => {
  const driver = await Driver.load();
  const { session } = driver;
  const id = await session.importAdapter("one layer", secondQuery(0.1, { base_model_name_or_path: "somebody/else" }));
  const record = (await session.listRuns()).find((run) => run.id === id);
  expect(record?.notes?.map(english.text).join()).toMatch(/made for somebody\/else.*1 of 2 layers/);
  const names = async (run: string): Promise<unknown> => {
    const files = await session.exportAdapter(run);
    const json = (name: string): string => new TextDecoder().decode(files.find((file) => file.name === name)?.bytes);
    const { target_modules: targets } = JSON.parse(json("adapter_config.json")) as { target_modules: unknown };
    return [targets, json("adapter_model.safetensors").match(/layers\.\d[\w.]+lora_[AB]/g)];
  };
  const module = "model.layers.1.self_attn.q_proj";
  const own = [[module], ["A", "B"].map((half) => `${module.slice(6)}.lora_${half}`)];
  expect(await names(id)).toEqual(own);
  const child = await session.startRun({
    name: "child",
    config: configWith({ steps: 3, weightDecay: 0.1 }, quick),
    data: sentences,
    startFrom: id,
  });
  await driver.end(child);
  expect(await names(child)).toEqual(own);
  expect(await driver.adapter(child)).not.toEqual(await driver.adapter(id));
  await session.exportState(child);
});

it("of rsLoRA compute what the alpha that means the same does, beyond what the form offers", async () => {
  const { session } = await Driver.load();
  const plain = await session.importAdapter("plain", secondQuery(0.1, { lora_alpha: 2000 * Math.SQRT2 }));
  const stabilized = await session.importAdapter("stabilized", secondQuery(0.1, { lora_alpha: 2000, use_rslora: true }));
  expect(await session.logits([1, 50, 60], stabilized)).toEqual(await session.logits([1, 50, 60], plain));
  const { bytes } = await session.exportState(stabilized);
  const again = await session.importState(bytes);
  expect((await session.listRuns()).find(({ id }) => id === again)?.config.method).toMatchObject({ kind: "rslora", rank: 2, alpha: 2000 });
});

it("of mlx-lm are told by their settings; weights that need Python are refused by name", async () => {
  const { session } = await Driver.load();
  const tensors = ["a", "b"].map((half) => ({
    name: `model.layers.1.self_attn.q_proj.lora_${half}`,
    shape: half === "a" ? [32, 2] : [2, 32],
    data: new Float32Array(64).fill(0.1),
  }));
  const mlx = { name: "adapters.safetensors", bytes: encodeSafetensors(tensors) };
  const settings = { name: "adapter_config.json", bytes: text({ num_layers: 1, lora_parameters: { rank: 2, scale: 2, dropout: 0 } }) };
  const [own, peft] = [await session.importAdapter("mlx", [settings, mlx]), await session.importAdapter("peft", secondQuery(0.1))];
  expect(await session.logits([1, 50, 60], own)).toEqual(await session.logits([1, 50, 60], peft));
  const [config] = secondQuery(0.1) as [NamedBytes, NamedBytes];
  const failure = await failureOf(() => session.importAdapter("pickle", [config, { name: "adapter_model.bin", bytes: Uint8Array.of(1) }]));
  expect(failure).toMatchObject({ code: "adapter/unsupported", message: expect.stringContaining("adapter_model.bin") });
});

it("whose numbers overflow never answer with text or numbers that are none", async () => {
  const driver = await Driver.load();
  const { session } = driver;
  const id = await session.importAdapter("huge", secondQuery(3e38));
  const ids = [1, 50, 60, 70];
  const batch = {
    batch: 1,
    seq: 4,
    ids: Int32Array.from(ids),
    labels: Int32Array.of(-100, 50, 60, 70),
    attention: new Uint8Array(4).fill(1),
  };
  const codeOf = async (action: () => unknown): Promise<string> => (await failureOf(action)).code;
  expect(await codeOf(() => session.logits(ids, id))).toBe("model/logits-not-finite");
  expect(await codeOf(() => session.loss(batch, id, true))).toBe("model/loss-not-finite");
  for (const temperature of [0, 1])
    expect(
      await codeOf(() => session.generate({ prompt: { kind: "ids", ids }, runId: id, sampling: { ...greedy, temperature } }, ignore)),
    ).toBe("model/logits-not-finite");
  const child = await session.startRun({ name: "child", config: quick, data: sentences, startFrom: id });
  expect(await driver.end(child)).toBe("failed");
  const { error } = (await session.listRuns()).find((run) => run.id === child) ?? {};
  expect(error && told(error)).toMatchObject({
    code: "train/input-not-finite",
    message: expect.stringContaining("The learning rate is not the cause"),
  });
});

it("are refused where a model's weights are not finite, and the model in place stays", async () => {
  const driver = await Driver.load();
  const before = await driver.session.logits([1, 50], null);
  const spoilt = tinyWeights(tinyConfig, 1, (name, data) => name.includes("1.mlp.up_proj") && data.fill(NaN, 5, 6));
  const files = tinyModelFiles({ "model.safetensors": spoilt });
  const failure = await failureOf(() => driver.load("wasm", { source: { kind: "files", name: "spoilt", files } }));
  expect(failure).toMatchObject({
    code: "model/not-finite",
    message: expect.stringContaining("NaN in tensor model.layers.1.mlp.up_proj.weight"),
  });
  expect(await driver.session.logits([1, 50], null)).toEqual(before);
});
