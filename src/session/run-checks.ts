// What must hold before a run starts or goes on, so that it is refused in words instead of failing inside the runtime.
import { AtelierError } from "../base/errors.ts";
import { firstNotFinite } from "../base/finite.ts";
import type { Checkpoint } from "../checkpoint/run-record.ts";
import type { AdapterLayout } from "../model/adapter-layout.ts";
import type { ModelSpec } from "../model/spec.ts";
import type { ModelInfo, RunData } from "../protocol/engine-api.ts";
import { learnedRows } from "../tokens/batches.ts";
import { words } from "../words/message.ts";

/** @throws AtelierError `data/nothing-to-learn`, `run/other-tokenizer` */
export function requireUsableData(data: RunData, model: Pick<ModelInfo, "name" | "tokenizer">): void {
  requireSomethingToLearn(data);
  requireSameTokenizer(data, model);
}

/** Ids that another tokenizer or chat template made mean something else here. Where one side is not known, nothing can be said. */
function requireSameTokenizer(data: RunData, { name, tokenizer }: Pick<ModelInfo, "name" | "tokenizer">): void {
  if ("fixedBatch" in data || data.tokenizer === undefined || tokenizer === undefined || data.tokenizer === tokenizer) return;
  throw new AtelierError("run/other-tokenizer", { data: data.name, model: name });
}

/** @throws AtelierError `data/nothing-to-learn` */
export function requireSomethingToLearn(data: RunData): void {
  // The first token of a row is never predicted.
  const learns =
    "fixedBatch" in data
      ? learnedRows(data.fixedBatch).rows.length > 0
      : data.train.some(({ labels }) => labels.some((label, at) => at > 0 && label >= 0));
  if (!learns) throw new AtelierError("data/nothing-to-learn#empty-mask");
}

/** @throws AtelierError `data/too-long` naming the line. */
export function requireWithinContext(data: RunData, { contextLength }: ModelSpec): void {
  if ("fixedBatch" in data) {
    const tokens = data.fixedBatch.seq;
    if (tokens > contextLength) throw new AtelierError("data/too-long#batch", { tokens, context: contextLength });
    return;
  }
  const long = [...data.train, ...data.validation].find(({ ids }) => ids.length > contextLength);
  if (long) throw new AtelierError("data/too-long#line", { line: String(long.line), tokens: long.ids.length, context: contextLength });
}

/** @throws AtelierError `checkpoint/invalid`, `checkpoint/not-finite` */
export function requireFittingCheckpoint({ adapter, first, second }: Checkpoint, layout: AdapterLayout, { layers }: ModelSpec): void {
  const fits = [adapter, first, second].every(
    (vectors) => vectors.length === layers && vectors.every(({ length }) => length === layout.size),
  );
  if (!fits) throw new AtelierError("checkpoint/invalid#other-shape");
  requireFinite({ adapter, first, second });
}

const vectorNames = { adapter: "train/adapter", first: "train/first-moment", second: "train/second-moment" } as const;

/** @throws AtelierError `checkpoint/not-finite` naming the vector: from such numbers every step and every answer would be not a number. */
export function requireFinite(vectors: Pick<Checkpoint, "adapter" | "first" | "second">): void {
  for (const kind of ["adapter", "first", "second"] as const) {
    for (const [layer, vector] of vectors[kind].entries()) {
      const bad = firstNotFinite(vector);
      if (bad) throw new AtelierError("checkpoint/not-finite", { what: words(vectorNames[kind]), layer, found: bad.what });
    }
  }
}
