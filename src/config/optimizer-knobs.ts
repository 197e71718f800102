// The optimizers and their knobs. The updates are in src/train/optimizers, the courses of the rate in src/train/schedule.ts.
import type { Knobs } from "./knobs.ts";
import { offeredSchedules } from "./offered.ts";

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
} as const satisfies Knobs;

const { decayAll: _cutsPrograms, ...fed } = shared;
/** What a step is told as numbers: its programs are the same whatever these are. */
export const fedKnobs = fed;

const decoupled = { type: "flag", default: false } as const;

export const optimizerKnobs = {
  adamw: shared,
  adam: shared,
  amsgrad: shared,
  sgd: { ...shared, momentum: { type: "number", min: 0, max: 0.9999, default: 0 } },
  rmsprop: shared,
  adagrad: shared,
  adadelta: shared,
  adamax: shared,
  nadam: { ...shared, decoupled },
  radam: { ...shared, decoupled },
  adafactor: shared,
  "adafactor-torch": shared,
  lion: shared,
  muon: { ...shared, matchRms: { type: "flag", default: false } },
} as const satisfies Readonly<Record<string, Knobs>>;
