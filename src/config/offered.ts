// What a run can be asked to do: the rows that the engine's side follows. Form, command and parser go by these lists, so that nothing
// is offered that would be left out in silence. The first of each is the default. That the names are names, run-config.ts checks.
import type { ScheduleName } from "./schedules.ts";

export const offeredMethods = ["lora", "bitfit", "norms", "last-k", "embedding", "tokens", "full"] as const;

export const offeredObjectives = ["cross-entropy"] as const;

export const offeredOptimizers = ["adamw"] as const;

export const offeredSchedules: readonly ScheduleName[] = ["cosine", "linear", "constant"];

/** Knobs of offered kinds that are not followed: they are shown nowhere, and stay at their defaults. */
export const withheldNames = ["dropout", "loraPlusRatio", "rankPattern", "alphaPattern", "exclude", "labelSmoothing", "neftune"] as const;
