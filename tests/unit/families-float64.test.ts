// Claim: every family's logits with an adapter are PyTorch's, computed by the float64 reference engine: a second's work, and
// no engine of a browser. tests/parity/models.test.ts says the same of the real engines, with gradients and decoding.
import { describe, expect, it } from "vitest";
import { readPeft } from "../../src/interchange/peft.ts";
import { readTensor } from "../../src/interchange/safetensors.ts";
import { parseModelConfig } from "../../src/model/architectures.ts";
import { applyMethod } from "../../src/model/methods/methods.ts";
import { spanGraphs } from "../../src/model/stages/span.ts";
import { tunedLayer, uploadTuned } from "../../src/model/tuned-stages.ts";
import { loadModel } from "../../src/model/weights.ts";
import { createReferenceEngine } from "../../src/runtime/reference/reference-engine.ts";
import { collate, wholeRow } from "../../src/tokens/batches.ts";
import { TensorOwner } from "../../src/runtime/tensor-owner.ts";
import type { Batch } from "../../src/tokens/batch.ts";
import { Network } from "../../src/train/network.ts";
import { lora } from "../support/configs.ts";
import { failureOf } from "../support/errors.ts";
import { jsonOf, safetensorsOf } from "../support/files.ts";
import { heldForms } from "../../src/model/held-weights.ts";
import { the } from "../support/the.ts";

const llamas = ["llama_tied", "llama_untied", "llama3_rope", "llama_bias"];
const ropes = "yarn yarn_attn yarn_mscale longrope_short longrope_long dynamic linear".split(" ");
const others = "mistral qwen2 qwen3 gemma gemma2 gemma3_text phi phi3 smollm3 olmo2 gpt2 gpt_neox".split(" ");
const specOf = (name: string) => parseModelConfig(jsonOf(`tests/fixtures/goldens/${name}/config.json`));

/** More than the window of 8 that some of the models have. */
const length = 14;

async function open(name: string) {
  const folder = `tests/fixtures/goldens/${name}`;
  const [engine, spec] = [createReferenceEngine(), specOf(name)];
  const weights = await safetensorsOf(`${folder}/model.safetensors`);
  const reader = {
    shapes: new Map([...weights.tensors].map(([tensor, { shape }]) => [tensor, shape])),
    read: (tensor: string, ...rows: number[]) => readTensor(weights, tensor, ...rows),
  };
  const model = await loadModel(engine, spec, reader, { quantization: "none" });
  const adapter = await safetensorsOf(`${folder}/adapter_model.safetensors`);
  const { method: config, parameters } = await readPeft(spec, jsonOf(`${folder}/adapter_config.json`), adapter);
  const method = applyMethod(spec, config);
  return { model, method, tensors: uploadTuned(new TensorOwner(engine), method, { parameters, fixed: {} }) };
}

describe.each([...llamas, ...others, ...ropes])("%s", (name) => {
  it("has PyTorch's logits, past the window, in float64", async () => {
    const { model, method, tensors } = await open(name);
    const { input_ids: rows } = jsonOf(`tests/fixtures/goldens/${name}/golden.json`) as { input_ids: readonly (readonly number[])[] };
    // The angles of some ropes are those of the whole row.
    const row = { ...wholeRow(Int32Array.from(the(rows[0]).slice(0, length))), longest: the(rows[0]).length };
    const logits = await new Network(model, method).logits(row, Int32Array.of(length - 1), tensors);
    const { vocabularySize } = model.spec;
    const all = await readTensor(await safetensorsOf(`tests/fixtures/goldens/${name}/golden.safetensors`), "lora.logits");
    const expected = all.subarray((length - 1) * vocabularySize, length * vocabularySize);
    expect(Math.max(...expected.map((value, at) => Math.abs(value - Number(logits[at]))))).toBeLessThan(1e-5);
  });

  it("has graphs whose constants do not grow with the batch", () => {
    const spec = specOf(name);
    const tuned = tunedLayer(applyMethod(spec, lora({ rank: 4, alpha: 8 })), 0);
    const forms = the(heldForms(spec, { quantization: "none" }, true).layers[0]);
    const kind = { spec, layer: the(spec.layerKinds[0]), forms, tuned };
    const bytes = (seq: number): number =>
      spanGraphs({ kinds: [kind], shape: { batch: 2, seq } }, "inputs").backward.constants.reduce(
        (sum, constant) => sum + constant.bytes.byteLength,
        0,
      );
    expect(bytes(64)).toBe(bytes(8));
  });
});

describe("a rope that goes by the length of the sequence", () => {
  it.each(["dynamic", "longrope_long"])("%s: goes by the longest row, not by how far rows are padded", async (name) => {
    const { model } = await open(name);
    const network = new Network(model, null);
    // 17 tokens are past the original context of 16, and are padded to 32.
    for (const tokens of [16, 17]) {
      const ids = Int32Array.from({ length: tokens }, (_, at) => (at * 37 + 11) % 256);
      const loss = async (batch: Batch) => (await network.topLabels(batch, null)).sum;
      const alone = await loss(wholeRow(ids));
      expect(await loss(collate([{ line: 1, ids, labels: ids }], 64))).toBeCloseTo(alone, 9);
      expect(Math.abs((await loss({ ...wholeRow(ids), longest: 24 })) - alone) > 1e-3).toBe(name === "dynamic" || tokens === 16);
    }
  });
});

describe("learned positions", () => {
  it("end with the context: a token past it is refused, padding is not", async () => {
    const { model } = await open("gpt2");
    const network = new Network(model, null);
    const { contextLength } = model.spec;
    const row = wholeRow(new Int32Array(contextLength + 2));
    const failure = await failureOf(() => network.logProbs(row, null));
    expect(failure.code).toBe("tokens/past-context");
    expect(failure.message).toContain(`position ${contextLength}`);
  });
});
