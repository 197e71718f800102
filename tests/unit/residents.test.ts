// Claim: with room for one copy of the weights, base and tuned model take turns on one set of programs wherever a method changes nothing at
// zero, and the base is then itself to the bit; other methods get programs of their own, and what was there before goes.
import { describe, expect, it } from "vitest";
import { blobSource } from "../../src/base/byte-source.ts";
import { seededRandom } from "../../src/base/random.ts";
import { parseStoredConfig, type MethodConfig } from "../../src/config/run-config.ts";
import { Decoder } from "../../src/generate/decoder.ts";
import { DecoderPrograms } from "../../src/generate/decoder-programs.ts";
import { Residents } from "../../src/generate/residents.ts";
import { openSafetensors, readTensor } from "../../src/interchange/safetensors.ts";
import { parseModelConfig } from "../../src/model/architectures.ts";
import { floatForm } from "../../src/model/built-weights.ts";
import type { AppliedMethod } from "../../src/model/methods/method.ts";
import { applyMethod } from "../../src/model/methods/methods.ts";
import { builtInWhole, wholeBytes } from "../../src/model/stages/whole.ts";
import type { TensorReader } from "../../src/model/tensor-reader.ts";
import { uploadTuned } from "../../src/model/tuned-stages.ts";
import { plannedModel } from "../../src/model/planned-model.ts";
import { loadModel, type LoadedModel } from "../../src/model/weights.ts";
import { createReferenceEngine } from "../../src/runtime/reference/reference-engine.ts";
import { createPlanningEngine } from "../../src/runtime/planning-engine.ts";
import { TensorOwner } from "../../src/runtime/tensor-owner.ts";
import { lora } from "../support/configs.ts";
import { countedPrograms } from "../support/counted-programs.ts";
import { oddModels } from "../support/odd-models.ts";
import { the } from "../support/the.ts";
import { tinyConfig, tinyWeights } from "../support/tiny-model.ts";

async function open() {
  const config = the(oddModels["llama"]);
  const { engine, count } = countedPrograms(createReferenceEngine());
  const weights = await openSafetensors(blobSource("odd", new Blob([tinyWeights(config)])));
  const shapes = new Map([...weights.tensors].map(([name, { shape }]) => [name, shape]));
  const reader = { shapes, read: (...range: Parameters<TensorReader["read"]>) => readTensor(weights, ...range) };
  const model = await loadModel(engine, parseModelConfig(config), reader, { quantization: "int4" });
  return { model, count, residents: new Residents(model, wholeBytes(builtInWhole(model.spec, floatForm), null)) };
}

const ids = [5, 17, 3, 60, 2];

async function logitsOf(model: LoadedModel, residents: Residents, method: AppliedMethod | null): Promise<Float32Array> {
  using owner = new TensorOwner(model.engine);
  const random = seededRandom(4);
  const vectors = ({ layout }: Pick<AppliedMethod, "layout">) =>
    Object.fromEntries(layout.map(({ name, size }) => [name, Float32Array.from({ length: size }, () => 0.3 * random.normal())]));
  const tensors = method && uploadTuned(owner, method, { parameters: vectors(method), fixed: vectors({ layout: method.fixed }) });
  using decoder = new Decoder(new DecoderPrograms(model, method, residents), ids.length, tensors);
  return decoder.read(ids);
}

const atZero = [
  { kind: "lora", rank: 2 },
  { kind: "rslora", rank: 2 },
  { kind: "pissa", rank: 2 },
  { kind: "vera", rank: 3 },
  { kind: "loha", rank: 2 },
  { kind: "lokr", rank: 2 },
  { kind: "oft", blockSize: 7, targets: ["q_proj"] },
  { kind: "bottleneck", bottleneckSize: 3 },
] as const;
const others = [{ kind: "dora", rank: 2 }, { kind: "ia3" }, { kind: "prefix", virtualTokens: 2 }, { kind: "norms" }] as const;

describe("with room for one copy of the weights", () => {
  it.each(atZero)("base and $kind take turns on one set of programs", async (config) => {
    const { model, count, residents } = await open();
    const method = applyMethod(model.spec, parseStoredConfig({ method: config }).method);
    expect(method.isNothingAtZero).toBe(true);
    const base = await logitsOf(model, residents, null);
    const tuned = await logitsOf(model, residents, method);
    expect(tuned).not.toEqual(base);
    const once = count.compiled;
    expect(await logitsOf(model, residents, null)).toEqual(base);
    expect(await logitsOf(model, residents, method)).toEqual(tuned);
    expect(count).toEqual({ compiled: once, live: 1 });
    await residents.dispose();
    expect(count.live).toBe(0);
  });

  it.each(others)("$kind has programs of its own", async (config) => {
    const { model, count, residents } = await open();
    const method = applyMethod(model.spec, parseStoredConfig({ method: config }).method);
    const base = await logitsOf(model, residents, null);
    expect(await logitsOf(model, residents, method)).not.toEqual(base);
    expect(await logitsOf(model, residents, null)).toEqual(base);
    expect(count.live).toBe(1);
    await residents.dispose();
  });
});

describe("programs have the weights built in", () => {
  const model = (hidden: number, kind: "wasm" | "webgpu" = "wasm") =>
    plannedModel(createPlanningEngine(kind, true), parseModelConfig({ ...tinyConfig, hidden_size: hidden, vocab_size: 49_152 }), {
      quantization: "int4",
    });

  it.each([
    ["on WASM where they fit", model(576), true],
    ["not where they are too large even as codes", model(16_384), false],
    ["not on WebGPU, which takes weights where they lie", model(576, "webgpu"), false],
  ])("%s", (_where, given, expected) => {
    expect(new Residents(given).builtInBytes(null) > 0).toBe(expected);
  });

  it.each([
    ["as float32 where there is room", model(576), false],
    ["as codes of 8 bits where there is none", model(4096), true],
  ])("%s", (_which, given, expected) => {
    const residents = new Residents(given);
    expect(residents.rounds(null)).toBe(expected);
    const numbers = given.spec.linears.reduce((sum, { inFeatures, outFeatures }) => sum + inFeatures * outFeatures, 0);
    const all = numbers * given.spec.layers + given.spec.vocabularySize * given.spec.hiddenSize;
    expect(residents.builtInBytes(null) / all).toBeCloseTo(expected ? 1 : 4, 1);
  });

  it("not where most of a large model was trained, which a run would copy", () => {
    const given = model(576);
    const holds = (method: MethodConfig) => new Residents(given).holds(applyMethod(given.spec, method));
    expect(holds(lora({ rank: 8 }))).toBe(true);
    expect(holds(parseStoredConfig({ method: { kind: "full" } }).method)).toBe(false);
  });
});

it("what is saved whole beside an adapter is no longer nothing at zero", async () => {
  const { model } = await open();
  const save = ["input_layernorm"];
  expect(applyMethod(model.spec, parseStoredConfig({ method: { kind: "lora", save } }).method).isNothingAtZero).toBe(false);
});
