// What must hold before a run starts or goes on, so that it is refused in words instead of failing inside the runtime.
import { AtelierError } from "../base/errors.ts";
import { firstNotFinite } from "../base/finite.ts";
import type { Checkpoint } from "../checkpoint/run-record.ts";
import type { AdapterLayout } from "../model/adapter-layout.ts";
import type { ModelSpec } from "../model/spec.ts";
import type { ModelInfo, RunData } from "../protocol/engine-api.ts";
import { learnedRows } from "../tokens/batches.ts";

/** @throws AtelierError `data/nothing-to-learn`, `run/other-tokenizer` */
export function requireUsableData(data: RunData, model: Pick<ModelInfo, "name" | "tokenizer">): void {
  requireSomethingToLearn(data);
  requireSameTokenizer(data, model);
}

/** Ids that another tokenizer or chat template made mean something else here. Where one side is not known, nothing can be said. */
function requireSameTokenizer(data: RunData, { name, tokenizer }: Pick<ModelInfo, "name" | "tokenizer">): void {
  if ("fixedBatch" in data || data.tokenizer === undefined || tokenizer === undefined || data.tokenizer === tokenizer) return;
  throw new AtelierError(
    "run/other-tokenizer",
    `The examples of ${data.name} were prepared with another tokenizer or chat template than that of ${name} as it is loaded now.`,
    "Press Train to prepare them anew. To go on with a stored run, load the model with the tokenizer files that the run was started with.",
  );
}

/** @throws AtelierError `data/nothing-to-learn` */
export function requireSomethingToLearn(data: RunData): void {
  // The first token of a row is never predicted.
  const learns =
    "fixedBatch" in data
      ? learnedRows(data.fixedBatch).rows.length > 0
      : data.train.some(({ labels }) => labels.some((label, at) => at > 0 && label >= 0));
  if (learns) return;
  throw new AtelierError(
    "data/nothing-to-learn",
    "No token of this data would be learned: its loss mask is empty.",
    "Give every example an assistant message with text.",
  );
}

/** @throws AtelierError `data/too-long` naming the line. */
export function requireWithinContext(data: RunData, { contextLength }: ModelSpec): void {
  if ("fixedBatch" in data) {
    if (data.fixedBatch.seq > contextLength) throw tooLong("The batch", data.fixedBatch.seq, contextLength);
    return;
  }
  const long = [...data.train, ...data.validation].find(({ ids }) => ids.length > contextLength);
  if (long) throw tooLong(`Line ${long.line}`, long.ids.length, contextLength);
}

/** @throws AtelierError `checkpoint/invalid`, `checkpoint/not-finite` */
export function requireFittingCheckpoint({ adapter, first, second }: Checkpoint, layout: AdapterLayout, { layers }: ModelSpec): void {
  const fits = [adapter, first, second].every(
    (vectors) => vectors.length === layers && vectors.every(({ length }) => length === layout.size),
  );
  if (fits) {
    requireFinite({ adapter, first, second });
    return;
  }
  throw new AtelierError(
    "checkpoint/invalid",
    "The checkpoint of this run does not fit its own configuration.",
    "It is damaged. Import it again or start a new run.",
  );
}

/** @throws AtelierError `checkpoint/not-finite` naming the vector: from such numbers every step and every answer would be not a number. */
export function requireFinite(vectors: Pick<Checkpoint, "adapter" | "first" | "second">): void {
  const words = { adapter: "The adapter", first: "The optimizer's first moment", second: "The optimizer's second moment" } as const;
  for (const kind of ["adapter", "first", "second"] as const) {
    for (const [layer, vector] of vectors[kind].entries()) {
      const bad = firstNotFinite(vector);
      if (!bad) continue;
      throw new AtelierError(
        "checkpoint/not-finite",
        `${words[kind]} of layer ${layer} in this run's checkpoint holds ${bad.what}.`,
        "It is damaged. Import it again where it came from, or start a new run.",
      );
    }
  }
}

function tooLong(what: string, length: number, contextLength: number): AtelierError {
  return new AtelierError(
    "data/too-long",
    `${what} has ${length} tokens; this model's context holds ${contextLength}.`,
    "Lower the sequence length or shorten the example.",
  );
}
