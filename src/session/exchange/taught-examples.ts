// Which of a run's examples are asked again, and which of them are still right. An example is right where the model says every
// learned token of it: as it is given what comes before, the likeliest token is the greedy answer.
import { seededRandom, shuffled } from "../../base/random.ts";
import type { DataConfig } from "../../config/run-config.ts";
import type { RunData } from "../../protocol/runs-api.ts";
import { learnedRows } from "../../tokens/batches.ts";
import { ignoreLabel, type Batch, type TokenizedExample } from "../../tokens/batch.ts";
import { measuredBatches } from "../../tokens/measured-rows.ts";

export interface TaughtExamples {
  /** Examples that are asked. */
  readonly count: number;
  readonly batches: readonly TaughtBatch[];
}

interface TaughtBatch {
  readonly batch: Batch;
  /** The example that each row of the batch is of. */
  readonly examples: readonly number[];
}

/** @param most examples at most, drawn by the run's seed; of a fixed batch every row that learns is one */
export function taughtExamples(data: RunData, { seed }: Pick<DataConfig, "seed">, most: number, context: number): TaughtExamples {
  if ("fixedBatch" in data) return fixed(data.fixedBatch);
  const lines = new Set(data.train.filter(learns).map(({ line }) => line));
  const drawn = shuffled([...lines], seededRandom(seed)).slice(0, most);
  const numbers = new Map(drawn.map((line, number) => [line, number]));
  // Rows of like lengths together: less of a batch is padding.
  const rows = data.train.filter((row) => numbers.has(row.line) && learns(row)).toSorted((a, b) => a.ids.length - b.ids.length);
  let at = 0;
  const batches = measuredBatches(rows, context).map((batch) => {
    const own = rows.slice(at, (at += batch.batch));
    return { batch, examples: own.map(({ line }) => numbers.get(line) as number) };
  });
  return { count: drawn.length, batches };
}

/** @param saysTheirs of each batch, for each learned row in its order, whether the label is the likeliest token */
export function rightExamples({ count, batches }: TaughtExamples, saysTheirs: readonly (readonly boolean[])[]): number {
  const wrong = new Set<number>();
  for (const [at, { batch, examples }] of batches.entries()) {
    for (const [index, row] of learnedRows(batch).rows.entries()) {
      if (!saysTheirs[at]?.[index]) wrong.add(examples[Math.floor(row / batch.seq)] as number);
    }
  }
  return count - wrong.size;
}

/** The first token of a row is never predicted. */
function learns({ labels }: TokenizedExample): boolean {
  return labels.some((label, at) => at > 0 && label !== ignoreLabel);
}

function fixed(batch: Batch): TaughtExamples {
  const learning = [...new Set([...learnedRows(batch).rows].map((row) => Math.floor(row / batch.seq)))];
  return { count: learning.length, batches: [{ batch, examples: Array.from({ length: batch.batch }, (_, row) => learning.indexOf(row)) }] };
}
