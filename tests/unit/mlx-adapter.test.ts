// Adapters of mlx-lm, against logits that mlx-lm 0.32 itself computed with them (tests/fixtures/adapters): llama_tied with an adapter
// on two kinds of layer in the last block, phi3 with one on every linear layer of all blocks.
import { describe, expect, it } from "vitest";
import { blobSource } from "../../src/base/byte-source.ts";
import { isMlxConfig, readMlx } from "../../src/interchange/mlx-adapter.ts";
import { encodeSafetensors, openSafetensors, readTensor } from "../../src/interchange/safetensors.ts";
import { parseModelConfig } from "../../src/model/architectures.ts";
import { applyMethod } from "../../src/model/methods/methods.ts";
import { uploadTuned } from "../../src/model/tuned-stages.ts";
import { loadModel } from "../../src/model/weights.ts";
import { createReferenceEngine } from "../../src/runtime/reference/reference-engine.ts";
import { TensorOwner } from "../../src/runtime/tensor-owner.ts";
import { wholeRow } from "../../src/tokens/batches.ts";
import { Network } from "../../src/train/network.ts";
import { asLora, scalingOf } from "../support/configs.ts";
import { failureOf } from "../support/errors.ts";
import { jsonOf, safetensorsOf } from "../support/files.ts";
import { the } from "../support/the.ts";

type Config = Readonly<Record<string, unknown>> & { readonly lora_parameters: Readonly<Record<string, unknown>> };

const specOf = (name: string) => parseModelConfig(jsonOf(`tests/fixtures/goldens/${name}/config.json`));
const configOf = (name: string) => jsonOf(`tests/fixtures/adapters/mlx-${name}/adapter_config.json`) as Config;
const weightsOf = (name: string) => safetensorsOf(`tests/fixtures/adapters/mlx-${name}/adapters.safetensors`);
const read = async (name: string, changes: object = {}, parameters: object = {}) => {
  const config = configOf(name);
  const changed = { ...config, lora_parameters: { ...config.lora_parameters, ...parameters }, ...changes };
  return readMlx(specOf(name), changed, await weightsOf(name));
};

async function largestError(name: string, numbers: "base" | "logits"): Promise<number> {
  const expected = jsonOf(`tests/fixtures/adapters/mlx-${name}/expected.json`) as Record<"ids" | "base" | "logits", readonly number[]>;
  const engine = createReferenceEngine();
  const stored = await safetensorsOf(`tests/fixtures/goldens/${name}/model.safetensors`);
  const shapes = new Map([...stored.tensors].map(([tensor, { shape }]) => [tensor, shape]));
  const reader = { shapes, read: (tensor: string, ...rows: number[]) => readTensor(stored, tensor, ...rows) };
  const model = await loadModel(engine, specOf(name), reader, { quantization: "none" });
  const { method: config, parameters } = await read(name);
  const method = applyMethod(model.spec, config);
  const [network, tensors] =
    numbers === "logits"
      ? [new Network(model, method), uploadTuned(new TensorOwner(engine), method, { parameters, fixed: {} })]
      : [new Network(model, null), null];
  const logits = await network.logits(wholeRow(Int32Array.from(expected.ids)), Int32Array.of(expected.ids.length - 1), tensors);
  return Math.max(...expected[numbers].map((value, at) => Math.abs(value - Number(logits[at]))));
}

describe("adapters of mlx-lm", () => {
  it.each(["llama_tied", "phi3"])("compute what mlx-lm computes: %s", async (name) => {
    expect(await largestError(name, "base")).toBeLessThan(1e-4);
    expect(await largestError(name, "logits")).toBeLessThan(1e-4);
  });

  it("are told from PEFT's by their settings, and name their base", async () => {
    expect(isMlxConfig(configOf("phi3"))).toBe(true);
    expect(isMlxConfig(jsonOf("tests/fixtures/goldens/gpt2/adapter_config.json"))).toBe(false);
    expect(await read("llama_tied")).toMatchObject({
      base: "mlx-community/llama_tied",
      notes: [{ key: "adapter/some-layers", params: { count: 1, all: 2 } }],
    });
  });

  it.each([
    ["dora", { fine_tune_type: "dora" }, {}, "fine_tune_type"],
    ["full", { fine_tune_type: "full" }, {}, "fine_tune_type"],
    ["DoRA as older versions say it", { use_dora: true }, {}, "use_dora"],
    ["a parameter that is not known", {}, { use_rslora: true }, "lora_parameters.use_rslora"],
    ["the alpha of a version that is not known", { num_layers: undefined, lora_layers: 1 }, { alpha: 16 }, "alpha = 16"],
  ])("with %s are refused by that name", async (_, changes, parameters, named) => {
    const failure = await failureOf(() => read("llama_tied", changes, parameters));
    expect(failure.code).toBe("adapter/unsupported");
    expect(failure.message).toContain(named);
  });

  it.each([
    ["another rank", {}, { rank: 5 }, "lora_a"],
    ["no rank", {}, { rank: null }, "rank"],
    ["no scale", {}, { scale: null }, "scale"],
    ["fewer keys than tensors", {}, { keys: ["self_attn.q_proj"] }, "mlp.down_proj"],
    ["more keys than tensors", {}, { keys: ["self_attn.q_proj", "mlp.down_proj", "mlp.up_proj"] }, "mlp.up_proj"],
    ["keys outside of blocks", {}, { keys: ["self_attn.q_proj", "mlp.down_proj", "lm_head"] }, "lm_head"],
    ["more layers than tensors", { num_layers: 2 }, {}, "last 2"],
  ])("with %s are invalid", async (_, changes, parameters, named) => {
    const failure = await failureOf(() => read("llama_tied", changes, parameters));
    expect(failure.code).toBe("adapter/invalid");
    expect(failure.message).toContain(named);
  });

  // Versions 0.19 to 0.21 wrote num_layers and gave every layer an adapter all the same; they ignored alpha.
  it("on all layers load whatever num_layers says, and alpha beside num_layers means nothing", async () => {
    const [all, last] = [await read("phi3"), await read("phi3", { num_layers: 1 }, { alpha: 1 })];
    expect(last.parameters).toEqual(all.parameters);
    expect(scalingOf(last)).toBe(20);
  });

  it("are found where mlx-lm calls the list of layers by another name than the checkpoint", async () => {
    const spec = specOf("gpt2");
    const { inFeatures, outFeatures } = the(spec.linears.find(({ path }) => path === "attn.c_attn"));
    const zeros = (name: string, ...shape: [number, number]) => ({ name, shape, data: new Float32Array(shape[0] * shape[1]).fill(1) });
    const tensors = [0, 1].flatMap((layer) => [
      zeros(`model.h.${layer}.attn.c_attn.lora_a`, inFeatures, 2),
      zeros(`model.h.${layer}.attn.c_attn.lora_b`, 2, outFeatures),
    ]);
    const file = await openSafetensors(blobSource("adapters.safetensors", new Blob([encodeSafetensors(tensors)])));
    const adapter = await readMlx(spec, { num_layers: 2, lora_parameters: { rank: 2, scale: 3 } }, file);
    expect([asLora(adapter.method).targets, scalingOf(adapter)]).toEqual([["c_attn"], 3]);
  });

  it("of older versions count layers under lora_layers", async () => {
    const config = { num_layers: undefined, lora_layers: 1 };
    expect((await read("llama_tied", config)).parameters).toEqual((await read("llama_tied")).parameters);
    expect((await failureOf(() => read("llama_tied", { ...config, lora_layers: 2 }))).code).toBe("adapter/invalid");
  });
});
