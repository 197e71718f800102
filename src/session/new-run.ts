// A run before its first step: its record, and the adapter it starts from. Refuses data from which nothing can be learned.
import { seededRandom } from "../base/random.ts";
import { formatVersion, type RunRecord } from "../checkpoint/run-record.ts";
import { readRecord } from "../checkpoint/run-store.ts";
import { parseRunConfig, parseStoredConfig } from "../config/run-config.ts";
import { initialAdapter } from "../model/adapter-layout.ts";
import type { LoadedModel } from "../model/weights.ts";
import type { ModelInfo, TrainRequest } from "../protocol/engine-api.ts";
import { words } from "../words/message.ts";
import { layoutOf, referenceTo, requireSameModel, storedCheckpoint } from "./adapters.ts";
import { requireUsableData, requireWithinContext } from "./run-checks.ts";

export interface NewRun {
  readonly record: RunRecord;
  /** One flat vector per layer. */
  readonly adapter: readonly Float32Array[];
}

/** @throws AtelierError `config/invalid`, `data/nothing-to-learn`, `data/too-long`, `run/other-tokenizer`, `run/other-model` */
export async function newRun({ name, config: asked, data, startFrom }: TrainRequest, model: LoadedModel, info: ModelInfo): Promise<NewRun> {
  requireUsableData(data, info);
  requireWithinContext(data, model.spec);
  const parent = startFrom === undefined ? null : await readRecord(startFrom);
  if (parent) requireSameModel(model, parent);
  const config = parent ? parseStoredConfig({ ...asked, method: parent.config.method }) : parseRunConfig(asked);
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
  const adapter = parent
    ? (await storedCheckpoint(model, parent)).adapter
    : initialAdapter(layoutOf(model, record), model.spec.layers, seededRandom(config.data.seed));
  return { record, adapter };
}
