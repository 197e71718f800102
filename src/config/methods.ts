// The methods of fine-tuning: a row for each, with its knobs. What each does is in src/model/methods; names, ranges and defaults are PEFT's where PEFT
// has them.
import { allLinear, type Knobs } from "./knobs.ts";
import { column } from "./table.ts";
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

/** The families that the field sorts them into (Lialin et al. 2023), in the order of the list; called by the messages method-group/…. */
export const methodGroupNames = ["reparametrised", "additive", "selective", "whole"] as const;
export type MethodGroup = (typeof methodGroupNames)[number];

export interface MethodRow {
  readonly group: MethodGroup;
  /** Recommended with AdamW, for the bundled model and the small data sets that a tab is for. */
  readonly rate: number;
  readonly knobs: Knobs;
  /** False: Muon leaves all that it trains to AdamW. */
  readonly hasMatrices?: boolean;
  /** It computes on every matrix before the first step. */
  readonly beginsSlowly?: boolean;
}

/** What a run can be asked to train; the first is the default, and recommended. */
export const methodTable = {
  lora: { group: "reparametrised", rate: 0.0015, knobs: loraKnobs },
  rslora: { group: "reparametrised", rate: 0.0005, knobs: loraKnobs },
  dora: { group: "reparametrised", rate: 0.0015, knobs: loraKnobs },
  pissa: { group: "reparametrised", rate: 0.0005, beginsSlowly: true, knobs: loraKnobs },
  vera: {
    group: "reparametrised",
    rate: 0.02,
    hasMatrices: false,
    knobs: { rank: otherRank, dInitial: { type: "number", min: 0, max: 10, default: 0.1 }, targets, layers },
  },
  loha: { group: "reparametrised", rate: 0.003, knobs: { rank: otherRank, alpha: otherAlpha, targets, layers } },
  lokr: {
    group: "reparametrised",
    rate: 0.003,
    knobs: {
      rank: otherRank,
      alpha: otherAlpha,
      factor: { type: "number", min: -1, max: 4096, integer: true, default: -1 },
      targets,
      layers,
    },
  },
  oft: {
    group: "reparametrised",
    rate: 0.002,
    knobs: {
      blockSize: { type: "number", min: 2, max: 256, integer: true, default: 32 },
      neumannTerms: { type: "number", min: 0, max: 32, integer: true, default: 0 },
      targets,
      layers,
    },
  },
  boft: {
    group: "reparametrised",
    rate: 0.002,
    hasMatrices: false,
    knobs: {
      blockSize: { type: "number", min: 2, max: 256, integer: true, default: 4 },
      factors: { type: "number", min: 1, max: 16, integer: true, default: 1 },
      targets,
      layers,
    },
  },
  ia3: {
    group: "additive",
    rate: 0.02,
    hasMatrices: false,
    knobs: {
      targets: { type: "list", of: "targets", default: [familyDefault] },
      feedforward: { type: "list", of: "modules", default: [familyDefault] },
      layers,
    },
  },
  prompt: { group: "additive", rate: 0.05, hasMatrices: false, knobs: { virtualTokens, promptText: { type: "text", default: "" } } },
  prefix: { group: "additive", rate: 0.02, hasMatrices: false, knobs: { virtualTokens } },
  bottleneck: {
    group: "additive",
    rate: 0.001,
    knobs: {
      bottleneckSize: { type: "number", min: 1, max: 4096, integer: true, default: 64 },
      activation: { type: "choice", choices: ["gelu", "relu", "silu"], default: "gelu" },
      layers,
    },
  },
  bitfit: { group: "selective", rate: 0.005, hasMatrices: false, knobs: { layers } },
  norms: { group: "selective", rate: 0.005, hasMatrices: false, knobs: { layers } },
  "last-k": { group: "selective", rate: 0.0002, knobs: { lastLayers: { type: "number", min: 1, max: 1000, integer: true, default: 1 } } },
  embedding: { group: "selective", rate: 0.001, hasMatrices: false, knobs: {} },
  tokens: { group: "selective", rate: 0.005, hasMatrices: false, knobs: { tokenIds } },
  full: { group: "whole", rate: 0.0001, knobs: {} },
  scratch: {
    group: "whole",
    rate: 0.001,
    knobs: {
      width: { type: "number", min: 8, max: 2048, integer: true, default: 128 },
      depth: { type: "number", min: 1, max: 64, integer: true, default: 4 },
      heads: { type: "number", min: 1, max: 64, integer: true, default: 4 },
      context: { type: "number", min: 8, max: 8192, integer: true, default: 256 },
      vocabulary: { type: "number", min: 0, max: 262_144, integer: true, default: 2048 },
    },
  },
} as const satisfies Readonly<Record<string, MethodRow>>;

export const methodKnobs = column(methodTable, "knobs");
