import { expect, it } from "vitest";
import { learningRateAt, type CourseName, type CourseSettings } from "../../src/train/schedule.ts";
import { jsonOf } from "../support/files.ts";

const golden = jsonOf("tests/fixtures/goldens/schedules.json") as {
  readonly warmup: number;
  readonly total: number;
  readonly base_lr: number;
  readonly lr_at_step: Readonly<Record<string, readonly number[]>>;
};
const course: CourseSettings = { cycles: 1, power: 1, minRate: 0, decaySteps: 3, decayShape: "cosine" };

const rows: Readonly<Record<string, { readonly schedule: CourseName; readonly warmupSteps?: number } & Partial<CourseSettings>>> = {
  constant: { schedule: "constant", warmupSteps: 0 },
  constant_with_warmup: { schedule: "constant" },
  linear: { schedule: "linear" },
  cosine: { schedule: "cosine" },
  cosine_with_restarts_2: { schedule: "cosine-restarts", cycles: 2 },
  "polynomial_p2_end1e-7": { schedule: "polynomial", power: 2, minRate: 1e-7 },
  inverse_sqrt: { schedule: "inverse-sqrt" },
  wsd_stable10_decay6_linear: { schedule: "wsd", decaySteps: 6, decayShape: "linear" },
  "cosine_with_min_lr_0.1": { schedule: "cosine-min", minRate: 0.1 },
};
const schedules = [...new Set(Object.values(rows).map(({ schedule }) => schedule))];

it("has settings for every row of the reference", () => {
  expect(Object.keys(rows)).toEqual(Object.keys(golden.lr_at_step));
});

it.each(Object.entries(rows))("%s is Hugging Face's", (name, settings) => {
  const expected = golden.lr_at_step[name] ?? [];
  expect(expected).toHaveLength(golden.total);
  const all = { ...course, learningRate: golden.base_lr, warmupSteps: golden.warmup, ...settings };
  for (const [step, rate] of expected.entries()) expect(learningRateAt(step, golden.total, all), `step ${step}`).toBeCloseTo(rate, 14);
});

// get_wsd_schedule(warmup 2, decay 4 of 10, min_lr_ratio 0.1), by transformers 5.24.
it.each([
  ["cosine", [0.1, 0.55, 1, 1, 1, 1, 1, 0.8681980515339464, 0.55, 0.23180194846605365]],
  ["1-sqrt", [0.1, 0.55, 1, 1, 1, 1, 1, 0.55, 0.3636038969321072, 0.22057713659400513]],
] as const)("wsd with a floor goes down as %s", (decayShape, expected) => {
  const settings = { ...course, schedule: "wsd", learningRate: 1, warmupSteps: 2, minRate: 0.1, decaySteps: 4, decayShape } as const;
  for (const [step, rate] of expected.entries()) expect(learningRateAt(step, 10, settings), `step ${step}`).toBeCloseTo(rate, 14);
});

it.each(schedules)("%s stays within zero and its peak, whatever the warmup", (schedule) => {
  for (const warmupSteps of [0, 1, 5, 10, 50]) {
    for (let step = 0; step < 10; step++) {
      const rate = learningRateAt(step, 10, { ...course, schedule, learningRate: 0.01, warmupSteps });
      expect(rate, `warmup ${warmupSteps}, step ${step}`).toBeGreaterThanOrEqual(0);
      expect(rate).toBeLessThanOrEqual(0.01);
    }
  }
});
