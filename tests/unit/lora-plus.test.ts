// Claim: under LoRA+ every trained tensor has the learning rate that PEFT 0.21 gives it: create_loraplus_optimizer(model, AdamW, lr=1,
// loraplus_lr_ratio=16), one layer, q_proj as the target, the rates read from the optimizer's groups.
import { describe, expect, it } from "vitest";
import type { Json } from "../../src/base/json.ts";
import { parseModelConfig } from "../../src/model/architectures.ts";
import { applyMethod } from "../../src/model/methods/methods.ts";
import { shapeWith } from "../support/configs.ts";
import { tinyConfig } from "../support/tiny-model.ts";

const oneLayer = { ...tinyConfig, num_hidden_layers: 1, tie_word_embeddings: false };

/** By the names of the tensors in files, without PEFT's root. */
function ratesOf(config: Json, method: Json): Readonly<Record<string, number>> {
  const asked = shapeWith({ method: { rank: 2, targets: ["q_proj"], loraPlusRatio: 16, ...method } }).method;
  const { layout } = applyMethod(parseModelConfig(config), asked);
  const entries = layout.flatMap(({ entries: inGroup }) => inGroup);
  return Object.fromEntries(entries.map(({ tensor, rate = 1 }) => [tensor.replace("base_model.model.", ""), rate]));
}

const pair = { "model.layers.0.self_attn.q_proj.lora_A.weight": 1, "model.layers.0.self_attn.q_proj.lora_B.weight": 16 };

describe("under LoRA+", () => {
  it("sizes of rows and saved norms have the rate of B, saved tables that of A", () => {
    expect(ratesOf(oneLayer, { kind: "dora", save: ["embed_tokens", "lm_head", "norm"] })).toEqual({
      ...pair,
      "model.layers.0.self_attn.q_proj.lora_magnitude_vector": 16,
      "model.embed_tokens.weight": 1,
      "model.layers.0.input_layernorm.weight": 16,
      "model.layers.0.post_attention_layernorm.weight": 16,
      "model.norm.weight": 16,
      "lm_head.weight": 1,
    });
  });

  it("rows of single tokens have the rate of A", () => {
    const rows = { "model.embed_tokens.token_adapter.trainable_tokens_delta": 1 };
    expect(ratesOf(oneLayer, { kind: "lora", tokenIds: "1, 2" })).toEqual({ ...pair, ...rows });
  });

  it("of a layer that is saved whole the bias has the rate of B", () => {
    const qwen2 = { ...tinyConfig, model_type: "qwen2", num_hidden_layers: 1 };
    expect(ratesOf(qwen2, { kind: "lora", save: ["k_proj", "input_layernorm"] })).toEqual({
      ...pair,
      "model.layers.0.self_attn.k_proj.weight": 1,
      "model.layers.0.self_attn.k_proj.bias": 16,
      "model.layers.0.input_layernorm.weight": 16,
    });
  });

  it("a ratio of one leaves all at the rate of the run", () => {
    const rates = ratesOf(oneLayer, { kind: "dora", loraPlusRatio: 1, save: ["norm"] });
    expect(new Set(Object.values(rates))).toEqual(new Set([1]));
  });
});
