// What must hold of the numbers on every engine: quantized gradients equal across engines, decoding against a cache
// equals the whole forward pass, and nothing leaks.
import { expect, it } from "vitest";
import { blobSource } from "../../src/base/byte-source.ts";
import { seededRandom } from "../../src/base/random.ts";
import type { Quantization } from "../../src/config/quantizations.ts";
import { Decoder } from "../../src/generate/decoder.ts";
import { DecoderPrograms } from "../../src/generate/decoder-programs.ts";
import { Residents } from "../../src/generate/residents.ts";
import { openSafetensors, readTensor } from "../../src/interchange/safetensors.ts";
import type { NamedVectors } from "../../src/model/parameters.ts";
import { parseModelConfig } from "../../src/model/architectures.ts";
import type { TensorReader } from "../../src/model/tensor-reader.ts";
import { uploadTuned } from "../../src/model/tuned-stages.ts";
import { loadModel, type LoadedModel } from "../../src/model/weights.ts";
import type { Engine } from "../../src/runtime/engine.ts";
import { mostBuiltInBytes } from "../../src/runtime/kernel-memory.ts";
import { TensorOwner } from "../../src/runtime/tensor-owner.ts";
import { collate } from "../../src/tokens/batches.ts";
import { Network } from "../../src/train/network.ts";
import { makeTraining } from "../../src/train/make-training.ts";
import { describeEngines, engineOf } from "../support/engines.ts";
import { largestDifference, openGolden, relativeError, type Golden } from "../support/goldens.ts";
import { configWith } from "../support/configs.ts";
import { sentences } from "../support/session.ts";
import { the } from "../support/the.ts";
import { gradientOf, randomLora, trainerOf, type Started } from "../support/training.ts";
import { tinyConfig, tinyWeights } from "../support/tiny-model.ts";

async function openTiny(engine: Engine, quantization: Quantization): Promise<LoadedModel> {
  const weights = await openSafetensors(blobSource("tiny", new Blob([tinyWeights()])));
  const shapes = new Map([...weights.tensors].map(([name, { shape }]) => [name, shape]));
  const reader = { shapes, read: (...range: Parameters<TensorReader["read"]>) => readTensor(weights, ...range) };
  return loadModel(engine, parseModelConfig(tinyConfig), reader, { quantization });
}

const tinyAdapter = ({ spec }: LoadedModel): Started => randomLora(spec, { rank: 4, alpha: 8 });

const batch = collate(sentences.train.slice(0, 3), 64);

function expectAlike(own: NamedVectors, others: NamedVectors): void {
  expect(Object.keys(own)).toEqual(Object.keys(others));
  for (const [group, vector] of Object.entries(own)) expect(relativeError(vector, the(others[group])), group).toBeLessThan(1e-4);
}

describeEngines("quantized gradients", ["webgpu"], () => {
  it("equal those on WASM for an mlp width that is no whole block", async () => {
    const [gpu, cpu] = [await openTiny(await engineOf("webgpu"), "int4"), await openTiny(await engineOf("wasm"), "int4")];
    const [a, b] = [await gradientOf(gpu, tinyAdapter(gpu), [batch]), await gradientOf(cpu, tinyAdapter(cpu), [batch])];
    expect(Math.abs(a.loss / b.loss - 1)).toBeLessThan(1e-4);
    expect(Math.abs(a.gradNorm / b.gradNorm - 1)).toBeLessThan(1e-4);
    expectAlike(a.vectors, b.vectors);
    const [gpuNet, cpuNet] = [new Network(gpu, null), new Network(cpu, null)];
    const positions = Int32Array.of(0, 3, 5);
    const logits = await gpuNet.logits(batch, positions, null);
    expect(relativeError(logits, await cpuNet.logits(batch, positions, null))).toBeLessThan(1e-4);
    await Promise.all([gpuNet.dispose(), cpuNet.dispose()]);
    for (const model of [gpu, cpu]) model.dispose();
  });

  it("equal those on WASM for a model of PyTorch's", async () => {
    const of = async ({ model, config, adapter: parameters, batch: given }: Golden) =>
      gradientOf(model, { training: makeTraining(model.spec, { ...configWith({}), method: config }), parameters }, [given]);
    const gpu = await of(await openGolden(await engineOf("webgpu"), "llama_tied", "int4"));
    const cpu = await of(await openGolden(await engineOf("wasm"), "llama_tied", "int4"));
    expect(Math.abs(gpu.loss / cpu.loss - 1)).toBeLessThan(1e-4);
    expectAlike(gpu.vectors, cpu.vectors);
  });
});

describeEngines("the math", ["wasm", "webgpu"], (name) => {
  it("in int4 is that of the dequantized weights: the reference engine agrees", async () => {
    const [own, oracle] = [await openTiny(await engineOf(name), "int4"), await openTiny(await engineOf("reference"), "int4")];
    const [a, b] = [await gradientOf(own, tinyAdapter(own), [batch]), await gradientOf(oracle, tinyAdapter(oracle), [batch])];
    expect(Math.abs(a.loss / b.loss - 1)).toBeLessThan(1e-5);
    expectAlike(a.vectors, b.vectors);
    own.dispose();
  });

  it("accumulates: two batches in one step equal one of both", async () => {
    const model = await openTiny(await engineOf(name), "int4");
    const adapter = tinyAdapter(model);
    const [first, second] = [collate(sentences.train.slice(0, 2), 64), collate(sentences.train.slice(2, 3), 64)];
    const [parts, whole] = [await gradientOf(model, adapter, [first, second]), await gradientOf(model, adapter, [batch])];
    expect(parts.count).toBe(whole.count);
    expect(Math.abs(parts.loss / whole.loss - 1)).toBeLessThan(1e-5);
    expectAlike(parts.vectors, whole.vectors);
    model.dispose();
  });

  // A prompt of more than one chunk, then single tokens; fewer on the software GPU.
  const [prompt, generated] = name === "wasm" ? [70, 12] : [35, 3];
  it.each([
    ["int4", true, "built in where they fit"],
    ["int4", false, "built in where they fit"],
    ["int4", true, "fed"],
    ["none", true, "built in where they fit"],
    ["none", false, "built in where they fit"],
  ] as const)(
    "decodes against a cache what the whole forward pass gives: %s, adapter %s, weights %s",
    async (quantization, adapted, how) => {
      const model = await openTiny(await engineOf(name), quantization);
      const adapter = adapted ? tinyAdapter(model) : null;
      const method = adapter?.training.method ?? null;
      using owner = new TensorOwner(model.engine);
      const tensors = adapter && method ? uploadTuned(owner, method, { parameters: adapter.parameters, fixed: {} }) : null;
      const random = seededRandom(2);
      const ids = Array.from({ length: prompt + generated }, () => random.below(tinyConfig.vocab_size));
      const row = Int32Array.from(ids);
      const network = new Network(model, method);
      const positions = Int32Array.from({ length: generated + 1 }, (_, at) => prompt - 1 + at);
      const whole = await network.logits(
        { batch: 1, seq: ids.length, ids: row, labels: row, attention: new Uint8Array(ids.length).fill(1) },
        positions,
        tensors,
      );
      const residents = new Residents(model, how === "fed" ? 0 : mostBuiltInBytes());
      const programs = new DecoderPrograms(model, method, residents);
      using decoder = new Decoder(programs, ids.length, tensors);
      for (let step = 0; step <= generated; step++) {
        const logits = await decoder.read(step === 0 ? ids.slice(0, prompt) : [the(ids[prompt + step - 1])]);
        const expected = whole.subarray(step * tinyConfig.vocab_size, (step + 1) * tinyConfig.vocab_size);
        expect(largestDifference(logits, expected), `position ${step}`).toBeLessThan(1e-4);
        expect(logits.indexOf(Math.max(...logits)), `argmax at ${step}`).toBe(expected.indexOf(Math.max(...expected)));
      }
      await programs.dispose();
      await residents.dispose();
      await network.dispose();
      owner[Symbol.dispose]();
      model.dispose();
    },
  );

  it("holds no more memory after steps, evaluations and failures than before", async () => {
    const engine = await engineOf(name);
    const atStart = engine.memory().liveBytes;
    const model = await openTiny(engine, "int4");
    const trainer = await trainerOf(model, tinyAdapter(model));
    // Masks and ropes stay from step to step.
    await trainer.update([batch], 1e-3);
    const loaded = engine.memory().liveBytes;
    const wrong = { ...batch, ids: batch.ids.with(2, 9999) };
    for (let step = 0; step < 3; step++) {
      await trainer.update([batch, batch], 1e-3);
      await trainer.evaluate([batch]);
      await trainer.snapshot();
      await expect(trainer.update([batch, wrong], 1e-3)).rejects.toMatchObject({ code: "tokens/out-of-vocabulary" });
      expect(engine.memory().liveBytes, `step ${step}`).toBe(loaded);
    }
    const programs = new DecoderPrograms(model, null);
    const decoder = new Decoder(programs, 40, null);
    await decoder.read([1, 2, 3]);
    decoder[Symbol.dispose]();
    await programs.dispose();
    expect(engine.memory().liveBytes).toBe(loaded);
    await trainer.dispose();
    model.dispose();
    expect(engine.memory().liveBytes).toBe(atStart);
  });
});
