// Claim: a run of any length is drawn with a bounded number of points, and computed once per change.
import { describe, expect, it } from "vitest";
import { curvesOf, describeLoss } from "../../src/state/run-charts.ts";
import type { RunView } from "../../src/state/run-view.ts";
import { english } from "../support/words.ts";

const steps = Array.from({ length: 10_000 }, (_, step) => ({
  step,
  loss: 5 * Math.exp(-step / 2000) + (step % 7) / 10,
  learningRate: 0.001,
  gradNorm: 1,
  tokens: 64,
  ms: 10,
}));
const validations = [0, 5000, 10_000].map((step) => ({ step, loss: 2 }));
const record = { id: "a", phase: "finished", config: { stopping: { steps: 10_000 } } };
const view = { record, steps, validations } as unknown as RunView;

describe("curvesOf", () => {
  it("draws 10,000 steps with a few hundred points, in order", () => {
    const { loss, gradNorm } = curvesOf(view);
    expect(loss.length).toBeLessThan(250);
    expect(gradNorm.length).toBeLessThanOrEqual(120);
    expect(loss.map(({ step }) => step)).toEqual(loss.map(({ step }) => step).toSorted((a, b) => a - b));
    expect(loss.filter(({ validation }) => validation !== undefined)).toHaveLength(3);
  });

  it("computes once until steps or validations change", () => {
    expect(curvesOf({ ...view })).toBe(curvesOf(view));
    expect(curvesOf({ ...view, validations: [] })).not.toBe(curvesOf(view));
  });

  it("draws a long run that is running only every so many steps, and its end whole", () => {
    const running = { ...view, record: { ...record, phase: "running" } } as unknown as RunView;
    const at = (count: number) => curvesOf({ ...running, steps: steps.slice(0, count) });
    expect(at(5000)).toBe(at(5049));
    expect(at(5049)).not.toBe(at(5050));
    expect(curvesOf({ ...view, steps: steps.slice(0, 5049) }).loss.some(({ step }) => step === 5048)).toBe(true);
  });

  it("says the curve in words", () => {
    expect(english.text(describeLoss(view))).toBe("Loss curve over 10,000 steps: from 5 to 0.334. Validation loss 2 after step 10,000.");
    expect(english.text(describeLoss({ ...view, steps: [] }))).toBe("Loss curve, no steps yet.");
  });
});
