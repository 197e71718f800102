// Adapters in and out: what training changed is what the files hold.
import { expect, it } from "vitest";
import { failureOf } from "../support/errors.ts";
import { Driver, quick, sentences } from "../support/session.ts";
import { tinyConfig, tinyModelFiles } from "../support/tiny-model.ts";

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
  const config = { ...quick, rank: 9, steps: 1, learningRate: 0 };
  const child = await driver.session.startRun({ name: "child", config, data: sentences, startFrom: parent });
  await driver.end(child);
  expect((await driver.session.listRuns()).find(({ id }) => id === child)?.config.rank).toBe(quick.rank);
  expect(await driver.session.evaluateRun(child)).toBe(trained);
});
