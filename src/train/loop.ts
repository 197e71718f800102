// The training loop: yields a report per step and lets others act between steps. It never stores, posts, logs or reads a
// clock, and it stops by not being asked for more.
import { AtelierError } from "../base/errors.ts";
import type { RunConfig } from "../config/run-config.ts";
import type { Batch } from "../tokens/batch.ts";
import { realTokens } from "../tokens/batches.ts";
import { firstStepFault, firstValidationFault } from "./first-step.ts";
import { named } from "./named.ts";
import { learningRateAt } from "./schedule.ts";
import type { StepResult, UpdateResult } from "./trainer.ts";

export interface BatchSource {
  /** The batches of the next step, `accumulate` of them. */
  next(): readonly Batch[];
  /** Held-out batches; empty where there are none. */
  readonly validation: readonly Batch[];
}

/** What the loop asks of a trainer. */
export interface Stepping {
  /** Steps done. */
  readonly step: number;
  update(batches: readonly Batch[], learningRate: number): Promise<UpdateResult>;
  evaluate(batches: readonly Batch[]): Promise<number>;
}

/** The sections of a run's configuration that the loop goes by. */
export type LoopConfig = Pick<RunConfig, "optimizer" | "stopping">;

/** Absent where there are none. */
export interface Skipped {
  /** Steps just before this one that were skipped, since their gradients were infinite in float16: what they read is not learned. */
  readonly skipped?: number;
}

export type LoopReport =
  | ({ readonly kind: "step"; readonly step: number; readonly tokens: number; readonly learningRate: number } & StepResult & Skipped)
  | { readonly kind: "validation"; readonly step: number; readonly loss: number };

/**
 * @throws AtelierError `train/diverged` where the loss or the gradient is no longer finite; the last update stays undone.
 *   `train/input-not-finite` where they are not to begin with; `train/float16-range` where float16 does not reach.
 */
export async function* trainLoop(
  trainer: Stepping,
  source: BatchSource,
  { optimizer, stopping }: LoopConfig,
  until: number,
): AsyncGenerator<LoopReport, void> {
  // Before the first step, and again where a run resumes at a step that ended before it was measured.
  if (isDue(trainer.step, stopping, source)) {
    const report = await evaluate(trainer, source);
    if (trainer.step === 0 && !Number.isFinite(report.loss)) throw firstValidationFault(report.loss);
    yield report;
  }
  while (trainer.step < until) {
    const step = trainer.step;
    const learningRate = learningRateAt(step, stopping.steps, optimizer);
    let batches = source.next();
    let result = await trainer.update(batches, learningRate);
    let skipped = 0;
    for (; result.overflowed; skipped++) {
      batches = source.next();
      result = await trainer.update(batches, learningRate);
    }
    if (!Number.isFinite(result.loss) || !Number.isFinite(result.gradNorm)) {
      if (step === 0) throw await firstStepFault(trainer, batches, result);
      throw new AtelierError("train/diverged", { step: step + 1, loss: named(result.loss), gradNorm: named(result.gradNorm) });
    }
    const tokens = batches.reduce((sum, batch) => sum + realTokens(batch), 0);
    yield { kind: "step", step, tokens, learningRate, loss: result.loss, gradNorm: result.gradNorm, ...(skipped > 0 ? { skipped } : {}) };
    if (isDue(trainer.step, stopping, source) || (trainer.step === stopping.steps && isMeasured(stopping, source)))
      yield await evaluate(trainer, source);
  }
}

function isMeasured({ evaluateEvery }: RunConfig["stopping"], { validation }: BatchSource): boolean {
  return evaluateEvery > 0 && validation.length > 0;
}

function isDue(step: number, config: RunConfig["stopping"], source: BatchSource): boolean {
  return isMeasured(config, source) && step < config.steps && step % config.evaluateEvery === 0;
}

async function evaluate(trainer: Stepping, { validation }: BatchSource): Promise<LoopReport> {
  return { kind: "validation", step: trainer.step, loss: await trainer.evaluate(validation) };
}
