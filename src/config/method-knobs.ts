// The methods of fine-tuning and their knobs. What each does is in src/model/methods; names, ranges and defaults are PEFT's where PEFT
// has them.
import { allLinear, type Knobs } from "./knobs.ts";
import { readLayers, readPatterns, readRankPatterns, readTokenIds } from "./written-knobs.ts";

const rank = { type: "number", min: 1, max: 256, integer: true, isSize: true, default: 16 } as const;
const alpha = { type: "number", min: 1, max: 1024, isSize: true, default: 32 } as const;
const otherRank = { ...rank, saidAs: "otherRank" } as const;
const otherAlpha = { ...alpha, saidAs: "otherAlpha" } as const;
const targets = { type: "list", of: "targets", default: [allLinear] } as const;
const layers = { type: "text", isValid: (text: string) => readLayers(text) !== null, default: "" } as const;
const tokenIds = { type: "text", isValid: (text: string) => text === "" || readTokenIds(text) !== null, default: "" } as const;
const virtualTokens = { type: "number", min: 1, max: 512, integer: true, default: 20 } as const;

const loraKnobs = {
  rank,
  alpha,
  dropout: { type: "number", min: 0, max: 0.9, default: 0 },
  targets,
  exclude: { type: "list", of: "modules", default: [] },
  layers,
  loraPlusRatio: { type: "number", min: 0.01, max: 1000, default: 1 },
  rankPattern: { type: "text", isValid: (text: string) => readRankPatterns(text) !== null, default: "" },
  alphaPattern: { type: "text", isValid: (text: string) => readPatterns(text) !== null, default: "" },
  save: { type: "list", of: "modules", default: [] },
  tieSaved: { type: "flag", default: false },
  tokenIds,
} as const satisfies Knobs;

/** What PEFT takes for the family, as a target of IA³. */
export const familyDefault = "default";

export const methodKnobs = {
  lora: loraKnobs,
  rslora: loraKnobs,
  dora: loraKnobs,
  pissa: loraKnobs,
  vera: { rank: otherRank, dInitial: { type: "number", min: 0, max: 10, default: 0.1 }, targets, layers },
  loha: { rank: otherRank, alpha: otherAlpha, targets, layers },
  lokr: {
    rank: otherRank,
    alpha: otherAlpha,
    factor: { type: "number", min: -1, max: 4096, integer: true, default: -1 },
    targets,
    layers,
  },
  oft: {
    blockSize: { type: "number", min: 2, max: 256, integer: true, default: 32 },
    neumannTerms: { type: "number", min: 0, max: 32, integer: true, default: 0 },
    targets,
    layers,
  },
  boft: {
    blockSize: { type: "number", min: 2, max: 256, integer: true, default: 4 },
    factors: { type: "number", min: 1, max: 16, integer: true, default: 1 },
    targets,
    layers,
  },
  ia3: {
    targets: { type: "list", of: "targets", default: [familyDefault] },
    feedforward: { type: "list", of: "modules", default: [familyDefault] },
    layers,
  },
  prompt: { virtualTokens, promptText: { type: "text", default: "" } },
  prefix: { virtualTokens },
  bottleneck: {
    bottleneckSize: { type: "number", min: 1, max: 4096, integer: true, default: 64 },
    activation: { type: "choice", choices: ["gelu", "relu", "silu"], default: "gelu" },
    layers,
  },
  bitfit: { layers },
  norms: { layers },
  "last-k": { lastLayers: { type: "number", min: 1, max: 1000, integer: true, default: 1 } },
  embedding: {},
  tokens: { tokenIds },
  full: {},
  scratch: {
    width: { type: "number", min: 8, max: 2048, integer: true, default: 128 },
    depth: { type: "number", min: 1, max: 64, integer: true, default: 4 },
    heads: { type: "number", min: 1, max: 64, integer: true, default: 4 },
    context: { type: "number", min: 8, max: 8192, integer: true, default: 256 },
    vocabulary: { type: "number", min: 0, max: 262_144, integer: true, default: 2048 },
  },
} as const satisfies Readonly<Record<string, Knobs>>;
