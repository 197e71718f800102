// Claim: folders that PEFT 0.21 wrote of trained norms, biases, single tokens, and of LoRA with saved modules and tokens beside it, are read
// as what they are: the logits are PEFT's.
import { expect, it } from "vitest";
import { readPeft } from "../../src/interchange/peft.ts";
import { readTensor } from "../../src/interchange/safetensors.ts";
import { parseModelConfig } from "../../src/model/architectures.ts";
import { applyMethod } from "../../src/model/methods/methods.ts";
import { uploadTuned } from "../../src/model/tuned-stages.ts";
import { loadModel } from "../../src/model/weights.ts";
import { createReferenceEngine } from "../../src/runtime/reference/reference-engine.ts";
import { TensorOwner } from "../../src/runtime/tensor-owner.ts";
import { wholeRow } from "../../src/tokens/batches.ts";
import { Network } from "../../src/train/network.ts";
import { jsonOf, safetensorsOf } from "../support/files.ts";

const folder = "tests/fixtures/adapters/saved";

interface Expected {
  readonly model: string;
  /** After the last token, of the first ids of the vocabulary. */
  readonly logits: readonly number[];
}

const expected = jsonOf(`${folder}/logits.json`) as Readonly<Record<string, Expected>> & { readonly ids: readonly number[] };

it.each([
  ["norms", { kind: "norms", layers: "" }],
  ["bitfit", { kind: "bitfit", layers: "" }],
  ["tokens", { kind: "tokens", tokenIds: "15, 132, 3" }],
  ["lora", { kind: "lora", rank: 1, targets: ["q_proj"], save: ["norm"], tieSaved: false, tokenIds: "15, 3" }],
] as const)("%s", { timeout: 30_000 }, async (name, method) => {
  const { model: family, logits: wanted } = expected[name] as Expected;
  const spec = parseModelConfig(jsonOf(`tests/fixtures/goldens/${family}/config.json`));
  const weights = await safetensorsOf(`tests/fixtures/goldens/${family}/model.safetensors`);
  const shapes = new Map([...weights.tensors].map(([tensor, { shape }]) => [tensor, shape]));
  const engine = createReferenceEngine();
  const model = await loadModel(engine, spec, { shapes, read: (...range) => readTensor(weights, ...range) }, { quantization: "none" });
  const files = `${folder}/${name}`;
  const read = await readPeft(spec, jsonOf(`${files}/adapter_config.json`), await safetensorsOf(`${files}/adapter_model.safetensors`));
  expect(read.method).toMatchObject(method);
  const applied = applyMethod(spec, read.method);
  using owner = new TensorOwner(engine);
  const network = new Network(model, applied);
  const row = wholeRow(Int32Array.from(expected.ids));
  const logits = await network.logits(row, Int32Array.of(expected.ids.length - 1), uploadTuned(owner, applied, read));
  expect(Math.max(...wanted.map((value, at) => Math.abs(value - Number(logits[at]))))).toBeLessThan(5e-5);
  await network.dispose();
  model.dispose();
});
