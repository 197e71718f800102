// A step in float16 on the engines against the float64 reference, which rounds the same values. On WASM the runtime puts its kernels of
// float32 between conversions, so that numbers are checked where no GPU has float16; that every node has a kernel on WebGPU is checked
// on any.
import { expect, it } from "vitest";
import type { LoadedModel } from "../../src/model/weights.ts";
import { disposeAll, readVectors, type Engine } from "../../src/runtime/engine.ts";
import { Trainer } from "../../src/train/trainer.ts";
import { freshSnapshot } from "../../src/train/training.ts";
import { placeTiny } from "../support/base-numbers.ts";
import { describeEngines, engineOf } from "../support/engines.ts";
import { relativeError } from "../support/goldens.ts";
import { oddModels } from "../support/odd-models.ts";
import { oddBatch } from "../support/odd-training.ts";
import { stepGraphs } from "../support/step-graphs.ts";
import { the } from "../support/the.ts";
import { randomLora, randomParameters } from "../support/training.ts";

const quantizations = ["none", "int4", "int4-fine", "int8", "nf4", "f16"] as const;
const families = ["llama", "qwen3", "gemma2", "gpt2"];

/** @param factor of the loss */
function trainerIn16(model: LoadedModel, factor: number): Promise<Trainer> {
  const { training } = randomLora(model.spec, { rank: 3, alpha: 7 });
  const start = freshSnapshot(training, { parameters: randomParameters(training.method, 0.03), fixed: {} });
  return Trainer.create(model, { ...training, precision: "float16" }, { ...start, lossScale: { factor, goodSteps: 0 } });
}

async function stepOn(engine: Engine, family: string, quantization: (typeof quantizations)[number]) {
  const quantizeHead = quantization !== "none";
  const { model } = await placeTiny(engine, the(oddModels[family]), { quantization, quantizeHead });
  const trainer = await trainerIn16(model, 64);
  const { loss, gradient } = await trainer.gradient([oddBatch]);
  const vectors = await readVectors(engine, Object.values(gradient));
  disposeAll(gradient);
  await trainer.dispose();
  model.dispose();
  return { loss, vectors };
}

describeEngines("training in float16", ["wasm", "webgpu"], (name) => {
  for (const quantization of quantizations) {
    it(`has a kernel for every node of a step in ${quantization}`, async () => {
      const engine = await engineOf(name);
      for (const family of families) {
        for (const graph of await stepGraphs(the(oddModels[family]), quantization, "float16")) (await engine.compile(graph)).dispose();
      }
    });
  }

  for (const family of families) {
    it(`of ${family} is the reference engine's to what float16 rounds`, async (context) => {
      const engine = await engineOf(name);
      if (!engine.hasFloat16) {
        console.warn(`SKIPPED training in float16 of ${family} on ${name}: there is no shader-f16`);
        context.skip();
      }
      for (const quantization of quantizations) {
        const [own, oracle] = [await stepOn(engine, family, quantization), await stepOn(await engineOf("reference"), family, quantization)];
        expect(Math.abs(own.loss / oracle.loss - 1), quantization).toBeLessThan(2e-3);
        for (const [at, vector] of own.vectors.entries()) {
          expect(relativeError(vector, the(oracle.vectors[at])), `${quantization}, group ${at}`).toBeLessThan(1.5e-2);
        }
      }
    });
  }
});

describeEngines("a run in float16", ["wasm"], (name) => {
  it("that was cut off goes on to the same bits, its factor included", async () => {
    const { model } = await placeTiny(await engineOf(name), the(oddModels["gpt2"]), { quantization: "int4" });
    const steps = async (trainer: Trainer, count: number): Promise<void> => {
      for (let step = 0; step < count; step++) await trainer.update([oddBatch], 1e-3);
    };
    const [whole, cut] = [await trainerIn16(model, 2 ** 24), await trainerIn16(model, 2 ** 24)];
    await steps(whole, 9);
    await steps(cut, 4);
    const { training } = randomLora(model.spec, { rank: 3, alpha: 7 });
    const rest = await Trainer.create(model, { ...training, precision: "float16" }, structuredClone(await cut.snapshot()));
    await steps(rest, 5);
    const snapshot = await whole.snapshot();
    expect(snapshot.lossScale?.factor).toBeLessThan(2 ** 24);
    expect(snapshot.step).toBeGreaterThan(0);
    expect(await rest.snapshot()).toEqual(snapshot);
    for (const trainer of [whole, cut, rest]) await trainer.dispose();
    model.dispose();
  });
});
