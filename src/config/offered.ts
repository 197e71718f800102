// What a run can be asked to do: the rows that the engine's side follows. Form, command and parser go by these lists, so that nothing
// is offered that would be left out in silence. The first of each is the default. That the names are names, run-config.ts checks.
import type { ScheduleName } from "./schedules.ts";

export const offeredMethods = [
  "lora",
  "rslora",
  "dora",
  "pissa",
  "vera",
  "loha",
  "lokr",
  "oft",
  "boft",
  "ia3",
  "prompt",
  "prefix",
  "bottleneck",
  "bitfit",
  "norms",
  "last-k",
  "embedding",
  "tokens",
  "full",
  "scratch",
] as const;

export const offeredObjectives = ["cross-entropy"] as const;

export const offeredOptimizers = [
  "adamw",
  "adam",
  "amsgrad",
  "sgd",
  "rmsprop",
  "adagrad",
  "adadelta",
  "adamax",
  "nadam",
  "radam",
  "adafactor",
  "adafactor-torch",
  "lion",
  "muon",
] as const;

export const offeredSchedules: readonly ScheduleName[] = [
  "cosine",
  "linear",
  "constant",
  "cosine-restarts",
  "polynomial",
  "inverse-sqrt",
  "wsd",
  "cosine-min",
];
