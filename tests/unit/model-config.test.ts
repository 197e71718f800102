import { describe, expect, it } from "vitest";
import { parseModelConfig } from "../../src/model/architectures.ts";
import { inverseFrequencies, rotaryTables } from "../../src/model/rope.ts";
import { parameterCount } from "../../src/model/spec.ts";
import { checkTensors } from "../../src/model/check-tensors.ts";
import { requiredTensors } from "../../src/model/spec.ts";
import { failureOf } from "../support/errors.ts";
import { jsonOf, safetensorsOf } from "../support/files.ts";
import { tinyConfig } from "../support/tiny-model.ts";

const parse = (changes: Readonly<Record<string, unknown>> = {}) => parseModelConfig({ ...tinyConfig, ...changes });
const llama3 = { rope_type: "llama3", factor: 8, low_freq_factor: 1, high_freq_factor: 4, original_max_position_embeddings: 16 };

describe("config.json", () => {
  it.each(["llama_tied", "llama_untied", "llama3_rope", "llama_bias"])(
    "of %s asks for exactly the tensors of its checkpoint",
    async (name) => {
      const spec = parseModelConfig(jsonOf(`tests/fixtures/goldens/${name}/config.json`));
      const { tensors } = await safetensorsOf(`tests/fixtures/goldens/${name}/model.safetensors`);
      expect([...requiredTensors(spec).keys()].toSorted()).toEqual([...tensors.keys()].toSorted());
      checkTensors(spec, new Map([...tensors].map(([tensor, { shape }]) => [tensor, shape])));
    },
  );

  it("counts parameters, a tied head once", () => {
    // Embedding, final norm, then per layer two norms, q, k, v, o and three of the mlp.
    const layer = 2 * 32 + 32 * 32 + 2 * 16 * 32 + 32 * 32 + 3 * 32 * 44;
    expect(parameterCount(parse())).toBe(264 * 32 + 32 + 2 * layer);
    expect(parameterCount(parse({ tie_word_embeddings: false }))).toBe(2 * 264 * 32 + 32 + 2 * layer);
  });

  it("takes defaults where transformers does", () => {
    const {
      num_key_value_heads: _kv,
      rms_norm_eps: _eps,
      rope_theta: _theta,
      tie_word_embeddings: _tied,
      max_position_embeddings: _max,
      ...few
    } = tinyConfig;
    const spec = parseModelConfig(few);
    expect(spec).toMatchObject({ kvHeads: 4, headDim: 8, normEps: 1e-6, tiedHead: false, contextLength: 2048 });
    expect(spec.ropes).toEqual([{ theta: 10_000, scaling: null, dims: 8 }]);
  });

  it("is read as transformers 4 and as transformers 5 spell it", () => {
    const four = parse({ rope_theta: 500_000, rope_scaling: llama3 });
    const { rope_theta: _theta, ...without } = tinyConfig;
    const five = parseModelConfig({ ...without, rope_parameters: { ...llama3, rope_theta: 500_000 } });
    expect(five.ropes).toEqual(four.ropes);
    expect(four.ropes[0]?.scaling).toEqual({
      type: "llama3",
      factor: 8,
      lowFrequencyFactor: 1,
      highFrequencyFactor: 4,
      originalContext: 16,
    });
    expect(parse({ rope_theta: 123, rope_parameters: { rope_type: "default" } }).ropes).toEqual([{ theta: 123, scaling: null, dims: 8 }]);
  });

  it.each(["model_type", "hidden_size", "num_attention_heads", "num_hidden_layers", "vocab_size", "intermediate_size"])(
    "without %s names it",
    async (key) => {
      const failure = await failureOf(() =>
        parseModelConfig(Object.fromEntries(Object.entries(tinyConfig).filter(([name]) => name !== key))),
      );
      expect(failure.code).toBe("model/config-invalid");
      expect(failure.message).toContain(key);
    },
  );

  it.each([
    ["model/unknown-architecture", { model_type: "mamba" }, "mamba"],
    ["model/unknown-architecture", { model_type: "constructor" }, "constructor"],
    ["model/unsupported-feature", { hidden_act: "relu2" }, "hidden_act"],
    ["model/unsupported-feature", { num_local_experts: 8 }, "num_local_experts"],
    ["model/unsupported-feature", { quantization_config: { quant_method: "gptq", bits: 3 } }, "gptq, 3 bits"],
    ["model/config-invalid", { rope_parameters: { rope_type: "dynamic" } }, "rope_parameters.factor"],
    ["model/config-invalid", { rope_scaling: { rope_type: "llama3", factor: 8 } }, "low_freq_factor"],
    ["model/config-invalid", { num_key_value_heads: 3 }, "num_key_value_heads"],
    ["model/config-invalid", { hidden_size: 33 }, "head_dim"],
    ["model/config-invalid", { head_dim: 7 }, "7"],
    ["model/config-invalid", { num_hidden_layers: 2.5 }, "num_hidden_layers"],
    ["model/config-invalid", { vocab_size: "264" }, "vocab_size"],
    ["model/config-invalid", { attention_bias: "yes" }, "attention_bias"],
    ["model/config-invalid", { rope_scaling: "llama3" }, "rope_scaling"],
    ["model/config-invalid", { model_type: "smollm3", no_rope_layers: [1] }, "no_rope_layers"],
    ["model/config-invalid", { model_type: "gemma2", layer_types: ["full_attention"] }, "layer_types"],
    ["model/unsupported-feature", { model_type: "qwen3", layer_types: ["full_attention", "linear_attention"] }, "linear_attention"],
    ["model/unsupported-feature", { model_type: "phi", qk_layernorm: true }, "qk_layernorm"],
    ["model/config-invalid", { model_type: "phi3", rope_scaling: { type: "longrope", short_factor: [] } }, "long_factor"],
    ["model/unsupported-feature", { model_type: "gpt2", scale_attn_by_inverse_layer_idx: true }, "scale_attn_by_inverse_layer_idx"],
  ])("%s: %j", async (code, changes, names) => {
    const failure = await failureOf(() => parse(changes));
    expect(failure.code).toBe(code);
    expect(failure.message).toContain(names);
  });

  it.each([
    ["ModelCloud/Llama-3.2-1B-Instruct-GPTQ-3bit", { quant_method: "gptq", bits: 3 }, undefined, "Llama-3.2-1B-Instruct"],
    ["unsloth/Qwen3-0.6B-unsloth-bnb-4bit", { quant_method: "aqlm", bits: 4 }, undefined, "unsloth/Qwen3-0.6B"],
    ["unsloth/llama-3-8b-bnb-4bit", { quant_method: "eetq" }, "meta-llama/Meta-Llama-3-8B", "meta-llama/Meta-Llama-3-8B"],
    ["unsloth/llama-3-8b-bnb-4bit", { quant_method: "eetq" }, "unsloth/llama-3-8b-bnb-4bit", "unsloth/llama-3-8b"],
    ["unsloth/llama-3-8b-bnb-4bit@dev", { quant_method: "eetq" }, "/root/out/model", "unsloth/llama-3-8b"],
    ["Qwen/Qwen2.5-0.5B-Instruct-AWQ", { quant_method: "awq", bits: 4, version: "gemv" }, undefined, "Qwen/Qwen2.5-0.5B-Instruct"],
    ["TheBloke/Llama-2-7B-GPTQ", { quant_method: "gptq", bits: 3 }, "meta-llama/Llama-2-7b-hf", "meta-llama/Llama-2-7b-hf"],
    ["RedHatAI/Llama-3.2-1B-Instruct-FP8-dynamic", { quant_method: "compressed-tensors" }, undefined, "Llama-3.2-1B-Instruct"],
    ["RedHatAI/Qwen2.5-0.5B-quantized.w8a8", { quant_method: "modelopt" }, undefined, "Qwen2.5-0.5B"],
    ["SmolLM2-135M-mxfp4", { quant_method: "mxfp4" }, undefined, "SmolLM2-135M"],
  ])("of quantized weights names the base: %s, %j, %j", async (name, quantization, origin, base) => {
    const config = { ...tinyConfig, quantization_config: quantization, ...(origin === undefined ? {} : { _name_or_path: origin }) };
    const failure = await failureOf(() => parseModelConfig(config, name));
    expect(failure).toMatchObject({ code: "model/unsupported-feature", message: expect.stringContaining("quantization_config") });
    expect(failure.hint).toContain(`unquantized base, ${base}.`);
  });

  it("of quantized weights says so where no base is known, and by other keys", async () => {
    const said = async (changes: object, name?: string) => failureOf(() => parseModelConfig({ ...tinyConfig, ...changes }, name));
    expect((await said({ quantization_config: { quant_method: "eetq" } })).hint).toContain("unquantized base.");
    expect((await said({ quantization_config: { quant_method: "mxfp4" } }, "model")).hint).toContain("unquantized base.");
    expect((await said({ quantization: { group_size: 32, bits: 4, mode: "mxfp4" } }, "mlx-community/Qwen3-0.6B-mxfp4")).hint).toContain(
      "base, Qwen3-0.6B.",
    );
    expect((await said({ compression_config: { bits: 8 } })).message).toContain("compression_config");
    expect(parse({ quantization_config: null }).family).toBe("llama");
  });

  const gptq = { quant_method: "gptq", bits: 4 };
  const weights = { num_bits: 4, type: "int" };
  const compressed = (group: object, more: object = {}) => ({
    quant_method: "compressed-tensors",
    format: "pack-quantized",
    config_groups: { group_0: { weights, ...group } },
    ...more,
  });
  const hqq = (params: object, more: object = {}) => ({
    quant_method: "hqq",
    quant_config: { weight_quant_params: { nbits: 4, axis: 1, ...params }, ...more },
  });
  const torchao = (type: string, data: object = {}) => ({ quant_method: "torchao", quant_type: { default: { _type: type, _data: data } } });

  it.each([
    [gptq],
    [{ ...gptq, checkpoint_format: "gptq_v2", desc_act: true, pack_dtype: "int32" }],
    [{ quant_method: "awq", bits: 4, version: "GEMM" }],
    [{ quant_method: "bitsandbytes", load_in_4bit: true, bnb_4bit_quant_type: "nf4" }],
    [{ load_in_8bit: true }],
    [{ quant_method: "fp8", weight_block_size: [128, 128] }],
    [compressed({})],
    [compressed({ weights: { num_bits: 8, type: "float" } }, { format: "float-quantized", sparsity_config: {}, transform_config: {} })],
    [hqq({})],
    [torchao("Int4WeightOnlyConfig", { int4_packing_format: { _data: "PLAIN" } })],
  ])("of weights quantized as %j is read", (quantization) => {
    expect(parse({ quantization_config: quantization }).family).toBe("llama");
  });

  it.each([
    [{ ...gptq, bits: 3 }, "bits = 3"],
    [{ ...gptq, checkpoint_format: "marlin" }, 'checkpoint_format = "marlin"'],
    [{ ...gptq, pack_dtype: "int8" }, 'pack_dtype = "int8"'],
    [{ quant_method: "awq", bits: 4, version: "gemv_fast" }, 'version = "gemv_fast"'],
    [{ quant_method: "awq", bits: 4, backend: "llm-awq" }, 'backend = "llm-awq"'],
    [{ quant_method: "fp8", weight_block_size: 128 }, "weight_block_size = 128"],
    [compressed({}, { format: "marlin-24" }), 'format = "marlin-24"'],
    [compressed({ format: "nvfp4-pack-quantized" }), 'format = "nvfp4-pack-quantized"'],
    [compressed({ weights: { num_bits: 4, type: "float" } }), "num_bits = 4"],
    [compressed({ weights: { num_bits: 3, type: "int" } }), "num_bits = 3"],
    [compressed({}, { sparsity_config: { format: "sparse-24-bitmask" } }), 'format = "sparse-24-bitmask"'],
    [compressed({}, { transform_config: { config_groups: { u: { type: "hadamard" } } } }), "transform_config = "],
    [hqq({ axis: 0 }), "axis = 0"],
    [hqq({ nbits: 3 }), "nbits = 3"],
    [hqq({}, { scale_quant_params: { nbits: 8 } }), "scale_quant_params = "],
    [torchao("Float8WeightOnlyConfig"), '_type = "Float8WeightOnlyConfig"'],
    [torchao("Int4WeightOnlyConfig", { int4_packing_format: { _data: "TILE_PACKED_TO_4D" } }), "TILE_PACKED_TO_4D"],
    [{ quant_method: "torchao", quant_type: "int4_weight_only" }, "quant_type = "],
    [{ quant_method: "exl2", bits: 4.5 }, "exl2"],
    [{ quant_method: "quark" }, "quark"],
    [{}, "a method without a name"],
  ])("of weights quantized as %j is refused, naming %s", async (quantization, named) => {
    const failure = await failureOf(() => parse({ quantization_config: quantization }));
    expect(failure).toMatchObject({ code: "model/unsupported-feature", message: expect.stringContaining(named) });
  });

  it.each([
    [{ group_size: 64, bits: 7 }, "bits = 7"],
    [{ group_size: 64, bits: 4, "model.layers.0.mlp.down_proj": { bits: 16 } }, "bits = 16"],
  ])("of MLX with %j is refused, naming %s", async (quantization, named) => {
    expect((await failureOf(() => parse({ quantization, quantization_config: quantization }))).message).toContain(named);
  });

  it("of a quantized GPT-2, whose matrices lie the other way round, is refused", async () => {
    const config = { model_type: "gpt2", n_embd: 32, n_head: 4, n_layer: 2, vocab_size: 264, n_positions: 64, quantization_config: gptq };
    expect((await failureOf(() => parseModelConfig(config))).message).toContain("model_type = gpt2");
  });

  it.each([[null], [[]], ["llama"], [undefined]])("that is %j is refused", async (config) => {
    expect((await failureOf(() => parseModelConfig(config))).code).toBe("model/config-invalid");
  });
});

describe("a checkpoint", () => {
  const spec = parse();
  const shapes = requiredTensors(spec);
  const [first = ""] = shapes.keys();

  it("may carry a copy of a tied head and old rotary buffers", () => {
    checkTensors(spec, new Map([...shapes, ["lm_head.weight", [264, 32]], ["model.layers.0.self_attn.rotary_emb.inv_freq", [4]]]));
  });

  it.each([
    ["model/tensor-missing", new Map([...shapes].slice(1)), first],
    ["model/tensor-shape", new Map([...shapes, [first, [32, 264]]]), "[32, 264]"],
    ["model/tensor-unknown", new Map([...shapes, ["model.layers.0.self_attn.q_norm.weight", [8]]]), "q_norm"],
  ])("%s", async (code, found, names) => {
    const failure = await failureOf(() => checkTensors(spec, found));
    expect(failure.code).toBe(code);
    expect(failure.message).toContain(names);
  });
});

describe("rotary positions", () => {
  it("turn by theta^(−2i/d) per position", () => {
    const { cos, sin } = rotaryTables({ dims: 4, theta: 100, scaling: null }, 3);
    expect(cos[4]).toBeCloseTo(Math.cos(2), 6);
    expect(cos[5]).toBeCloseTo(Math.cos(2 * 0.1), 6);
    expect(sin[3]).toBeCloseTo(Math.sin(0.1), 6);
  });

  it("stretch only long waves, as Llama 3 does", () => {
    const scaling = { type: "llama3", factor: 8, lowFrequencyFactor: 1, highFrequencyFactor: 4, originalContext: 8192 } as const;
    const plain = inverseFrequencies({ dims: 128, theta: 500_000, scaling: null });
    const scaled = inverseFrequencies({ dims: 128, theta: 500_000, scaling });
    for (const [at, frequency] of plain.entries()) {
      const wave = (2 * Math.PI) / frequency;
      const ratio = (scaled[at] ?? NaN) / frequency;
      if (wave < 2048) expect(ratio).toBe(1);
      else if (wave > 8192) expect(ratio).toBeCloseTo(1 / 8, 12);
      else expect(ratio > 1 / 8 && ratio < 1).toBe(true);
    }
  });
});
