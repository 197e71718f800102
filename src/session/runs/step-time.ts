// The time of a whole training step on a loaded model: real steps on rows of full length, which a run comes closest to in the
// middle of its data. What they learn is thrown away.
import { seededRandom } from "../../base/random.ts";
import { baseNumbers } from "../../model/base-numbers.ts";
import { usableContext, type AppliedMethod } from "../../model/methods/method.ts";
import type { ModelSpec } from "../../model/spec.ts";
import type { LoadedModel } from "../../model/weights.ts";
import type { RunShape } from "../../protocol/budget-api.ts";
import type { Batch } from "../../tokens/batch.ts";
import { collate } from "../../tokens/batches.ts";
import { Trainer } from "../../train/trainer.ts";
import { freshSnapshot } from "../../train/training.ts";
import type { Exclusive } from "../exclusive.ts";
import { shapeTraining } from "../models/shape-training.ts";
import { stopIfCancelled } from "../stop-if-cancelled.ts";

/** A step that takes longer is timed once. */
const longStepMs = 3000;
/** Of a step that takes longer, compiling its graphs is so small a part that the first one counts. */
const slowStepMs = 10_000;
/** What is learned is thrown away. */
const learningRate = 1e-4;

/** @returns milliseconds, the shorter of two steps; the first one, in which the graphs are compiled, is only counted where steps are slow */
export async function timeStep(model: LoadedModel, run: RunShape, exclusive: Exclusive, signal: AbortSignal): Promise<number> {
  const training = shapeTraining(model, run);
  const trainer = await exclusive(async () => {
    const start = await training.method.start(baseNumbers(model), seededRandom(1));
    return Trainer.create(model, training, freshSnapshot(training, start));
  });
  try {
    const batch = fullBatch(model.spec, run, training.method);
    const timed = (batches: readonly Batch[]): Promise<number> =>
      exclusive(async () => {
        stopIfCancelled(signal);
        const since = performance.now();
        await trainer.update(batches, learningRate);
        return performance.now() - since;
      });
    const compiling = await timed([batch]);
    if (run.accumulate === 1 && compiling > slowStepMs) return compiling;
    const step = Array.from({ length: run.accumulate }, () => batch);
    const first = await timed(step);
    return first > longStepMs ? first : Math.min(first, await timed(step));
  } finally {
    await exclusive(() => trainer.dispose());
  }
}

/** Sequences of full length whose tokens are all learned but the first. */
export function fullBatch(
  spec: ModelSpec,
  { batchSize, seqLength: asked }: Pick<RunShape, "batchSize" | "seqLength">,
  method: AppliedMethod | null = null,
): Batch {
  const seqLength = Math.max(1, Math.min(asked, usableContext(spec, method)));
  const ids = Int32Array.from({ length: seqLength }, (_, at) => (at * 7919) % spec.vocabularySize);
  return collate(
    Array.from({ length: batchSize }, (_, line) => ({ line, ids, labels: ids })),
    seqLength,
  );
}
