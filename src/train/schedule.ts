// Learning-rate schedules, as Hugging Face's transformers.optimization defines them: linear warmup from zero, then the named course. With
// a warmup the very first step has learning rate 0.

/** How the learning rate goes on after warmup; a course reads what concerns it. */
export interface CourseSettings {
  /** Of "cosine-restarts": how often the cosine runs from the peak to zero. */
  readonly cycles: number;
  /** Of "polynomial": 1 is a straight line. */
  readonly power: number;
  /** Of "polynomial", "wsd" and "cosine-min": where they end, as a share of the peak. */
  readonly minRate: number;
  /** Of "wsd": how many of the last steps lead down. */
  readonly decaySteps: number;
  /** Of "wsd": the way down. */
  readonly decayShape: DecayShape;
}

export interface ScheduleSettings extends CourseSettings {
  readonly schedule: CourseName;
  /** The peak. */
  readonly learningRate: number;
  readonly warmupSteps: number;
}

interface Moment extends CourseSettings {
  /** 0-based. */
  readonly step: number;
  readonly steps: number;
  readonly warmupSteps: number;
  /** 0 … 1 after warmup. */
  readonly progress: number;
}

/** Share of the peak at `progress` in 0 … 1 of the way down. */
const decayShapes = {
  linear: (progress: number) => 1 - progress,
  cosine: (progress: number) => 0.5 * (1 + Math.cos(Math.PI * progress)),
  "1-sqrt": (progress: number) => 1 - Math.sqrt(progress),
};

export type DecayShape = keyof typeof decayShapes;

/** Share of the peak after warmup. */
const courses = {
  constant: () => 1,
  linear: ({ progress }) => decayShapes.linear(progress),
  cosine: ({ progress }) => decayShapes.cosine(progress),
  "cosine-restarts": ({ progress, cycles }) => (progress >= 1 ? 0 : decayShapes.cosine((cycles * progress) % 1)),
  polynomial: ({ progress, power, minRate }) => above(minRate, Math.max(0, 1 - progress) ** power),
  // From the warmup's last step on as if it had been this all along; without a warmup over 10,000 steps.
  "inverse-sqrt": ({ step, warmupSteps }) => {
    const timescale = warmupSteps || 10_000;
    return 1 / Math.sqrt((step + timescale - warmupSteps) / timescale);
  },
  // Warmup, stable, decay.
  wsd: ({ step, steps, minRate, decaySteps, decayShape }) => {
    const into = step - (steps - decaySteps);
    if (into < 0) return 1;
    return into < decaySteps ? above(minRate, decayShapes[decayShape](into / Math.max(1, decaySteps))) : minRate;
  },
  "cosine-min": ({ progress, minRate }) => above(minRate, decayShapes.cosine(progress)),
} satisfies Record<string, (moment: Moment) => number>;

export type CourseName = keyof typeof courses;

/**
 * Learning rate of a step.
 * @param step 0-based
 * @param steps of the whole run
 */
export function learningRateAt(step: number, steps: number, { schedule, learningRate, warmupSteps, ...course }: ScheduleSettings): number {
  if (step < warmupSteps) {
    // "warmup_stable_decay" alone begins where it ends.
    const from = schedule === "wsd" ? course.minRate * learningRate : 0;
    return from + ((learningRate - from) * step) / Math.max(1, warmupSteps);
  }
  const progress = (step - warmupSteps) / Math.max(1, steps - warmupSteps);
  return learningRate * Math.max(0, courses[schedule]({ ...course, step, steps, warmupSteps, progress }));
}

/** A share of the way from `minRate` to the peak, as a share of the peak. */
function above(minRate: number, share: number): number {
  return share * (1 - minRate) + minRate;
}
