// A loss or gradient that is not finite before anything was learned: no setting of the training made it, so the input is blamed, as
// closely as it can be told.
import { AtelierError } from "../base/errors.ts";
import type { Batch } from "../tokens/batch.ts";
import { named } from "./named.ts";
import type { StepResult, Trainer } from "./trainer.ts";

/** What a trainer whose adapter is still the one it began with says about the batches of its first step. */
export async function firstStepFault(
  trainer: Pick<Trainer, "evaluate">,
  batches: readonly Batch[],
  result: StepResult,
): Promise<AtelierError> {
  const loss = named(result.loss);
  if (Number.isFinite(result.loss)) return new AtelierError("train/input-not-finite#gradient", { loss, gradNorm: named(result.gradNorm) });
  for (const [at, batch] of batches.entries()) {
    if (Number.isFinite(await trainer.evaluate([batch]))) continue;
    const place = { loss, batch: at + 1, batches: batches.length };
    const example = await exampleOf(trainer, batch);
    if (example === null) return new AtelierError("train/input-not-finite#batch", place);
    return new AtelierError("train/input-not-finite#example", { ...place, ...example });
  }
  return new AtelierError("train/input-not-finite#loss", { loss });
}

/** Of the measurement before the first step. */
export function firstValidationFault(loss: number): AtelierError {
  return new AtelierError("train/input-not-finite#validation", { loss: named(loss) });
}

/** The first row of the batch whose loss alone is not finite; null where there is none. */
async function exampleOf(trainer: Pick<Trainer, "evaluate">, batch: Batch): Promise<{ row: number; rows: number; start: string } | null> {
  for (let row = 0; row < batch.batch; row++) {
    const single = rowOf(batch, row);
    if (Number.isFinite(await trainer.evaluate([single]))) continue;
    return { row: row + 1, rows: batch.batch, start: [...single.ids.subarray(0, 8)].join(", ") };
  }
  return null;
}

function rowOf({ seq, ids, labels, attention }: Batch, row: number): Batch {
  const [start, end] = [row * seq, (row + 1) * seq];
  return { batch: 1, seq, ids: ids.slice(start, end), labels: labels.slice(start, end), attention: attention.slice(start, end) };
}
