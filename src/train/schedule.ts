// Learning-rate schedules, as Hugging Face's transformers.optimization defines them: linear warmup from zero, then the
// named course. With a warmup the very first step has learning rate 0.
import type { RunConfig, ScheduleName } from "../config/run-config.ts";

/** Share of the peak at `progress` in 0 … 1 after warmup. */
const courses = {
  constant: () => 1,
  linear: (progress) => 1 - progress,
  cosine: (progress) => 0.5 * (1 + Math.cos(Math.PI * progress)),
} satisfies Record<ScheduleName, (progress: number) => number>;

/** Learning rate of a 0-based step. */
export function learningRateAt(
  step: number,
  { schedule, learningRate, warmupSteps, steps }: Pick<RunConfig, "schedule" | "learningRate" | "warmupSteps" | "steps">,
): number {
  if (step < warmupSteps) return (learningRate * step) / Math.max(1, warmupSteps);
  const progress = (step - warmupSteps) / Math.max(1, steps - warmupSteps);
  return learningRate * Math.max(0, courses[schedule](progress));
}
