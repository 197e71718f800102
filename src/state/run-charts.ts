// Curves of a run, ready to draw: smoothed, thinned out, and no more often than one can see.
import { downsample } from "../metrics/downsample.ts";
import { exponentialAverage } from "../metrics/smoothing.ts";
import { elapsedMs, remainingMs, tokensPerSecond } from "../metrics/throughput.ts";
import { sentences, words, type Text } from "../words/message.ts";
import type { RunView } from "./run-view.ts";
import type { StepReport } from "./view-types.ts";

export interface LossRow {
  /** Steps done when it was measured. */
  readonly step: number;
  readonly loss?: number;
  readonly smooth?: number;
  readonly validation?: number;
}

export interface SeriesRow {
  readonly step: number;
  readonly value: number;
}

export interface RunCurves {
  readonly loss: readonly LossRow[];
  readonly learningRate: readonly SeriesRow[];
  readonly gradNorm: readonly SeriesRow[];
}

const maxPoints = { loss: 240, small: 120 };

/** The average looks back over this share of the run, within limits: short runs fall fast, long ones are noisy. */
const smoothedShare = 1 / 40;
const smoothedSteps = { least: 2, most: 20 };

/** A running curve is drawn anew at most this often over the whole run: more could not be seen, and drawing is dear. */
const maxRedraws = 200;

let cached: { id: string; count: number; validations: RunView["validations"]; curves: RunCurves } | undefined;

export function curvesOf({ record, steps, validations }: RunView): RunCurves {
  const stride = record.phase === "running" ? Math.max(1, Math.floor(record.config.stopping.steps / maxRedraws)) : 1;
  const count = steps.length - (steps.length % stride);
  if (cached?.id === record.id && cached.count === count && cached.validations === validations) return cached.curves;
  const drawn = steps.slice(0, count);
  const curves: RunCurves = {
    loss: lossRows(drawn, validations, smoothingWeight(record.config.stopping.steps)),
    learningRate: series(drawn, ({ learningRate }) => learningRate),
    gradNorm: series(drawn, ({ gradNorm }) => gradNorm),
  };
  cached = { id: record.id, count, validations, curves };
  return curves;
}

function lossRows(steps: RunView["steps"], validations: RunView["validations"], weight: number): LossRow[] {
  const smooth = exponentialAverage(
    steps.map(({ loss }) => loss),
    weight,
  );
  const rows = new Map<number, LossRow>();
  for (const at of thinned(steps, ({ loss }) => loss, maxPoints.loss)) {
    const report = steps[at];
    if (report) rows.set(report.step, { step: report.step, loss: report.loss, smooth: smooth[at] ?? report.loss });
  }
  for (const { step, loss } of validations) rows.set(step, { ...rows.get(step), step, validation: loss });
  return [...rows.values()].toSorted((a, b) => a.step - b.step);
}

function smoothingWeight(steps: number): number {
  return 1 - 1 / Math.min(smoothedSteps.most, Math.max(smoothedSteps.least, steps * smoothedShare));
}

function series(steps: RunView["steps"], pick: (report: StepReport) => number): SeriesRow[] {
  return thinned(steps, pick, maxPoints.small).flatMap((at) => {
    const report = steps[at];
    return report ? [{ step: report.step, value: pick(report) }] : [];
  });
}

function thinned(steps: RunView["steps"], pick: (report: StepReport) => number, limit: number): number[] {
  return downsample(
    steps.map((report) => ({ x: report.step, y: pick(report) })),
    limit,
  );
}

export interface RunPace {
  readonly elapsedMs: number;
  readonly remainingMs: number | null;
  readonly tokensPerSecond: number | null;
}

export function paceOf({ record, steps }: RunView): RunPace {
  return {
    elapsedMs: elapsedMs(steps),
    remainingMs: remainingMs(steps, record.config.stopping.steps - record.stepsDone),
    tokensPerSecond: tokensPerSecond(steps),
  };
}

/** The chart in words, for those who cannot see it. */
export function describeLoss({ steps, validations }: RunView): Text {
  const [first, last, validation] = [steps[0], steps.at(-1), validations.at(-1)];
  if (!first || !last) return words("state/no-loss");
  const trained = words("state/loss", { steps: steps.length, first: first.loss, last: last.loss });
  return validation ? sentences([trained, words("state/validation-loss", { loss: validation.loss, step: validation.step })]) : trained;
}
