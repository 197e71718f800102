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
      allocated: 80_890_876,
    },
  ],
  [
    "rsLoRA and a tied table, SGD with momentum",
    {
      ...base,
      method: { kind: "rslora", rank: 32, save: ["embed_tokens"], tieSaved: true },
      optimizer: { kind: "sgd", momentum: 0.9 },
      allocated: 40_750_048,
    },
  ],
  [
    "DoRA and single tokens, NAdam",
    { ...base, method: { kind: "dora", rank: 32, tokenIds: "3, 5, 7" }, optimizer: { kind: "nadam" }, allocated: 42_865_632 },
  ],
  [
    "PiSSA, a head of its own and norms, AdamW",
    {
      ...base,
      method: { kind: "pissa", rank: 16, targets: ["q_proj", "v_proj"], save: ["lm_head", "norm"] },
      optimizer: { kind: "adamw", decayAll: false },
      allocated: 36_593_632,
    },
  ],
  ["VeRA, SGD", { ...base, method: { kind: "vera", rank: 256 }, optimizer: { kind: "sgd" }, allocated: 44_405_728 }],
  ["LoHa, Adadelta", { ...base, method: { kind: "loha", rank: 32 }, optimizer: { kind: "adadelta" }, allocated: 49_531_884 }],
  ["LoKr, RMSprop", { ...base, method: { kind: "lokr", rank: 16, factor: 4 }, optimizer: { kind: "rmsprop" }, allocated: 51_723_872 }],
  ["OFT, RAdam", { ...base, method: { kind: "oft", blockSize: 32 }, optimizer: { kind: "radam" }, allocated: 32_817_120 }],
  [
    "BOFT, Adamax",
    {
      ...base,
      method: { kind: "boft", blockSize: 8, factors: 2 },
      optimizer: { kind: "adamax" },
      allocated: 36_207_584,
      // The runtime holds a third less of its shuffled inputs than the plan: too much is asked for, never too little.
      mostOver: 1.2,
    },
  ],
  ["IA³, Adagrad", { ...base, method: { kind: "ia3" }, optimizer: { kind: "adagrad" } }],
  ["prompt tuning, Adam", { ...base, method: { kind: "prompt", virtualTokens: 64 }, optimizer: { kind: "adam" }, allocated: 36_272_096 }],
  ["prefix tuning, AdamW", { ...base, method: { kind: "prefix", virtualTokens: 64 }, allocated: 29_195_232 }],
  [
    "bottleneck adapters, Adafactor of PyTorch",
    { ...base, method: { kind: "bottleneck", bottleneckSize: 512 }, optimizer: { kind: "adafactor-torch" }, allocated: 51_911_648 },
  ],
  ["BitFit, Lion", { ...base, model: biased, method: { kind: "bitfit" }, optimizer: { kind: "lion" }, allocated: 27_790_304 }],
  ["norms, RMSprop", { ...base, method: { kind: "norms" }, optimizer: { kind: "rmsprop" }, allocated: 27_417_568 }],
  ["the last layer, Muon", { ...base, method: { kind: "last-k", lastLayers: 1 }, optimizer: { kind: "muon" }, allocated: 55_868_404 }],
  ["the table, Adafactor", { ...base, method: { kind: "embedding" }, optimizer: { kind: "adafactor" }, allocated: 30_969_824 }],
  ["single tokens, AdamW", { ...base, method: { kind: "tokens", tokenIds: "3, 5, 7" } }],
  ["all weights, AdamW", { ...base, quantization: "none", method: { kind: "full" }, allocated: 100_697_072 }],
  ["all weights, Lion", { ...base, quantization: "none", method: { kind: "full" }, optimizer: { kind: "lion" }, allocated: 79_756_268 }],
];

const small = { model: llama(64, 4, 2, 1, 172), seqLength: 32 } as const;

export const gpuMethods: readonly (readonly [string, MadeCase])[] = [
  ["LoRA, AMSGrad", { ...small, method: { kind: "lora", rank: 64 }, optimizer: { kind: "amsgrad" }, allocated: 7_770_144 }],
  [
    "prefix tuning, SGD with momentum",
    { ...small, method: { kind: "prefix" }, optimizer: { kind: "sgd", momentum: 0.9 }, allocated: 866_880 },
  ],
  [
    "all weights, Adafactor",
    { ...small, quantization: "none", method: { kind: "full" }, optimizer: { kind: "adafactor" }, allocated: 3_393_136 },
  ],
];
