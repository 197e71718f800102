// Every family against PyTorch: logits, token log-probabilities, loss, every LoRA gradient, both five-step AdamW trajectories
// and greedy answers through the cache, unquantized, at the tolerances that the reference numbers' own rounding allows. The
// first word of a test's name is a column of the README's table, which is made from the results (src/cli/families.mjs).
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseRunConfig } from "../../src/config/run-config.ts";
import { Decoder } from "../../src/generate/decoder.ts";
import { DecoderPrograms } from "../../src/generate/decoder-programs.ts";
import { groupTensors } from "../../src/interchange/adapter-tensors.ts";
import { writePeft } from "../../src/interchange/peft.ts";
import { readTensor } from "../../src/interchange/safetensors.ts";
import { uploadTuned, type TunedTensors } from "../../src/model/tuned-stages.ts";
import { disposeAll, readFloats } from "../../src/runtime/engine.ts";
import { TensorOwner } from "../../src/runtime/tensor-owner.ts";
import { wholeRow } from "../../src/tokens/batches.ts";
import { Network } from "../../src/train/network.ts";
import { learningRateAt } from "../../src/train/schedule.ts";
import { makeTraining } from "../../src/train/make-training.ts";
import { Trainer } from "../../src/train/trainer.ts";
import { freshSnapshot } from "../../src/train/training.ts";
import { describeEngines, engineOf } from "../support/engines.ts";
import { largestDifference, openGolden, relativeError, type Golden, type Trajectory } from "../support/goldens.ts";

const llamas = ["llama_tied", "llama_untied", "llama3_rope", "llama_bias"];
const ropes = "yarn yarn_attn yarn_mscale longrope_short longrope_long dynamic linear".split(" ");
const others = "mistral qwen2 qwen3 gemma gemma2 gemma3_text phi phi3 smollm3 olmo2 gpt2 gpt_neox".split(" ");
const models = [...llamas, ...others, ...ropes];
const optimizers = {
  adamw: { learningRate: 1e-3, weightDecay: 0.01, clipNorm: 0, warmupSteps: 0, schedule: "constant" },
  sched: { learningRate: 1e-3, weightDecay: 0.01, clipNorm: 1, warmupSteps: 2, schedule: "cosine" },
};
const steps = 5;

describeEngines("models equal PyTorch", ["wasm", "webgpu"], (engineName) => {
  for (const name of models) {
    describe(name, () => {
      let golden: Golden;
      beforeAll(async () => {
        golden = await openGolden(await engineOf(engineName), name);
      });
      afterAll(() => golden.model.dispose());
      it("load: logits, log-probabilities and loss", () => checkOutputs(golden));
      it("train: every gradient", () => checkGradients(golden));
      for (const tag of ["adamw", "sched"] as const) {
        it(`train: five steps of ${tag}`, () => checkTrajectory(golden, tag));
      }
      it("chat: greedy answers through the cache", async () => {
        expect(await answer(golden, false)).toEqual(golden.json.base.greedy.ids);
        expect(await answer(golden, true)).toEqual(golden.json.lora.greedy.ids);
      });
      // 45 rows: more than a chunk and than the windows of 8.
      it.skipIf(engineName === "webgpu")("chat: a prompt in chunks, or row by row, as in one pass", () => checkChunks(golden));
      it("adapter names: PEFT's own", () => checkNames(golden));
    });
  }
});

function trainingOf({ model, config }: Golden, optimizer: Readonly<Record<string, unknown>> = {}) {
  const run = parseRunConfig({ optimizer, stopping: { steps } });
  return { run, training: makeTraining(model.spec, { ...run, method: config }) };
}

async function checkGradients(golden: Golden): Promise<void> {
  const { model, method, adapter, batch, json, numbers } = golden;
  const { training } = trainingOf(golden);
  const trainer = await Trainer.create(model, training, freshSnapshot(training, { parameters: adapter, fixed: {} }));
  const { loss, gradNorm, count, gradient } = await trainer.gradient([batch]);
  expect(count).toBe(json.base.n_label_tokens);
  expect(Math.abs(loss - json.lora.loss)).toBeLessThan(1e-5);
  expect(Math.abs(gradNorm / json.lora.grad_norm - 1)).toBeLessThan(1e-4);
  const vectors: Record<string, Float32Array> = {};
  for (const [group, tensor] of Object.entries(gradient)) vectors[group] = await readFloats(model.engine, tensor);
  const tensors = groupTensors(method.layout, vectors);
  expect(tensors.map(({ name }) => `lora.grad.${name}`)).toEqual(
    [...numbers.tensors.keys()].filter((key) => key.startsWith("lora.grad.")).toSorted(),
  );
  for (const { name: tensor, data } of tensors) {
    expect(relativeError(data, await readTensor(numbers, `lora.grad.${tensor}`)), tensor).toBeLessThan(1e-4);
  }
  disposeAll(gradient);
  await trainer.dispose();
}

/** The golden's adapter on the engine; null for the base. */
function tensorsOf(owner: TensorOwner, { method, adapter }: Golden, isTuned: boolean): TunedTensors | null {
  return isTuned ? uploadTuned(owner, method, { parameters: adapter, fixed: {} }) : null;
}

async function checkChunks({ model }: Golden): Promise<void> {
  const ids = Array.from({ length: Math.min(45, model.spec.contextLength) }, (_, at) => (at * 37 + 11) % model.spec.vocabularySize);
  const [network, programs] = [new Network(model, null), new DecoderPrograms(model, null)];
  using whole = new Decoder(programs, ids.length, null);
  using single = new Decoder(programs, ids.length, null);
  const expected = await network.logits(wholeRow(Int32Array.from(ids)), Int32Array.of(ids.length - 1), null);
  expect(largestDifference(await whole.read(ids), expected), "in chunks").toBeLessThan(1e-4);
  let logits: ArrayLike<number> = [];
  for (const id of ids) logits = await single.read([id]);
  expect(largestDifference(logits, expected), "row by row").toBeLessThan(1e-4);
  await network.dispose();
  await programs.dispose();
}

/** The reference's prompt and what follows it, token by token. */
async function answer(golden: Golden, isTuned: boolean): Promise<readonly number[]> {
  const { model, method, json } = golden;
  const { prompt_len: length, ids } = json.base.greedy;
  const programs = new DecoderPrograms(model, isTuned ? method : null);
  using owner = new TensorOwner(model.engine);
  using decoder = new Decoder(programs, ids.length, tensorsOf(owner, golden, isTuned));
  const out = ids.slice(0, length);
  let logits = await decoder.read(out);
  while (out.length < ids.length) {
    const best = logits.indexOf(Math.max(...logits));
    out.push(best);
    logits = await decoder.read([best]);
  }
  await programs.dispose();
  return out;
}

/** What is written has the names, shapes and settings of the files that PEFT wrote. */
async function checkNames({ model, config, method, adapter, peft, adapterFile }: Golden): Promise<void> {
  const written = groupTensors(method.layout, adapter);
  expect(written.map(({ name }) => name)).toEqual([...adapterFile.tensors.keys()].toSorted());
  for (const { name, shape, data } of written) {
    expect(shape, name).toEqual(adapterFile.tensors.get(name)?.shape);
    expect(largestDifference(data, await readTensor(adapterFile, name)), name).toBe(0);
  }
  const own = writePeft(model.spec, config, { parameters: adapter, fixed: {} }, "")?.config as unknown as typeof peft;
  expect(own.fan_in_fan_out).toBe(peft.fan_in_fan_out);
  expect(own.target_modules.toSorted()).toEqual(peft.target_modules.toSorted());
}

async function checkOutputs(golden: Golden): Promise<void> {
  const { model, method, batch, numbers, json } = golden;
  const positions = Int32Array.from({ length: batch.batch * batch.seq }, (_, at) => at);
  const real = [...positions].filter((at) => batch.attention[at] === 1);
  const everyToken = { ...batch, labels: batch.ids };
  for (const tag of ["base", "lora"] as const) {
    const network = new Network(model, tag === "lora" ? method : null);
    using owner = new TensorOwner(model.engine);
    const tensors = tensorsOf(owner, golden, tag === "lora");
    const vocabulary = model.spec.vocabularySize;
    const logits = await network.logits(batch, positions, tensors);
    const expected = await readTensor(numbers, `${tag}.logits`);
    for (const at of real) {
      const rows = [logits, expected].map((all) => all.subarray(at * vocabulary, (at + 1) * vocabulary)) as [Float32Array, Float32Array];
      expect(largestDifference(...rows), `${tag} logits after position ${at}`).toBeLessThan(1e-4);
    }
    const logProbs = await network.logProbs(everyToken, tensors);
    const expectedLogProbs = await readTensor(numbers, `${tag}.token_logps`);
    const learned = [...expectedLogProbs.keys()].filter(
      (at) => batch.attention[Math.floor(at / (batch.seq - 1)) * batch.seq + (at % (batch.seq - 1)) + 1] === 1,
    );
    expect(
      largestDifference(
        learned.map((at) => Number(logProbs[at])),
        learned.map((at) => Number(expectedLogProbs[at])),
      ),
      `${tag} log-probabilities`,
    ).toBeLessThan(1e-4);
    const own = await network.logProbs(batch, tensors);
    const loss = own.reduce((sum, logProb) => sum - logProb, 0) / own.length;
    expect(Math.abs(loss - json[tag].loss), `${tag} loss`).toBeLessThan(1e-5);
    await network.dispose();
  }
}

async function checkTrajectory(golden: Golden, tag: keyof typeof optimizers): Promise<void> {
  const { model, method, batch, numbers, adapter, json } = golden;
  const expected: Trajectory = json.lora[tag];
  const { run, training } = trainingOf(golden, optimizers[tag]);
  const trainer = await Trainer.create(model, training, freshSnapshot(training, { parameters: adapter, fixed: {} }));
  for (const [step, loss] of expected.losses.entries()) {
    const learningRate = learningRateAt(step, steps, run.optimizer);
    const result = await trainer.update([batch], learningRate);
    expect(Math.abs(result.loss - loss), `loss of step ${step}`).toBeLessThan(2e-5);
    expect(learningRate).toBeCloseTo(expected.lrs[step] ?? NaN, 12);
    expect(Math.abs(result.gradNorm / (expected.grad_norms[step] ?? NaN) - 1), `gradient norm of step ${step}`).toBeLessThan(1e-4);
  }
  expect(Math.abs((await trainer.evaluate([batch])) - expected.final_loss)).toBeLessThan(2e-5);
  const { parameters } = await trainer.snapshot();
  for (const { name, data } of groupTensors(method.layout, parameters)) {
    expect(relativeError(data, await readTensor(numbers, `lora.${tag}_final.${name}`)), name).toBeLessThan(1e-4);
  }
  await trainer.dispose();
}
