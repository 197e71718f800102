// A loss or gradient that is not finite before anything was learned: no setting of the training made it, so the input is blamed, as
// closely as it can be told.
import { AtelierError } from "../base/errors.ts";
import type { Batch } from "../tokens/batch.ts";
import type { StepResult, Trainer } from "./trainer.ts";

/** What a trainer whose adapter is still the one it began with says about the batches of its first step. */
export async function firstStepFault(
  trainer: Pick<Trainer, "evaluate">,
  batches: readonly Batch[],
  result: StepResult,
): Promise<AtelierError> {
  const { loss, gradNorm } = result;
  if (Number.isFinite(loss))
    return inputFault(`The gradient of the first step has the norm ${gradNorm}, with a loss of ${loss}, before anything was learned.`);
  const place = await placeOf(trainer, batches);
  return inputFault(`The loss of the first step is ${loss} before anything was learned${place === null ? "" : `: ${place}`}.`);
}

/** Of the measurement before the first step. */
export function firstValidationFault(loss: number): AtelierError {
  return inputFault(`The validation loss is ${loss} before anything was learned.`);
}

async function placeOf(trainer: Pick<Trainer, "evaluate">, batches: readonly Batch[]): Promise<string | null> {
  for (const [at, batch] of batches.entries()) {
    if (Number.isFinite(await trainer.evaluate([batch]))) continue;
    for (let row = 0; row < batch.batch; row++) {
      const single = rowOf(batch, row);
      if (Number.isFinite(await trainer.evaluate([single]))) continue;
      const start = [...single.ids.subarray(0, 8)].join(", ");
      return `it comes from example ${row + 1} of ${batch.batch} in batch ${at + 1} of ${batches.length}, which begins with the tokens ${start}`;
    }
    return `it comes from batch ${at + 1} of ${batches.length}`;
  }
  return null;
}

function rowOf({ seq, ids, labels, attention }: Batch, row: number): Batch {
  const [start, end] = [row * seq, (row + 1) * seq];
  return { batch: 1, seq, ids: ids.slice(start, end), labels: labels.slice(start, end), attention: attention.slice(start, end) };
}

function inputFault(message: string): AtelierError {
  return new AtelierError(
    "train/input-not-finite",
    `${message} The learning rate is not the cause: the weights, or the adapter that the run starts from, overflow for these tokens.`,
    "Ask the model something in Chat. If that fails too, load it with another quantization or take another copy; else leave the example out.",
  );
}
