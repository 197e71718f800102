// Claim: rows of the tables are all that a training is made of. A method, an optimizer and objectives that the app does not have train
// together, are resumed to the bit, answer and are planned, by the app's own trainer, loop, decoder and planning engine.
import { afterAll, beforeAll, expect, it } from "vitest";
import { Decoder } from "../../src/generate/decoder.ts";
import { DecoderPrograms } from "../../src/generate/decoder-programs.ts";
import { parseModelConfig } from "../../src/model/architectures.ts";
import { baseNumbers } from "../../src/model/base-numbers.ts";
import { parameterTotal } from "../../src/model/parameters.ts";
import { seededRandom } from "../../src/base/random.ts";
import { planTraining } from "../../src/session/models/plan-run.ts";
import type { Batch } from "../../src/tokens/batch.ts";
import { wholeRow } from "../../src/tokens/batches.ts";
import { trainLoop, type BatchSource } from "../../src/train/loop.ts";
import { makeTraining } from "../../src/train/make-training.ts";
import type { Objective } from "../../src/train/objectives/objective.ts";
import { learningRateAt } from "../../src/train/schedule.ts";
import { Trainer } from "../../src/train/trainer.ts";
import { freshSnapshot, type Training } from "../../src/train/training.ts";
import { configWith } from "../support/configs.ts";
import { describeEngines, engineOf } from "../support/engines.ts";
import { largestDifference, openGolden, type Golden } from "../support/goldens.ts";
import { references } from "../support/method-goldens.ts";
import { hinge, outputScales, preference, signDescent } from "../support/toys.ts";
import { the } from "../support/the.ts";
import { tinyConfig } from "../support/tiny-model.ts";

const { pref_batch: pairs, dpo } = references.llama_tied;

/** Rows [chosen, chosen, rejected, rejected]; completions are learned. */
const pairBatch: Batch = {
  batch: pairs.input_ids.length,
  seq: the(pairs.input_ids[0]).length,
  ids: Int32Array.from(pairs.input_ids.flat()),
  labels: Int32Array.from(pairs.input_ids.flat(), (id, at) => (pairs.completion_mask.flat()[at] === 1 ? id : -100)),
  attention: Uint8Array.from(pairs.attention_mask.flat()),
};

const plain = { weightDecay: 0, clipNorm: 0, decayAll: true };
const run = configWith({ steps: 6, learningRate: 0.005, warmupSteps: 0, schedule: "constant", evaluateEvery: 0 });

function toyTraining({ spec }: Pick<Golden["model"], "spec">, objective: Objective): Training {
  return { method: outputScales(spec), objective, optimizer: signDescent, settings: plain, neftune: 0, seed: 1 };
}

async function startOf(model: Golden["model"], training: Training) {
  return freshSnapshot(training, await training.method.start(baseNumbers(model), seededRandom(1)));
}

/** The loop's losses. */
async function losses(trainer: Trainer, batch: Batch, until: number): Promise<number[]> {
  const source: BatchSource = { next: () => [batch], validation: [] };
  const seen: number[] = [];
  for await (const { loss } of trainLoop(trainer, source, run, until)) seen.push(loss);
  return seen;
}

describeEngines("toy rows of the tables", ["wasm", "webgpu"], (engineName) => {
  let golden: Golden;
  beforeAll(async () => {
    golden = await openGolden(await engineOf(engineName), "llama_tied");
  });
  afterAll(() => golden.model.dispose());

  it.each([
    ["a hinge", () => hinge(2), () => golden.batch],
    ["pairs", () => preference(0.1), () => pairBatch],
  ] as const)("train together, %s: the loss falls, and a snapshot goes on to the same bits", async (_name, objective, batchOf) => {
    const { model } = golden;
    const [training, batch] = [toyTraining(model, objective()), batchOf()];
    const whole = await Trainer.create(model, training, await startOf(model, training));
    const straight = await losses(whole, batch, 6);
    for (const [step, loss] of straight.slice(1).entries()) expect(loss, `step ${step + 1}`).toBeLessThan(the(straight[step]));
    const half = await Trainer.create(model, training, await startOf(model, training));
    const first = await losses(half, batch, 3);
    const again = await Trainer.create(model, training, structuredClone(await half.snapshot()));
    expect([...first, ...(await losses(again, batch, 6))]).toEqual(straight);
    expect(await again.snapshot()).toEqual(await whole.snapshot());
    expect((await again.snapshot()).step).toBe(6);
    for (const trainer of [whole, half, again]) await trainer.dispose();
  });

  it("at a loss of zero are left as they are", async () => {
    const { model, batch } = golden;
    const training = toyTraining(model, hinge(1000));
    const trainer = await Trainer.create(model, training, await startOf(model, training));
    expect(await losses(trainer, batch, 2)).toEqual([0, 0]);
    expect((await trainer.snapshot()).parameters).toEqual((await startOf(model, training)).parameters);
    await trainer.dispose();
  });

  it("answer against the cache what the whole pass gives", async () => {
    const { model, batch } = golden;
    const training = toyTraining(model, hinge(2));
    const trainer = await Trainer.create(model, training, await startOf(model, training));
    await losses(trainer, batch, 2);
    const ids = [...batch.ids.subarray(0, 9)];
    const whole = await trainer.network.logits(wholeRow(Int32Array.from(ids)), Int32Array.of(8), trainer.tuned);
    const programs = new DecoderPrograms(model, training.method);
    using decoder = new Decoder(programs, ids.length, trainer.tuned);
    expect(largestDifference(await decoder.read(ids), whole)).toBeLessThan(1e-4);
    await programs.dispose();
    await trainer.dispose();
  });

  it("are right: pairs with LoRA and AdamW, against a frozen reference, go PyTorch's way", async () => {
    const { model, config, adapter } = golden;
    const knobs = { learningRate: 1e-3, weightDecay: 0.01, clipNorm: 0, warmupSteps: 0, schedule: "constant" };
    const reference = { ...configWith(knobs), method: config };
    const training = { ...makeTraining(model.spec, reference), objective: preference(0.1) };
    const trainer = await Trainer.create(model, training, freshSnapshot(training, { parameters: adapter, fixed: {} }));
    expect(Math.abs((await trainer.evaluate([pairBatch])) - dpo.loss)).toBeLessThan(1e-5);
    for (const [step, loss] of dpo.adamw.losses.entries()) {
      const result = await trainer.update([pairBatch], learningRateAt(step, 5, reference.optimizer));
      expect(Math.abs(result.loss - loss), `loss of step ${step}`).toBeLessThan(2e-5);
      expect(Math.abs(result.gradNorm / the(dpo.adamw.grad_norms[step]) - 1), `gradient norm of step ${step}`).toBeLessThan(1e-4);
    }
    expect(Math.abs((await trainer.evaluate([pairBatch])) - dpo.adamw.final_loss)).toBeLessThan(2e-5);
    await trainer.dispose();
  });
});

it("toy rows of the tables are planned like any other", async () => {
  const spec = parseModelConfig(tinyConfig);
  const training = toyTraining({ spec }, preference(0.1));
  const planned = { spec, provider: "wasm", quantizationConfig: { quantization: "none" }, hasFloat16: true } as const;
  const { adapter, optimizer, activations } = await planTraining({ ...planned, run: { batchSize: 2, seqLength: 32 } }, training);
  // Of two layers: q 32, k and v 16, o 32, gate and up 44, down 32.
  expect(parameterTotal(training.method.layout)).toBe(2 * (32 + 2 * 16 + 32 + 2 * 44 + 32));
  expect(adapter).toBe(4 * parameterTotal(training.method.layout));
  // One vector that the optimizer keeps, and the gradient.
  expect(optimizer).toBe(2 * adapter);
  const larger = await planTraining({ ...planned, run: { batchSize: 2, seqLength: 64 } }, training);
  expect(larger.activations).toBeGreaterThan(activations);
  expect(larger.adapter).toBe(adapter);
});
