// The optimizers: a row for each, with its knobs. The updates are in src/train/optimizers, the courses of the rate in src/train/schedule.ts.
import type { Knobs } from "./knobs.ts";
import { offeredSchedules } from "./schedules.ts";
import { column } from "./table.ts";

const shared = {
  /** The default is that of LoRA with AdamW; of other choices see learning-rates.ts. */
  learningRate: { type: "number", min: 0, max: 1, default: 0.0015 },
  warmupSteps: { type: "number", min: 0, max: 100_000, integer: true, default: 5 },
  weightDecay: { type: "number", min: 0, max: 1, default: 0 },
  decayAll: { type: "flag", default: true },
  clipNorm: { type: "number", min: 0, max: 1000, default: 1 },
  schedule: { type: "choice", choices: offeredSchedules, default: "cosine" },
  cycles: { type: "number", min: 1, max: 1000, integer: true, default: 1 },
  power: { type: "number", min: 0, max: 10, default: 1 },
  decaySteps: { type: "number", min: 0, max: 100_000, integer: true, default: 20 },
  decayShape: { type: "choice", choices: ["cosine", "linear", "1-sqrt"], default: "cosine" },
  minRate: { type: "number", min: 0, max: 1, default: 0.1 },
  /** Of activations and their gradients. */
  precision: { type: "choice", choices: ["float32", "float16"], default: "float32" },
} as const satisfies Knobs;

const { decayAll: _cutsPrograms, precision: _makesPrograms, ...fed } = shared;
/** What a step is told as numbers: its programs are the same whatever these are. */
export const fedKnobs = fed;

const decoupled = { type: "flag", default: false } as const;

export interface OptimizerRow {
  /** Times the rate that is recommended with AdamW: how large a step is at a rate of 1. */
  readonly factor: number;
  readonly knobs: Knobs;
}

/** The first is the default. */
export const optimizerTable = {
  adamw: { factor: 1, knobs: shared },
  adam: { factor: 1, knobs: shared },
  amsgrad: { factor: 1, knobs: shared },
  sgd: { factor: 100, knobs: { ...shared, momentum: { type: "number", min: 0, max: 0.9999, default: 0 } } },
  rmsprop: { factor: 0.3, knobs: shared },
  adagrad: { factor: 10, knobs: shared },
  adadelta: { factor: 1000, knobs: shared },
  adamax: { factor: 2, knobs: shared },
  nadam: { factor: 1, knobs: { ...shared, decoupled } },
  radam: { factor: 1, knobs: { ...shared, decoupled } },
  adafactor: { factor: 1, knobs: shared },
  "adafactor-torch": { factor: 10, knobs: shared },
  lion: { factor: 0.1, knobs: shared },
  muon: { factor: 10, knobs: { ...shared, matchRms: { type: "flag", default: false } } },
} as const satisfies Readonly<Record<string, OptimizerRow>>;

export const optimizerKnobs = column(optimizerTable, "knobs");
