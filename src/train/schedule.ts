// Learning-rate schedules, as Hugging Face's transformers.optimization defines them: linear warmup from zero, then the
// named course. With a warmup the very first step has learning rate 0.
import type { OptimizerConfig } from "../config/run-config.ts";
import type { ScheduleName } from "../config/schedules.ts";

/** Share of the peak at `progress` in 0 … 1 after warmup. */
const courses = {
  constant: () => 1,
  linear: (progress) => 1 - progress,
  cosine: (progress) => 0.5 * (1 + Math.cos(Math.PI * progress)),
} satisfies Partial<Record<ScheduleName, (progress: number) => number>>;

/**
 * Learning rate of a 0-based step.
 * @param steps of the whole run
 */
export function learningRateAt(
  step: number,
  { schedule, learningRate, warmupSteps }: Pick<OptimizerConfig, "schedule" | "learningRate" | "warmupSteps">,
  steps: number,
): number {
  if (step < warmupSteps) return (learningRate * step) / Math.max(1, warmupSteps);
  const progress = (step - warmupSteps) / Math.max(1, steps - warmupSteps);
  return learningRate * Math.max(0, courses[schedule as keyof typeof courses](progress));
}
