// Models and runs whose memory was counted in browsers, where every GPU buffer and the WASM heap are seen, so that an estimate can be
// held against the truth without one.
import type { OwnQuantization } from "../../src/config/quantizations.ts";
import type { Json } from "../../src/base/json.ts";
import type { RunShape } from "../../src/protocol/budget-api.ts";
import { shapeWith } from "./configs.ts";
import { tinyConfig } from "./tiny-model.ts";

export interface BudgetCase {
  /** Of the made model; the bundled one or SmolLM2-135M's shape by their names. */
  readonly model: "bundled" | "smollm2-135m" | Readonly<Record<string, unknown>>;
  readonly quantization?: OwnQuantization;
  /** The made model as a GGUF file, held as it is. */
  readonly isPublished?: true;
  readonly quantizeHead?: boolean;
  readonly batchSize?: number;
  readonly seqLength: number;
  /** Settings by their names; LoRA of rank 8 unless said otherwise. */
  readonly method?: Json;
  readonly optimizer?: Json;
  readonly objective?: Json;
  /** Bytes that a bench of it allocated; absent where one layer stands for all or the file says more than the shape. */
  readonly allocated?: number;
  /** The estimate over what is allocated, at most; 1.15 where it is left out. */
  readonly mostOver?: number;
}

/** Of a model that is made by its configuration. */
export interface MadeCase extends BudgetCase {
  readonly model: Readonly<Record<string, unknown>>;
}

export const llama = (hidden: number, heads: number, kvHeads: number, layers: number, wide: number, vocabulary = 512) => ({
  ...tinyConfig,
  hidden_size: hidden,
  num_attention_heads: heads,
  num_key_value_heads: kvHeads,
  num_hidden_layers: layers,
  intermediate_size: wide,
  vocab_size: vocabulary,
  max_position_embeddings: 4096,
});

export function runOf({ batchSize = 1, seqLength, method = { rank: 8 }, optimizer = {}, objective = {} }: BudgetCase): RunShape {
  return shapeWith({ data: { batchSize, seqLength }, method, optimizer, objective });
}

export const wasmCases: readonly (readonly [string, BudgetCase])[] = [
  ["a tiny model", { model: tinyConfig, seqLength: 32, allocated: 11_706_800 }],
  ["width 256, a GGUF file as published", { model: llama(256, 4, 2, 2, 1024), seqLength: 64, isPublished: true }],
  ["the bundled model", { model: "bundled", seqLength: 256, batchSize: 4, method: { rank: 16 } }],
  ["the bundled model in float32", { model: "bundled", seqLength: 64, quantization: "none" }],
  ["the shape of SmolLM2-135M, 256 tokens", { model: "smollm2-135m", seqLength: 256 }],
];

/** Counted without the timing of a bench. */
export const wasmShapes: readonly (readonly [string, MadeCase])[] = [
  ["width 64, long sequences", { model: llama(64, 4, 2, 4, 172), seqLength: 512, batchSize: 4, allocated: 111_793_888 }],
  ["width 256, rank 32", { model: llama(256, 4, 2, 4, 512), seqLength: 128, batchSize: 4, method: { rank: 32 }, allocated: 62_845_920 }],
  [
    "width 256, float32, rank 4",
    { model: llama(256, 4, 4, 2, 1024), seqLength: 64, batchSize: 2, quantization: "none", method: { rank: 4 }, allocated: 35_602_400 },
  ],
  [
    "width 576, two targets",
    {
      model: llama(576, 9, 3, 2, 1536),
      seqLength: 256,
      batchSize: 2,
      method: { rank: 8, targets: ["q_proj", "v_proj"] },
      allocated: 85_810_400,
    },
  ],
  [
    "width 576, float32, batch of 4",
    { model: llama(576, 9, 3, 2, 1536), seqLength: 256, batchSize: 4, quantization: "none", allocated: 222_403_808 },
  ],
  ["width 256, NF4", { model: llama(256, 4, 2, 2, 1024), seqLength: 64, quantization: "nf4-dq", allocated: 22_610_936 }],
  ["width 256, int8", { model: llama(256, 4, 2, 2, 1024), seqLength: 64, quantization: "int8", allocated: 22_809_056 }],
  [
    "width 256, int4-fine and its head",
    { model: llama(256, 4, 2, 2, 1024), seqLength: 64, quantization: "int4-fine", quantizeHead: true, allocated: 21_703_136 },
  ],
  [
    "a quantized head in two pieces",
    { model: llama(64, 4, 2, 1, 172, 600_000), seqLength: 32, quantizeHead: true, allocated: 276_633_520 },
  ],
  ["a large vocabulary", { model: llama(64, 4, 2, 2, 172, 30_000), seqLength: 128, allocated: 74_467_424 }],
];

export const gpuCases: readonly (readonly [string, BudgetCase])[] = [
  ["width 64, a GGUF file as published", { model: llama(64, 4, 2, 2, 192), seqLength: 64, isPublished: true }],
];

export const gpuShapes: readonly (readonly [string, MadeCase])[] = [
  ["width 64", { model: llama(64, 4, 2, 2, 172), seqLength: 64, allocated: 3_061_520 }],
  [
    "width 64, float32, a larger vocabulary",
    { model: llama(64, 4, 2, 2, 172, 4096), seqLength: 128, quantization: "none", method: { rank: 16 }, allocated: 13_068_480 },
  ],
  ["width 96, six layers", { model: llama(96, 3, 3, 6, 200), seqLength: 48, method: { rank: 4 }, allocated: 6_281_552 }],
];
