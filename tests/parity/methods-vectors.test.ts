// IA³, VeRA, LoHa, LoKr, OFT and BOFT on the tied Llama are PEFT's: loss, every gradient under its name in files, five AdamW steps. On
// fused layers with biases, in int4 and shapes that nothing was made for, they are the float64 reference engine's.
import { afterAll, beforeAll, expect, it } from "vitest";
import { blobSource } from "../../src/base/byte-source.ts";
import { seededRandom } from "../../src/base/random.ts";
import { parseStoredConfig } from "../../src/config/run-config.ts";
import { openSafetensors, readTensor } from "../../src/interchange/safetensors.ts";
import { parseModelConfig } from "../../src/model/architectures.ts";
import { baseNumbers } from "../../src/model/base-numbers.ts";
import type { TensorReader } from "../../src/model/tensor-reader.ts";
import { loadModel } from "../../src/model/weights.ts";
import { disposeAll, readFloats, type Engine } from "../../src/runtime/engine.ts";
import { collate } from "../../src/tokens/batches.ts";
import { makeTraining } from "../../src/train/make-training.ts";
import { Trainer } from "../../src/train/trainer.ts";
import { freshSnapshot } from "../../src/train/training.ts";
import { describeEngines, engineOf } from "../support/engines.ts";
import { openGolden, relativeError, type Golden } from "../support/goldens.ts";
import { checkMethod, methodNumbers, references, type MethodCheck } from "../support/method-goldens.ts";
import { oddModels } from "../support/odd-models.ts";
import { tinyWeights } from "../support/tiny-model.ts";

const { peft, llama_tied: llama } = references;
const targets = ["q_proj", "v_proj"];

/** The tensors that PEFT does not train lie apart in the reference numbers. */
const frozen: MethodCheck["start"] = async (tensor) => {
  const name = { "base_model.vera_A": "vera.frozen.A", "base_model.vera_B": "vera.frozen.B" }[tensor];
  return name === undefined ? undefined : readTensor(await methodNumbers(), name);
};

const checks: Readonly<Record<string, MethodCheck>> = {
  ia3: { sections: { method: { kind: "ia3" } }, tag: "ia3", expected: llama.ia3 },
  vera: { sections: { method: { kind: "vera", rank: 8, targets } }, tag: "vera", expected: peft.vera, start: frozen },
  oft: { sections: { method: { kind: "oft", blockSize: 16, targets } }, tag: "oft", expected: peft.oft },
  boft: { sections: { method: { kind: "boft", blockSize: 8, targets } }, tag: "boft", expected: peft.boft },
  loha: { sections: { method: { kind: "loha", rank: 4, alpha: 8, targets } }, tag: "loha", expected: peft.loha },
  lokr: { sections: { method: { kind: "lokr", rank: 4, alpha: 8, targets } }, tag: "lokr", expected: peft.lokr },
};

const fused = { ...oddModels["gpt_neox"], num_hidden_layers: 1 };
const oddSettings: readonly Readonly<Record<string, unknown>>[] = [
  { kind: "ia3" },
  { kind: "vera", rank: 5 },
  { kind: "loha", rank: 3 },
  { kind: "loha", rank: 9 },
  { kind: "lokr", rank: 2 },
  { kind: "oft", blockSize: 6 },
  { kind: "oft", blockSize: 6, neumannTerms: 5 },
  { kind: "boft", blockSize: 2 },
];
const row = (length: number): Int32Array => Int32Array.from({ length }, (_, at) => (at * 37 + 11) % 67);
const oddBatch = collate(
  [7, 4].map((length, line) => ({ line, ids: row(length), labels: row(length) })),
  64,
);

/** Loss, and the gradient of the only layer, where every number was moved away from the start. */
async function oddGradient(engine: Engine, method: Readonly<Record<string, unknown>>): Promise<{ loss: number; flat: Float32Array }> {
  const weights = await openSafetensors(blobSource("odd", new Blob([tinyWeights(fused)])));
  const shapes = new Map([...weights.tensors].map(([name, { shape }]) => [name, shape]));
  const reader = { shapes, read: (...range: Parameters<TensorReader["read"]>) => readTensor(weights, ...range) };
  const model = await loadModel(engine, parseModelConfig(fused), reader, { quantization: "int4", quantizeHead: true });
  const training = makeTraining(model.spec, parseStoredConfig({ method }));
  const { parameters, fixed } = await training.method.start(baseNumbers(model), seededRandom(5));
  const random = seededRandom(8);
  const moved = { "layer.0": (parameters["layer.0"] as Float32Array).map((value) => value + 0.2 * random.normal()) };
  const trainer = await Trainer.create(model, training, freshSnapshot(training, { parameters: moved, fixed }));
  const { loss, gradient } = await trainer.gradient([oddBatch]);
  const flat = (await readFloats(engine, gradient["layer.0"] as NonNullable<(typeof gradient)[string]>)).slice();
  disposeAll(gradient);
  await trainer.dispose();
  model.dispose();
  return { loss, flat };
}

describeEngines("methods beside linear layers equal PEFT's", ["wasm", "webgpu"], (engineName) => {
  let golden: Golden;
  beforeAll(async () => {
    golden = await openGolden(await engineOf(engineName), "llama_tied");
  });
  afterAll(() => golden.model.dispose());
  for (const [name, check] of Object.entries(checks)) it(name, () => checkMethod(golden, check));

  it.each(oddSettings)("fused layers in int4: %o", async (method) => {
    const own = await oddGradient(await engineOf(engineName), method);
    const oracle = await oddGradient(await engineOf("reference"), method);
    expect(Math.abs(own.loss / oracle.loss - 1)).toBeLessThan(1e-5);
    expect(relativeError(own.flat, oracle.flat)).toBeLessThan(2e-4);
  });
});
