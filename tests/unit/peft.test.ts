import { describe, expect, it } from "vitest";
import { seededRandom } from "../../src/base/random.ts";
import { blobSource } from "../../src/base/byte-source.ts";
import { readPeft, writePeft } from "../../src/interchange/peft.ts";
import { encodeSafetensors, openSafetensors, type TensorToStore } from "../../src/interchange/safetensors.ts";
import { groupTensors, requireLayers } from "../../src/interchange/adapter-tensors.ts";
import { baseNumbers } from "../../src/model/base-numbers.ts";
import { applyMethod } from "../../src/model/methods/methods.ts";
import { parseModelConfig } from "../../src/model/architectures.ts";
import { plannedModel } from "../../src/model/planned-model.ts";
import { createPlanningEngine } from "../../src/runtime/planning-engine.ts";
import { asLora, lora } from "../support/configs.ts";
import { failureOf } from "../support/errors.ts";
import { jsonOf, safetensorsOf } from "../support/files.ts";
import { the } from "../support/the.ts";
import { tinyConfig } from "../support/tiny-model.ts";
import { randomParameters } from "../support/training.ts";

const spec = parseModelConfig(tinyConfig);
const method = lora({ rank: 3, alpha: 6, targets: ["q_proj", "v_proj", "down_proj"] });
const { layout, start } = applyMethod(spec, method);
const parameters = randomParameters({ layout }, 1);
const { config, tensors } = the(writePeft(spec, method, { parameters, fixed: {} }, "tiny"));
const store = (list: readonly TensorToStore[]) =>
  openSafetensors(blobSource("adapter_model.safetensors", new Blob([encodeSafetensors(list)])));
const read = async (settings: unknown, list: readonly TensorToStore[] = tensors) => readPeft(spec, settings, await store(list));

describe("PEFT adapters", () => {
  it("come back as they went", async () => {
    const back = await read(JSON.parse(JSON.stringify(config)));
    expect(back.parameters).toEqual(parameters);
    expect(back.method).toEqual(method);
  });

  it("are PEFT's own files, name by name and number by number", async () => {
    const folder = "tests/fixtures/goldens/llama_tied";
    const golden = parseModelConfig(jsonOf(`${folder}/config.json`));
    const weights = await safetensorsOf(`${folder}/adapter_model.safetensors`);
    const opened = await readPeft(golden, jsonOf(`${folder}/adapter_config.json`), weights);
    const written = the(writePeft(golden, opened.method, { ...opened, fixed: {} }, "")).tensors;
    expect(written.map(({ name }) => name)).toEqual([...weights.tensors.keys()].toSorted());
    expect(written.map(({ shape }) => shape)).toEqual(written.map(({ name }) => weights.tensors.get(name)?.shape));
  });

  it("of a deeper model are refused by what the model lacks", async () => {
    const weights = await safetensorsOf("tests/fixtures/goldens/llama_tied/adapter_model.safetensors");
    expect(() => requireLayers({ ...spec, layers: 1 }, weights)).toThrow(/"adapter\/too-deep".*"layer":1,"layers":1/);
    expect(() => requireLayers({ ...spec, layers: 2 }, weights)).not.toThrow();
  });

  it("start as no change: A within its bounds, B zero", async () => {
    const base = baseNumbers(plannedModel(createPlanningEngine("wasm", true), spec, { quantization: "none" }));
    const begun = await start(base, seededRandom(1));
    expect(begun.fixed).toEqual({});
    expect(begun.parameters["layer.0"]).not.toEqual(begun.parameters["layer.1"]);
    for (const { name, shape, data } of groupTensors(layout, begun.parameters)) {
      if (name.endsWith(".lora_B.weight")) expect(new Set(data), name).toEqual(new Set([0]));
      else {
        const [largest, bound] = [Math.max(...data.map(Math.abs)), 1 / Math.sqrt(the(shape[1]))];
        expect(largest, name).toBeLessThanOrEqual(bound);
        expect(largest, name).toBeGreaterThan(bound / 2);
      }
    }
  });

  it.each([
    ["bias", "all"],
    ["fan_in_fan_out", true],
    ["lora_bias", true],
    ["peft_type", "ADALORA"],
    ["init_lora_weights", "pissa_niter_16"],
    ["init_lora_weights", "olora"],
    ["init_lora_weights", "mica"],
    ["init_lora_weights", "lora_ga"],
    ["task_type", "SEQ_CLS"],
    ["task_type", "FEATURE_EXTRACTION"],
    ["alora_invocation_tokens", [128_000, 3]],
    ["kasa_config", { beta: 0.001 }],
    ["arrow_config", { top_k: 3 }],
    ["velora_config", { num_groups: 4 }],
    ["use_bdlora", { nblocks: 2 }],
    ["monteclora_config", { num_samples: 8 }],
    ["ensure_weight_tying", true],
    ["target_parameters", ["mlp.experts.gate_up_proj"]],
    ["layer_replication", [[0, 1]]],
    ["megatron_config", { tensor_model_parallel_size: 2 }],
    ["use_qalora", true],
    ["a_key_of_the_future", 1],
    ["enable_lora", [true, false, true]],
  ])("with %s = %j are refused by that name", async (key, value) => {
    const failure = await failureOf(() => read({ ...config, [key]: value }));
    expect(failure.code).toBe("adapter/unsupported");
    expect(failure.message).toContain(key);
  });

  it.each([
    ["modules_to_save", ["lm_head"], "lm_head.weight"],
    ["trainable_token_indices", [1, 2], "embed_tokens.token_adapter.trainable_tokens_delta"],
  ])("with %s = %j lack the tensor of it", async (key, value, tensor) => {
    const failure = await failureOf(() => read({ ...config, [key]: value }));
    expect(failure.code).toBe("adapter/invalid");
    expect(failure.message).toContain(`has no tensor base_model.model.`);
    expect(failure.message).toContain(tensor);
  });

  it.each([
    ["r", 0],
    ["r", 2.5],
    ["r", "8"],
    ["lora_alpha", null],
    ["target_modules", "q_proj|v_proj"],
    ["target_modules", ".*_proj"],
    ["target_modules", ".*"],
    ["target_modules", [1]],
    ["target_modules", null],
    ["exclude_modules", ["q_proj"]],
    ["layers_to_transform", [0]],
    ["layers_to_transform", ["0"]],
    ["target_modules", []],
    ["target_modules", ["q_proj", "lm_head"]],
    ["r", 1_000_000_000],
    // Of which the tensors know nothing.
    ["use_dora", true],
    ["rank_pattern", { q_proj: 4 }],
  ])("with %s = %j are invalid", async (key, value) => {
    expect((await failureOf(() => read({ ...config, [key]: value }))).code).toBe("adapter/invalid");
  });

  it.each([
    ["lora_dropout", 0.1],
    ["revision", "main"],
    ["peft_version", "0.21.2"],
    ["inference_mode", false],
    ["unsloth_fixed", true],
    ["auto_mapping", { base_model_class: "LlamaForCausalLM", parent_library: "transformers", unsloth_fixed: true }],
    ["runtime_config", { ephemeral_gpu_offload: false }],
    ["eva_config", { rho: 2 }],
    ["init_lora_weights", "gaussian"],
    ["init_lora_weights", "eva"],
    ["init_lora_weights", "orthogonal"],
    ["task_type", null],
    ["qalora_group_size", 32],
    ["a_key_of_the_future", null],
    ["a_key_of_the_future", false],
    ["a_key_of_the_future", {}],
    ["a_key_of_the_future", ""],
  ])("with %s = %j change nothing and load", async (key, value) => {
    expect((await read({ ...config, [key]: value })).parameters).toEqual(parameters);
  });

  it("with an alpha for some modules have it", async () => {
    expect(asLora((await read({ ...config, alpha_pattern: { q_proj: 4 } })).method).alphaPattern).toContain("q_proj=4");
  });

  it.each([[null], ["text"], [[]], [{}]])("with %j for a configuration are invalid", async (value) => {
    expect((await failureOf(() => read(value))).code).toMatch(/^adapter\//);
  });

  it("of another shape name the tensor and both shapes", async () => {
    const [head, ...rest] = tensors as [TensorToStore, ...TensorToStore[]];
    const failure = await failureOf(() => read(config, [{ ...head, shape: [head.shape[1] ?? 0, head.shape[0] ?? 0] }, ...rest]));
    expect(failure.code).toBe("adapter/invalid");
    expect(failure.message).toContain(head.name);
  });

  it("with a tensor missing or left over name it", async () => {
    expect((await failureOf(() => read(config, tensors.slice(1)))).message).toContain(tensors[0]?.name);
    const extra = { name: "base_model.model.lm_head.lora_A.weight", shape: [1], data: Float32Array.of(1) };
    expect((await failureOf(() => read(config, [...tensors, extra]))).message).toContain(extra.name);
  });

  it.each([NaN, Infinity, -Infinity])("that hold %d name the tensor and the number", async (value) => {
    const spoiled = tensors.map((tensor, at) =>
      at === 3 ? { ...tensor, data: Float32Array.from(tensor.data).fill(value, 2, 3) } : tensor,
    );
    const failure = await failureOf(() => read(config, spoiled));
    expect(failure.code).toBe("adapter/not-finite");
    expect(failure.message).toContain(tensors[3]?.name);
    expect(failure.message).toContain({ NaN: "NaN", Infinity: "Inf", "-Infinity": "-Inf" }[String(value)]);
  });

  it("quote no more of a value than a sentence holds", async () => {
    const failure = await failureOf(() => read({ ...config, a_key_of_the_future: "x".repeat(10_000) }));
    expect(failure.message.length).toBeLessThan(400);
  });

  it("that say all-linear mean all seven", async () => {
    const all = applyMethod(spec, lora({ rank: 3, alpha: 6, targets: spec.linears.map(({ name }) => name) }));
    const zeros = Object.fromEntries(all.layout.map(({ name, size }) => [name, new Float32Array(size)]));
    const opened = await read({ ...config, target_modules: "all-linear" }, groupTensors(all.layout, zeros));
    expect(asLora(opened.method).targets).toHaveLength(7);
    expect(opened.parameters).toEqual(zeros);
  });
});
