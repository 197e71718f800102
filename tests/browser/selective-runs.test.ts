// Runs that train a part of the base itself: they learn, go on to the same bits, come back from their folders with the same logits, leave
// the base as it is, and are refused where they make no sense.
import { expect, it } from "vitest";
import { parseRunConfig } from "../../src/config/run-config.ts";
import { failureOf } from "../support/errors.ts";
import { Driver, sentences } from "../support/session.ts";
import { tinyConfig, tinyModelFiles } from "../support/tiny-model.ts";

const ids = [1, 50, 60, 70];

function config(method: Readonly<Record<string, unknown>>, steps = 6) {
  return parseRunConfig({
    data: { batchSize: 2, seqLength: 64 },
    method,
    optimizer: { learningRate: 0.005, warmupSteps: 0 },
    stopping: { steps, evaluateEvery: 0, checkpointEvery: 0 },
  });
}

/** A model in which there are biases. */
const biased = { kind: "files", name: "biased", files: tinyModelFiles({}, { ...tinyConfig, attention_bias: true }) } as const;

it.each([
  ["bitfit", "int8"],
  ["norms", "int8"],
  ["last-k", "int8"],
  ["embedding", "int8"],
  ["tokens", "none"],
  ["full", "none"],
] as const)("%s on weights in %s", { timeout: 120_000 }, async (kind, quantization) => {
  const driver = new Driver();
  await driver.load("wasm", { quantization, ...(kind === "bitfit" ? { source: biased } : {}) });
  const { session } = driver;
  const before = await session.logits(ids, null);
  const method = { kind, ...(kind === "tokens" ? { tokenIds: "1, 50, 60" } : {}) };
  const request = { name: "whole", config: config(method), data: sentences };
  const whole = await session.startRun(request);
  expect(await driver.end(whole)).toBe("finished");
  const losses = await driver.losses(whole);
  expect(losses.at(-1)).toBeLessThan(losses[0] ?? 0);

  const cut = await session.startRun({ ...request, name: "cut", stopAfter: 3 });
  await driver.end(cut);
  await session.resumeRun(cut);
  expect(await driver.end(cut)).toBe("finished");
  const [own, other] = [await session.exportAdapter(whole), await session.exportAdapter(cut)];
  expect(other.slice(0, 2)).toEqual(own.slice(0, 2));

  const tuned = await session.logits(ids, whole);
  expect(tuned).not.toEqual(before);
  const imported = await session.importAdapter("again", own);
  expect(await session.logits(ids, imported)).toEqual(tuned);
  expect(await session.logits(ids, null)).toEqual(before);
});

it("full fine-tuning of quantized weights is refused with the reason, and so is its budget", async () => {
  const driver = new Driver();
  await driver.load("wasm", { quantization: "int8" });
  const request = { name: "full", config: config({ kind: "full" }), data: sentences };
  const refused = await failureOf(() => driver.session.startRun(request));
  expect([refused.key, refused.params["held"]]).toEqual(["config/invalid#quantized-base", "int8"]);
  expect(refused.message).toContain("Full fine-tuning trains every weight in float32; this model is held as int8");
});
