// Claim: folders that PEFT 0.21 wrote of trained norms, biases, single tokens, and of LoRA with saved modules and tokens beside it, are read
// as what they are: the logits are PEFT's.
import { expect, it } from "vitest";
import { blobSource } from "../../src/base/byte-source.ts";
import { parseStoredConfig } from "../../src/config/run-config.ts";
import { readPeft, writePeft } from "../../src/interchange/peft.ts";
import { encodeSafetensors, openSafetensors, readTensor } from "../../src/interchange/safetensors.ts";
import { parseModelConfig } from "../../src/model/architectures.ts";
import { applyMethod } from "../../src/model/methods/methods.ts";
import { uploadTuned } from "../../src/model/tuned-stages.ts";
import { loadModel } from "../../src/model/weights.ts";
import { createReferenceEngine } from "../../src/runtime/reference/reference-engine.ts";
import { TensorOwner } from "../../src/runtime/tensor-owner.ts";
import { wholeRow } from "../../src/tokens/batches.ts";
import { Network } from "../../src/train/network.ts";
import { jsonOf, safetensorsOf } from "../support/files.ts";
import { the } from "../support/the.ts";

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

it("ensure_weight_tying means nothing where no whole table is saved, or the head is not tied", async () => {
  const spec = parseModelConfig(jsonOf("tests/fixtures/goldens/llama_tied/config.json"));
  for (const name of ["lora", "norms"]) {
    const config = jsonOf(`${folder}/${name}/adapter_config.json`) as Readonly<Record<string, unknown>>;
    const weights = await safetensorsOf(`${folder}/${name}/adapter_model.safetensors`);
    const tied = await readPeft(spec, { ...config, ensure_weight_tying: true }, weights);
    expect(tied).toEqual(await readPeft(spec, { ...config, ensure_weight_tying: false }, weights));
  }
  const untied = parseModelConfig(jsonOf("tests/fixtures/goldens/llama_untied/config.json"));
  const method = parseStoredConfig({ method: { kind: "embedding" } }).method;
  const { layout } = applyMethod(untied, method);
  const parameters = Object.fromEntries(layout.map(({ name, size }) => [name, new Float32Array(size).fill(0.5)]));
  const files = the(writePeft(untied, method, { parameters, fixed: {} }, ""));
  const weights = await openSafetensors(blobSource("adapter", new Blob([encodeSafetensors(files.tensors)])));
  const read = await readPeft(untied, { ...files.config, ensure_weight_tying: true }, weights);
  expect(read).toMatchObject({ method, parameters });
});
