// A run before its first step: its record, and the parameters it starts from. Refuses data from which nothing can be learned.
import { seededRandom } from "../base/random.ts";
import { formatVersion, type RunRecord } from "../checkpoint/run-record.ts";
import { readRecord } from "../checkpoint/run-store.ts";
import { parseRunConfig, parseStoredConfig } from "../config/run-config.ts";
import { baseNumbers } from "../model/base-numbers.ts";
import type { MethodStart } from "../model/methods/method.ts";
import { applyMethod } from "../model/methods/methods.ts";
import type { LoadedModel } from "../model/weights.ts";
import type { ModelInfo, TrainRequest } from "../protocol/engine-api.ts";
import { words } from "../words/message.ts";
import { referenceTo, requireSameModel, storedCheckpoint } from "./adapters.ts";
import { requireFittingBase, requireUsableData, requireWithinContext } from "./run-checks.ts";

export interface NewRun {
  readonly record: RunRecord;
  /** What its parameters start from. */
  readonly start: MethodStart;
}

/** @throws AtelierError `config/invalid`, `data/nothing-to-learn`, `data/too-long`, `run/other-tokenizer`, `run/other-model` */
export async function newRun({ name, config: asked, data, startFrom }: TrainRequest, model: LoadedModel, info: ModelInfo): Promise<NewRun> {
  requireUsableData(data, info);
  requireWithinContext(data, model.spec);
  const parent = startFrom === undefined ? null : await readRecord(startFrom);
  if (parent) requireSameModel(model, parent);
  // An adapter goes on as what it is.
  const config = parent ? parseStoredConfig({ ...asked, method: parent.config.method }) : parseRunConfig(asked);
  const method = applyMethod(model.spec, config.method);
  requireFittingBase(method, model);
  const record: RunRecord = {
    version: formatVersion,
    id: crypto.randomUUID(),
    name,
    createdAt: Date.now(),
    phase: "running",
    config,
    model: referenceTo(model, info),
    datasetName: "fixedBatch" in data ? words("run/one-batch") : data.name,
    exampleCount: "fixedBatch" in data ? data.fixedBatch.batch : data.train.length,
    stepsDone: 0,
    checkpointStep: 0,
    lastLoss: null,
    lastValidationLoss: null,
  };
  const start = parent ? await storedCheckpoint(model, parent) : await method.start(baseNumbers(model), seededRandom(config.data.seed));
  return { record, start };
}
