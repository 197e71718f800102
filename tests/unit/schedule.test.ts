import { expect, it } from "vitest";
import { offeredSchedules } from "../../src/config/offered.ts";
import type { ScheduleName } from "../../src/config/schedules.ts";
import { learningRateAt } from "../../src/train/schedule.ts";
import { jsonOf } from "../support/files.ts";

const golden = jsonOf("tests/fixtures/goldens/schedules.json") as {
  readonly warmup: number;
  readonly total: number;
  readonly base_lr: number;
  readonly lr_at_step: Readonly<Record<string, readonly number[]>>;
};
const names: Readonly<Partial<Record<ScheduleName, string>>> = { constant: "constant_with_warmup", linear: "linear", cosine: "cosine" };

it.each(offeredSchedules)("%s is Hugging Face's", (schedule) => {
  const expected = golden.lr_at_step[names[schedule] ?? ""] ?? [];
  expect(expected).toHaveLength(golden.total);
  const config = { schedule, learningRate: golden.base_lr, warmupSteps: golden.warmup };
  for (const [step, rate] of expected.entries()) expect(learningRateAt(step, config, golden.total), `step ${step}`).toBeCloseTo(rate, 14);
});

it.each(offeredSchedules)("%s stays within zero and its peak, whatever the warmup", (schedule) => {
  for (const warmupSteps of [0, 1, 5, 10, 50]) {
    for (let step = 0; step < 10; step++) {
      const rate = learningRateAt(step, { schedule, learningRate: 0.01, warmupSteps }, 10);
      expect(rate, `warmup ${warmupSteps}, step ${step}`).toBeGreaterThanOrEqual(0);
      expect(rate).toBeLessThanOrEqual(0.01);
    }
  }
});
