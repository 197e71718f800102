// Models as their authors publish them: the config.json of each (what of it says something about shapes) must give exactly the
// number of parameters that its checkpoint holds, as the hub's safetensors metadata or the model's card states it.
import { describe, expect, it } from "vitest";
import { parseModelConfig } from "../../src/model/architectures.ts";
import { parameterCount } from "../../src/model/spec.ts";

const llama3Rope = { rope_type: "llama3", factor: 32, low_freq_factor: 1, high_freq_factor: 4, original_max_position_embeddings: 8192 };

/** hidden_size, intermediate_size, layers, heads, kv heads, vocabulary */
const shape = (hidden: number, wide: number, layers: number, heads: number, kv: number, vocabulary: number) => ({
  hidden_size: hidden,
  intermediate_size: wide,
  num_hidden_layers: layers,
  num_attention_heads: heads,
  num_key_value_heads: kv,
  vocab_size: vocabulary,
});

/** The lists' numbers say nothing about shapes; their lengths do. */
const longRope = (pairs: number) => ({
  max_position_embeddings: 131_072,
  original_max_position_embeddings: 4096,
  rope_scaling: { type: "longrope", long_factor: Array<number>(pairs).fill(2), short_factor: Array<number>(pairs).fill(1) },
});

const gemma3 = { model_type: "gemma3_text", head_dim: 256, hidden_activation: "gelu_pytorch_tanh", query_pre_attn_scalar: 256 };

const published: readonly (readonly [string, Record<string, unknown>, number])[] = [
  ["SmolLM2-135M", { model_type: "llama", ...shape(576, 1536, 30, 9, 3, 49_152), tie_word_embeddings: true }, 134_515_008],
  ["SmolLM2-360M", { model_type: "llama", ...shape(960, 2560, 32, 15, 5, 49_152), tie_word_embeddings: true }, 361_821_120],
  ["TinyLlama-1.1B", { model_type: "llama", ...shape(2048, 5632, 22, 32, 4, 32_000), tie_word_embeddings: false }, 1_100_048_384],
  [
    "Llama-3.2-1B",
    {
      model_type: "llama",
      ...shape(2048, 8192, 16, 32, 8, 128_256),
      head_dim: 64,
      tie_word_embeddings: true,
      rope_scaling: llama3Rope,
      rope_theta: 500_000,
    },
    1_235_814_400,
  ],
  ["Mistral-7B-v0.1", { model_type: "mistral", ...shape(4096, 14_336, 32, 32, 8, 32_000), sliding_window: 4096 }, 7_241_732_096],
  [
    "Qwen2.5-0.5B",
    {
      model_type: "qwen2",
      ...shape(896, 4864, 24, 14, 2, 151_936),
      tie_word_embeddings: true,
      max_window_layers: 24,
      sliding_window: 32_768,
    },
    494_032_768,
  ],
  ["Qwen2.5-1.5B", { model_type: "qwen2", ...shape(1536, 8960, 28, 12, 2, 151_936), tie_word_embeddings: true }, 1_543_714_304],
  ["Qwen3-0.6B", { model_type: "qwen3", ...shape(1024, 3072, 28, 16, 8, 151_936), head_dim: 128, tie_word_embeddings: true }, 596_049_920],
  ["gemma-2b", { model_type: "gemma", ...shape(2048, 16_384, 18, 8, 1, 256_000), head_dim: 256, hidden_act: "gelu" }, 2_506_172_416],
  ["gemma-2-2b", { model_type: "gemma2", ...shape(2304, 9216, 26, 8, 4, 256_000), head_dim: 256 }, 2_614_341_888],
  ["gemma-3-270m", { ...gemma3, ...shape(640, 2048, 18, 4, 1, 262_144), sliding_window: 512 }, 268_098_176],
  ["gemma-3-1b", { ...gemma3, ...shape(1152, 6912, 26, 4, 1, 262_144), sliding_window: 512, sliding_window_pattern: 6 }, 999_885_952],
  ["phi-1_5", { model_type: "phi", ...shape(2048, 8192, 24, 32, 32, 51_200), partial_rotary_factor: 0.5 }, 1_418_270_720],
  ["phi-2", { model_type: "phi", ...shape(2560, 10_240, 32, 32, 32, 51_200), partial_rotary_factor: 0.4 }, 2_779_683_840],
  [
    "Phi-3-mini-4k",
    { model_type: "phi3", ...shape(3072, 8192, 32, 32, 32, 32_064), sliding_window: 2047, rope_scaling: null },
    3_821_079_552,
  ],
  [
    "Phi-3.5-mini",
    { model_type: "phi3", ...shape(3072, 8192, 32, 32, 32, 32_064), ...longRope(48), sliding_window: 262_144 },
    3_821_079_552,
  ],
  [
    "Phi-4-mini",
    {
      model_type: "phi3",
      ...shape(3072, 8192, 32, 24, 8, 200_064),
      ...longRope(48),
      partial_rotary_factor: 0.75,
      tie_word_embeddings: true,
    },
    3_836_021_760,
  ],
  [
    "SmolLM3-3B",
    { model_type: "smollm3", ...shape(2048, 11_008, 36, 16, 4, 128_256), no_rope_layer_interval: 4, rope_theta: 5_000_000 },
    3_075_098_624,
  ],
  ["OLMo-2-0425-1B", { model_type: "olmo2", ...shape(2048, 8192, 16, 16, 16, 100_352), rope_theta: 500_000 }, 1_484_916_736],
  ["gpt2", { model_type: "gpt2", n_embd: 768, n_layer: 12, n_head: 12, n_positions: 1024, n_ctx: 1024, vocab_size: 50_257 }, 124_439_808],
  [
    "pythia-70m",
    {
      model_type: "gpt_neox",
      hidden_size: 512,
      intermediate_size: 2048,
      num_hidden_layers: 6,
      num_attention_heads: 8,
      vocab_size: 50_304,
      rotary_pct: 0.25,
      tie_word_embeddings: false,
    },
    70_426_624,
  ],
  [
    "pythia-160m",
    {
      model_type: "gpt_neox",
      hidden_size: 768,
      intermediate_size: 3072,
      num_hidden_layers: 12,
      num_attention_heads: 12,
      vocab_size: 50_304,
      rotary_pct: 0.25,
      tie_word_embeddings: false,
    },
    162_322_944,
  ],
];

describe("published models", () => {
  it.each(published)("%s has the parameters of its checkpoint", (_name, config, parameters) => {
    expect(parameterCount(parseModelConfig(config))).toBe(parameters);
  });

  const kinds = (name: string, changes: Record<string, unknown> = {}) =>
    parseModelConfig({ ...published.find(([other]) => other === name)?.[1], ...changes });

  it("see through windows where their authors say so", () => {
    expect(kinds("Mistral-7B-v0.1").layerKinds.every(({ window }) => window === 4096)).toBe(true);
    expect(kinds("Mistral-7B-v0.1", { sliding_window: null }).layerKinds.every(({ window }) => window === null)).toBe(true);
    // Qwen 2.5 names a window and does not use it.
    expect(kinds("Qwen2.5-0.5B").layerKinds.every(({ window }) => window === null)).toBe(true);
    const half = kinds("Qwen2.5-0.5B", { use_sliding_window: true, max_window_layers: 20 }).layerKinds.map(({ window }) => window);
    expect(half).toEqual([...Array<null>(20).fill(null), ...Array<number>(4).fill(32_768)]);
    expect(kinds("Phi-3-mini-4k").layerKinds[0]).toEqual({ window: 2047, rope: 0 });
  });

  it("of Gemma have five local layers to a global one, or every other one", () => {
    const local = (name: string) => kinds(name).layerKinds.map(({ window }) => window !== null);
    expect(local("gemma-3-1b").slice(0, 7)).toEqual([true, true, true, true, true, false, true]);
    expect(local("gemma-2-2b").slice(0, 4)).toEqual([true, false, true, false]);
    expect(kinds("gemma-2-2b", { sliding_window: null }).layerKinds.every(({ window }) => window === null)).toBe(true);
    expect(kinds("gemma-3-1b").ropes.map(({ theta }) => theta)).toEqual([1_000_000, 10_000]);
    expect(kinds("gemma-2-2b")).toMatchObject({ scoreCap: 50, logitCap: 30, tiedHead: true, norm: "rms-offset" });
    expect(kinds("gemma-3-1b")).toMatchObject({ scoreCap: null, logitCap: null, scoreScale: 1 / 16 });
  });

  it("of Gemma 3 say the same in the words of transformers 5", () => {
    const parameters = {
      full_attention: { rope_type: "linear", factor: 8, rope_theta: 1_000_000 },
      sliding_attention: { rope_type: "default", rope_theta: 10_000 },
    };
    const four = kinds("gemma-3-1b", {
      rope_theta: 1_000_000,
      rope_local_base_freq: 10_000,
      rope_scaling: { rope_type: "linear", factor: 8 },
    });
    expect(kinds("gemma-3-1b", { rope_parameters: parameters }).ropes).toEqual(four.ropes);
    expect(four.ropes[0]?.scaling).toEqual({ type: "linear", factor: 8 });
    expect(four.ropes[1]?.scaling).toBeNull();
  });

  it("of SmolLM3 turn positions in three layers of four", () => {
    expect(
      kinds("SmolLM3-3B")
        .layerKinds.slice(0, 8)
        .map(({ rope }) => rope),
    ).toEqual([0, 0, 0, null, 0, 0, 0, null]);
    // A window, where one is used, is that of the layers that do not turn (Hugging Face's SmolLM3Config).
    const windowed = kinds("SmolLM3-3B", { use_sliding_window: true, sliding_window: 128 }).layerKinds;
    expect(windowed.every(({ window, rope }) => window === (rope === null ? 128 : null))).toBe(true);
  });

  it("turn part of a head where they say so", () => {
    expect(kinds("phi-2").ropes[0]?.dims).toBe(32);
    expect(kinds("phi-1_5").ropes[0]?.dims).toBe(32);
    expect(kinds("pythia-70m").ropes[0]?.dims).toBe(16);
    const { rotary_pct: _share, ...rest } = published.find(([name]) => name === "pythia-70m")?.[1] ?? {};
    const five = { rope_type: "default", rope_theta: 10_000, partial_rotary_factor: 0.25 };
    expect(parseModelConfig({ ...rest, rope_parameters: five }).ropes).toEqual(kinds("pythia-70m").ropes);
  });
});
