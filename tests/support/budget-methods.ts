// Every method that is offered and every optimizer, each with one of the other, on models so small that a browser has them in a second.
// The optimizers that keep something for every number stand with methods that train many.
import { llama, type MadeCase } from "./budget-cases.ts";

const base = { model: llama(256, 4, 2, 2, 704, 1024), seqLength: 128, batchSize: 2 } as const;
/** Queries, keys and values have biases. */
const biased = { ...base.model, model_type: "qwen2", architectures: ["Qwen2ForCausalLM"] };

export const wasmMethods: readonly (readonly [string, MadeCase])[] = [
  [
    "LoRA with dropout and a rate of its own for B, AMSGrad, smoothed labels, noise",
    {
      ...base,
      model: llama(256, 4, 2, 2, 704, 8192),
      method: { kind: "lora", rank: 64, dropout: 0.1, loraPlusRatio: 16 },
      optimizer: { kind: "amsgrad" },
      objective: { labelSmoothing: 0.1, neftune: 5 },
      allocated: 89_773_052,
    },
  ],
  [
    "rsLoRA and a tied table, SGD with momentum",
    {
      ...base,
      method: { kind: "rslora", rank: 32, save: ["embed_tokens"], tieSaved: true },
      optimizer: { kind: "sgd", momentum: 0.9 },
      allocated: 37_839_852,
    },
  ],
  [
    "DoRA and single tokens, NAdam",
    { ...base, method: { kind: "dora", rank: 32, tokenIds: "3, 5, 7" }, optimizer: { kind: "nadam" }, allocated: 39_847_924 },
  ],
  [
    "PiSSA, a head of its own and norms, AdamW",
    {
      ...base,
      method: { kind: "pissa", rank: 16, targets: ["q_proj", "v_proj"], save: ["lm_head", "norm"] },
      optimizer: { kind: "adamw", decayAll: false },
      allocated: 32_854_012,
    },
  ],
  ["VeRA, SGD", { ...base, method: { kind: "vera", rank: 256 }, optimizer: { kind: "sgd" }, allocated: 45_151_200 }],
  ["LoHa, Adadelta", { ...base, method: { kind: "loha", rank: 32 }, optimizer: { kind: "adadelta" }, allocated: 54_195_180 }],
  ["LoKr, RMSprop", { ...base, method: { kind: "lokr", rank: 16, factor: 4 }, optimizer: { kind: "rmsprop" }, allocated: 52_022_880 }],
  ["OFT, RAdam", { ...base, method: { kind: "oft", blockSize: 32 }, optimizer: { kind: "radam" }, allocated: 32_915_424 }],
  ["BOFT, Adamax", { ...base, method: { kind: "boft", blockSize: 8, factors: 2 }, optimizer: { kind: "adamax" }, allocated: 36_473_824 }],
  ["IA³, Adagrad", { ...base, method: { kind: "ia3" }, optimizer: { kind: "adagrad" } }],
  ["prompt tuning, Adam", { ...base, method: { kind: "prompt", virtualTokens: 64 }, optimizer: { kind: "adam" }, allocated: 35_805_152 }],
  ["prefix tuning, AdamW", { ...base, method: { kind: "prefix", virtualTokens: 64 }, allocated: 27_180_000 }],
  [
    "bottleneck adapters, Adafactor of PyTorch",
    { ...base, method: { kind: "bottleneck", bottleneckSize: 512 }, optimizer: { kind: "adafactor-torch" }, allocated: 48_251_892 },
  ],
  ["BitFit, Lion", { ...base, model: biased, method: { kind: "bitfit" }, optimizer: { kind: "lion" }, allocated: 25_265_120 }],
  ["norms, RMSprop", { ...base, method: { kind: "norms" }, optimizer: { kind: "rmsprop" }, allocated: 28_269_536 }],
  ["the last layer, Muon", { ...base, method: { kind: "last-k", lastLayers: 1 }, optimizer: { kind: "muon" }, allocated: 53_139_444 }],
  ["the table, Adafactor", { ...base, method: { kind: "embedding" }, optimizer: { kind: "adafactor" }, allocated: 30_924_768 }],
  ["single tokens, AdamW", { ...base, method: { kind: "tokens", tokenIds: "3, 5, 7" } }],
  ["all weights, AdamW", { ...base, quantization: "none", method: { kind: "full" }, allocated: 94_494_704 }],
  ["all weights, Lion", { ...base, quantization: "none", method: { kind: "full" }, optimizer: { kind: "lion" }, allocated: 75_302_892 }],
];

const small = { model: llama(64, 4, 2, 1, 172), seqLength: 32 } as const;

export const gpuMethods: readonly (readonly [string, MadeCase])[] = [
  ["LoRA, AMSGrad", { ...small, method: { kind: "lora", rank: 64 }, optimizer: { kind: "amsgrad" }, allocated: 7_770_192 }],
  [
    "prefix tuning, SGD with momentum",
    { ...small, method: { kind: "prefix" }, optimizer: { kind: "sgd", momentum: 0.9 }, allocated: 866_848 },
  ],
  [
    "all weights, Adafactor",
    { ...small, quantization: "none", method: { kind: "full" }, optimizer: { kind: "adafactor" }, allocated: 3_417_744 },
  ],
];
