// Whole models in every quantization: loss and LoRA gradients are those of an unquantized model whose weights were replaced
// by the dequantized ones. Blocks alone, and with the embedding table and the head.
import { expect, it } from "vitest";
import { blobSource } from "../../src/base/byte-source.ts";
import { seededRandom } from "../../src/base/random.ts";
import { allLinear } from "../../src/config/run-config.ts";
import { ownQuantizations } from "../../src/config/quantizations.ts";
import { openSafetensors, readTensor } from "../../src/interchange/safetensors.ts";
import { adapterLayout } from "../../src/model/adapter-layout.ts";
import { parseModelConfig } from "../../src/model/architectures.ts";
import { heldTensors, type Holding } from "../../src/model/held-weights.ts";
import type { TensorReader } from "../../src/model/tensor-reader.ts";
import { loadModel, type LoadedModel } from "../../src/model/weights.ts";
import { disposeAll, readFloats, type Engine } from "../../src/runtime/engine.ts";
import { collate } from "../../src/tokens/batches.ts";
import { freshSnapshot, Trainer } from "../../src/train/trainer.ts";
import { describeEngines, engineOf } from "../support/engines.ts";
import { relativeError } from "../support/goldens.ts";
import { decode, encode } from "../support/quantize.ts";
import { sentences } from "../support/session.ts";
import { the } from "../support/the.ts";
import { tinyConfig, tinyWeights } from "../support/tiny-model.ts";
import { english } from "../support/words.ts";

const untiedConfig = { ...tinyConfig, tie_word_embeddings: false };
const batch = collate(sentences.train.slice(0, 2), 64);

async function readerOf(config: Readonly<Record<string, unknown>>): Promise<TensorReader> {
  const file = await openSafetensors(blobSource("tiny", new Blob([tinyWeights(config)])));
  return { shapes: new Map([...file.tensors].map(([name, { shape }]) => [name, shape])), read: (...range) => readTensor(file, ...range) };
}

/** Gives the checkpoint's tensors as they are after they were quantized. */
async function dequantized(config: Readonly<Record<string, unknown>>, holding: Holding): Promise<TensorReader> {
  const reader = await readerOf(config);
  const held = new Map([...heldTensors(parseModelConfig(config), holding)].map((tensor) => [tensor.tensor, tensor]));
  const read = async (name: string): Promise<Float32Array> => {
    const [data, tensor] = [await reader.read(name), held.get(name)];
    if (tensor?.kind !== "matrix" || !tensor.quantization) return data;
    return decode(tensor.quantization, encode(tensor.quantization, data, tensor.shape), tensor.shape);
  };
  return { ...reader, read };
}

/** Loss and flat LoRA gradients with an adapter whose B is not zero. */
async function gradientOf(model: LoadedModel): Promise<{ loss: number; vectors: Float32Array[] }> {
  const layout = adapterLayout(model.spec, 4, 8, [allLinear]);
  const random = seededRandom(6);
  const layers = Array.from({ length: model.spec.layers }, () => Float32Array.from({ length: layout.size }, () => 0.2 * random.normal()));
  const trainer = await Trainer.create(model, layout, freshSnapshot(layers));
  const { gradient, loss } = await trainer.gradient([batch]);
  const vectors: Float32Array[] = [];
  for (const vector of gradient) vectors.push((await readFloats(model.engine, vector)).slice());
  disposeAll(gradient);
  await trainer.dispose();
  model.dispose();
  return { loss, vectors };
}

async function expectDequantized(engine: Engine, config: Readonly<Record<string, unknown>>, holding: Holding): Promise<void> {
  const spec = parseModelConfig(config);
  const own = await gradientOf(await loadModel(engine, spec, await readerOf(config), holding));
  const oracle = await gradientOf(await loadModel(engine, spec, await dequantized(config, holding), { quantization: "none" }));
  expect(Math.abs(own.loss / oracle.loss - 1)).toBeLessThan(1e-5);
  for (const [layer, vector] of own.vectors.entries())
    expect(relativeError(vector, the(oracle.vectors[layer])), `layer ${layer}`).toBeLessThan(1e-4);
}

describeEngines("a quantized model is the model of its dequantized weights", ["wasm", "webgpu"], (name) => {
  it.for(ownQuantizations.flatMap((quantization) => [false, true].map((quantizeHead) => [quantization, quantizeHead] as const)))(
    "%s, head %s",
    async ([quantization, quantizeHead], { skip }) => {
      const engine = await engineOf(name);
      if (quantization === "f16" && !engine.hasFloat16) {
        console.warn(`SKIPPED f16 on ${english.text(engine.description)}: it has no float16`);
        skip();
      }
      await expectDequantized(engine, tinyConfig, { quantization, quantizeHead });
      if (quantizeHead) await expectDequantized(engine, untiedConfig, { quantization, quantizeHead });
    },
  );

  it("f16 is refused before anything is read where the GPU has none", async ({ skip }) => {
    const engine = await engineOf(name);
    if (engine.hasFloat16) skip();
    const reader = await readerOf(tinyConfig);
    const read = (): Promise<never> => Promise.reject(new Error("read"));
    const loading = loadModel(engine, parseModelConfig(tinyConfig), { ...reader, read }, { quantization: "f16" });
    await expect(loading).rejects.toMatchObject({ code: "engine/no-float16" });
  });
});
