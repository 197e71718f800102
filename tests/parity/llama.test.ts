// Whole models against PyTorch: logits, token log-probabilities, loss, every LoRA gradient and both five-step AdamW
// trajectories, unquantized, at the tolerances that the reference numbers' own rounding allows.
import { expect, it } from "vitest";
import { defaultRunConfig, type RunConfig } from "../../src/config/run-config.ts";
import { peftTensors } from "../../src/interchange/peft.ts";
import { readTensor } from "../../src/interchange/safetensors.ts";
import { disposeAll, readFloats } from "../../src/runtime/engine.ts";
import { Network } from "../../src/train/network.ts";
import { freshSnapshot, Trainer } from "../../src/train/trainer.ts";
import { describeEngines, engineOf } from "../support/engines.ts";
import { largestDifference, openGolden, relativeError, type Golden, type Trajectory } from "../support/goldens.ts";

const models = ["llama_tied", "llama_untied", "llama3_rope", "llama_bias"] as const;
const trajectories = {
  adamw: { ...defaultRunConfig, steps: 5, learningRate: 1e-3, weightDecay: 0.01, clipNorm: 0, warmupSteps: 0, schedule: "constant" },
  sched: { ...defaultRunConfig, steps: 5, learningRate: 1e-3, weightDecay: 0.01, clipNorm: 1, warmupSteps: 2, schedule: "cosine" },
} satisfies Record<string, RunConfig>;

describeEngines("models equal PyTorch", ["wasm", "webgpu"], (engineName) => {
  for (const name of models) {
    it(`${name}: logits and log-probabilities`, async () => {
      const golden = await openGolden(await engineOf(engineName), name);
      await checkOutputs(golden);
    });
    it(`${name}: loss and every gradient`, async () => {
      const golden = await openGolden(await engineOf(engineName), name);
      const trainer = await Trainer.create(golden.model, golden.layout, freshSnapshot(golden.adapter));
      const { loss, gradNorm, tokenCount, gradient } = await trainer.gradient([golden.batch]);
      expect(tokenCount).toBe(golden.json.base.n_label_tokens);
      expect(Math.abs(loss - golden.json.lora.loss)).toBeLessThan(1e-5);
      expect(Math.abs(gradNorm / golden.json.lora.grad_norm - 1)).toBeLessThan(1e-4);
      const layers: Float32Array[] = [];
      for (const vector of gradient) layers.push(await readFloats(golden.model.engine, vector));
      for (const { name: tensor, data } of peftTensors(golden.model.spec, golden.layout, layers)) {
        expect(relativeError(data, await readTensor(golden.numbers, `lora.grad.${tensor}`)), tensor).toBeLessThan(1e-4);
      }
      disposeAll(gradient);
      await trainer.dispose();
    });
    for (const [tag, config] of Object.entries(trajectories)) {
      it(`${name}: five steps of ${tag}`, async () => {
        const golden = await openGolden(await engineOf(engineName), name);
        await checkTrajectory(golden, golden.adapter, config, golden.json.lora[tag as "adamw"], tag);
      });
    }
  }
});

async function checkOutputs({ model, layout, adapter, batch, numbers, json }: Golden): Promise<void> {
  const positions = Int32Array.from({ length: batch.batch * batch.seq }, (_, at) => at);
  const real = [...positions].filter((at) => batch.attention[at] === 1);
  const everyToken = { ...batch, labels: batch.ids };
  for (const tag of ["base", "lora"] as const) {
    const network = new Network(model, tag === "lora" ? layout : null);
    const vectors = tag === "lora" ? adapter.map((flat) => model.engine.upload("float32", [layout.size], flat)) : null;
    const vocabulary = model.spec.vocabularySize;
    const logits = await network.logits(batch, positions, vectors);
    const expected = await readTensor(numbers, `${tag}.logits`);
    for (const at of real) {
      const rows = [logits, expected].map((all) => all.subarray(at * vocabulary, (at + 1) * vocabulary)) as [Float32Array, Float32Array];
      expect(largestDifference(...rows), `${tag} logits after position ${at}`).toBeLessThan(1e-4);
    }
    const logProbs = await network.logProbs(everyToken, vectors);
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
    const { sum, count } = await network.loss(batch, vectors);
    expect(Math.abs(sum / count - json[tag].loss), `${tag} loss`).toBeLessThan(1e-5);
    await network.dispose();
  }
}

async function checkTrajectory(
  { model, layout, batch, numbers }: Golden,
  adapter: readonly Float32Array[],
  config: RunConfig,
  expected: Trajectory,
  tag: string,
): Promise<void> {
  const trainer = await Trainer.create(model, layout, freshSnapshot(adapter));
  for (const [step, loss] of expected.losses.entries()) {
    const result = await trainer.update([batch], config);
    expect(Math.abs(result.loss - loss), `loss of step ${step}`).toBeLessThan(2e-5);
    expect(result.learningRate).toBeCloseTo(expected.lrs[step] ?? NaN, 12);
    expect(Math.abs(result.gradNorm / (expected.grad_norms[step] ?? NaN) - 1), `gradient norm of step ${step}`).toBeLessThan(1e-4);
  }
  expect(Math.abs((await trainer.evaluate([batch])) - expected.final_loss)).toBeLessThan(2e-5);
  const { adapter: final } = await trainer.snapshot();
  for (const { name, data } of peftTensors(model.spec, layout, final)) {
    expect(relativeError(data, await readTensor(numbers, `lora.${tag}_final.${name}`)), name).toBeLessThan(1e-4);
  }
  await trainer.dispose();
}
