// What a run can be asked to do: the rows that the engine's side follows. Form, command and parser go by these lists, so that nothing
// is offered that would be left out in silence. The first of each is the default.
import type { KnobName, MethodKind, ObjectiveKind, OptimizerKind } from "./run-config.ts";
import type { ScheduleName } from "./schedules.ts";

export const offeredMethods: readonly MethodKind[] = ["lora"];

export const offeredObjectives: readonly ObjectiveKind[] = ["cross-entropy"];

export const offeredOptimizers: readonly OptimizerKind[] = ["adamw"];

export const offeredSchedules: readonly ScheduleName[] = ["cosine", "linear", "constant"];

/** Knobs of offered kinds that are not followed: they are shown nowhere, and stay at their defaults. */
export const withheldKnobs: ReadonlySet<KnobName> = new Set<KnobName>([
  "dropout",
  "layers",
  "loraPlusRatio",
  "rankPattern",
  "alphaPattern",
  "exclude",
  "decayAll",
  "labelSmoothing",
  "neftune",
]);
