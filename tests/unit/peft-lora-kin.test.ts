// Adapters of PEFT 0.21 itself (rsLoRA, DoRA, both at once, patterns, some layers, fused and transposed matrices): what it computes with
// them is computed here, and what is written is read again as the same. PiSSA goes out as a LoRA of twice the rank.
import { describe, expect, it } from "vitest";
import { blobSource } from "../../src/base/byte-source.ts";
import { seededRandom } from "../../src/base/random.ts";
import type { MethodConfig } from "../../src/config/run-config.ts";
import type { ReadAdapter } from "../../src/interchange/adapter-tensors.ts";
import { readPeft, writePeft } from "../../src/interchange/peft.ts";
import { encodeSafetensors, openSafetensors, readTensor, type SafetensorsFile } from "../../src/interchange/safetensors.ts";
import { parseModelConfig } from "../../src/model/architectures.ts";
import { baseNumbers } from "../../src/model/base-numbers.ts";
import { applyMethod } from "../../src/model/methods/methods.ts";
import type { MethodStart } from "../../src/model/methods/method.ts";
import { uploadTuned } from "../../src/model/tuned-stages.ts";
import { loadModel, type LoadedModel } from "../../src/model/weights.ts";
import { createReferenceEngine } from "../../src/runtime/reference/reference-engine.ts";
import { TensorOwner } from "../../src/runtime/tensor-owner.ts";
import { wholeRow } from "../../src/tokens/batches.ts";
import { Network } from "../../src/train/network.ts";
import { failureOf } from "../support/errors.ts";
import { jsonOf, safetensorsOf } from "../support/files.ts";
import { goldenConfig } from "../support/method-config.ts";
import { randomParameters } from "../support/training.ts";
import { largestDifference } from "../support/goldens.ts";
import { the } from "../support/the.ts";

const folder = "tests/fixtures/adapters/peft";
const cases = {
  "llama-dora-rslora": { kind: "dora", rank: 2, rankPattern: "model.layers.1.mlp.down_proj=3", dropout: 0.1 },
  "gpt2-dora": { kind: "dora", rank: 2, alpha: 4, rankPattern: "", alphaPattern: "" },
  "phi3-rslora": { kind: "rslora", rank: 4, alpha: 8, dropout: 0 },
} as const;

interface Expected {
  readonly model: string;
  readonly ids: readonly number[];
  readonly logits: readonly number[];
}

async function modelOf(name: string): Promise<LoadedModel> {
  const stored = await safetensorsOf(`tests/fixtures/goldens/${name}/model.safetensors`);
  const shapes = new Map([...stored.tensors].map(([tensor, { shape }]) => [tensor, shape]));
  const reader = { shapes, read: (tensor: string, ...rows: number[]) => readTensor(stored, tensor, ...rows) };
  const spec = parseModelConfig(jsonOf(`tests/fixtures/goldens/${name}/config.json`));
  return loadModel(createReferenceEngine(), spec, reader, { quantization: "none" });
}

async function logitsOf(model: LoadedModel, config: MethodConfig, numbers: MethodStart, ids: readonly number[]): Promise<Float32Array> {
  const method = applyMethod(model.spec, config);
  using owner = new TensorOwner(model.engine);
  const tensors = uploadTuned(owner, method, numbers);
  return new Network(model, method).logits(wholeRow(Int32Array.from(ids)), Int32Array.of(ids.length - 1), tensors);
}

async function numbersOf(model: LoadedModel, { method, parameters }: ReadAdapter): Promise<MethodStart> {
  return { parameters, fixed: (await applyMethod(model.spec, method).measured?.(baseNumbers(model))) ?? {} };
}

async function written(model: LoadedModel, method: MethodConfig, numbers: MethodStart) {
  const { config, tensors } = the(writePeft(model.spec, method, numbers, "base"));
  const file = await openSafetensors(blobSource("adapter_model.safetensors", new Blob([encodeSafetensors(tensors)])));
  return { config: JSON.parse(JSON.stringify(config)) as Record<string, unknown>, file };
}

async function contentOf(file: SafetensorsFile): Promise<Record<string, readonly number[]>> {
  const rows = await Promise.all(
    [...file.tensors.keys()].toSorted().map(async (name) => [name, [...(await readTensor(file, name))]] as const),
  );
  return Object.fromEntries(rows);
}

describe("adapters of PEFT", () => {
  it.each(Object.entries(cases))("%s computes what it computes there, and is written as it was read", async (name, settings) => {
    const { model: base, ids, logits } = jsonOf(`${folder}/${name}/expected.json`) as Expected;
    const model = await modelOf(base);
    const file = await safetensorsOf(`${folder}/${name}/adapter_model.safetensors`);
    const read = await readPeft(model.spec, jsonOf(`${folder}/${name}/adapter_config.json`), file);
    expect(read.method).toMatchObject(settings);
    const numbers = await numbersOf(model, read);
    expect(largestDifference(await logitsOf(model, read.method, numbers, ids), logits)).toBeLessThan(2e-5);
    const out = await written(model, read.method, numbers);
    expect(await contentOf(out.file)).toEqual(await contentOf(file));
    const again = await readPeft(model.spec, out.config, out.file);
    expect(again.method).toEqual(read.method);
    expect(again.parameters).toEqual(read.parameters);
  });

  it("a pattern that says nothing of a rank is refused", async () => {
    const model = await modelOf("llama_tied");
    const file = await safetensorsOf(`${folder}/llama-dora-rslora/adapter_model.safetensors`);
    const config = jsonOf(`${folder}/llama-dora-rslora/adapter_config.json`) as Record<string, unknown>;
    const failure = (changes: object) => failureOf(() => readPeft(model.spec, { ...config, ...changes }, file));
    expect((await failure({ rank_pattern: { q_proj: 0 } })).code).toBe("adapter/invalid");
    expect((await failure({ alpha_pattern: { q_proj: "much" } })).code).toBe("adapter/invalid");
    expect((await failure({ rank_pattern: { "q_proj(?R)": 2 } })).code).toBe("adapter/unsupported");
    // Without the pattern the file's shapes are others than announced.
    expect((await failure({ rank_pattern: {} })).code).toBe("adapter/invalid");
    expect((await failure({ use_dora: false })).code).toBe("adapter/invalid");
  });
});

describe("PiSSA", () => {
  it.each(["llama_tied", "gpt2", "phi3"])("goes out as the LoRA that does the same to the published weights: %s", async (base) => {
    const model = await modelOf(base);
    const first = the(model.spec.linears[0]).path;
    const { method } = goldenConfig({
      method: { kind: "pissa", rank: 3, alpha: 5, rankPattern: `${first}=2`, alphaPattern: `${first}=7` },
    });
    const applied = applyMethod(model.spec, method);
    const { fixed } = await applied.start(baseNumbers(model), seededRandom(1));
    const numbers = { parameters: randomParameters(applied), fixed };
    const { config, file } = await written(model, method, numbers);
    expect(config).toMatchObject({ r: 6, lora_alpha: 10, use_rslora: false, use_dora: false, init_lora_weights: true });
    expect(Object.values(config["rank_pattern"] as object)).toEqual([4]);
    expect(Object.values(config["alpha_pattern"] as object)).toEqual([14]);
    const read = await readPeft(model.spec, config, file);
    expect(read.method.kind).toBe("lora");
    const ids = [5, 9, 2, 40, 7];
    const [own, theirs] = [
      await logitsOf(model, method, numbers, ids),
      await logitsOf(model, read.method, await numbersOf(model, read), ids),
    ];
    expect(largestDifference(own, theirs)).toBeLessThan(1e-9 * Math.max(...own.map(Math.abs)));
    expect(largestDifference(own, await logitsOf(model, method, { parameters: fixed, fixed }, ids))).toBeGreaterThan(0.1);
  });
});
