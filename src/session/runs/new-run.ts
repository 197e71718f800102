// A run before its first step: its record, and the parameters it starts from. Refuses data from which nothing can be learned.
import { seededRandom } from "../../base/random.ts";
import { formatVersion, type RunRecord } from "../../checkpoint/run-record.ts";
import { readRecord } from "../../checkpoint/run-store.ts";
import { warmupNotes } from "../../config/warmup-notes.ts";
import { makesModel } from "../../config/new-model.ts";
import { parseRunConfig, parseStoredConfig } from "../../config/run-config.ts";
import { baseNumbers } from "../../model/base-numbers.ts";
import type { AppliedMethod, BaseNumbers, MethodStart } from "../../model/methods/method.ts";
import { parameterTotal } from "../../model/parameters.ts";
import { applyMethod } from "../../model/methods/methods.ts";
import type { RunData, TrainRequest } from "../../protocol/runs-api.ts";
import { words } from "../../words/message.ts";
import { referenceTo, requireSameModel, storedCheckpoint } from "../chat/adapters.ts";
import type { Loaded } from "../models/load-with-tokenizer.ts";
import { smallFilesOf } from "../models/new-model.ts";
import type { Exclusive } from "../exclusive.ts";
import { nowAndThen } from "../listening.ts";
import { adjustedNotes } from "./adjusted-notes.ts";
import { requireFittingBase, requirePrecision, requireUsableData, stopIfNotWanted, withinContext } from "./run-checks.ts";

export interface NewRun {
  readonly record: RunRecord;
  /** With what the run's model is made of, where it is a new one. */
  readonly data: RunData;
  /** What its parameters start from. */
  readonly start: MethodStart;
}

export interface NewRunParts extends Pick<Loaded, "model" | "info" | "tokenizer" | "files"> {
  readonly exclusive: Exclusive;
  /** Told how far the start of the parameters is, from 0 to 1. */
  readonly tell: (share: number) => void;
  readonly signal: AbortSignal;
}

/** @throws AtelierError `config/invalid`, `data/nothing-to-learn`, `data/too-long`, `run/other-tokenizer`, `run/other-model`, `run/start-cancelled` */
export async function newRun(
  { name, config: asked, data: all, startFrom, notes: given = [] }: TrainRequest,
  parts: NewRunParts,
): Promise<NewRun> {
  const { model, info, signal } = parts;
  stopIfNotWanted(signal);
  requireUsableData(all, info);
  const parent = startFrom === undefined ? null : await readRecord(startFrom);
  if (parent) requireSameModel(model, parent);
  // An adapter goes on as what it is.
  const config = parent ? parseStoredConfig({ ...asked, method: parent.config.method }) : parseRunConfig(asked);
  const method = applyMethod(model.spec, config.method);
  requireFittingBase(method, model);
  requirePrecision(config.optimizer, model.engine);
  const { data, notes: leftOut } = withinContext(all, model.spec, method);
  const notes = [...given, ...leftOut, ...warmupNotes(config), ...adjustedNotes(config, model.spec, method)];
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
    trainable: parameterTotal(method.layout),
    stepsDone: 0,
    checkpointStep: 0,
    lastLoss: null,
    lastValidationLoss: null,
    ...(notes.length > 0 ? { notes } : {}),
  };
  const start = parent ? await startFromRun(model, parent) : await startOf(method, config.data.seed, parts);
  const made = makesModel(config.method) ? { model: await smallFilesOf(parts.files) } : {};
  return { record, data: { ...data, ...made }, start };
}

/** The parent's numbers alone: its steps, its place in its data and what its optimizer knows are not the new run's. */
async function startFromRun(model: Loaded["model"], parent: RunRecord): Promise<MethodStart> {
  const { parameters, fixed } = await storedCheckpoint(model, parent);
  return { parameters, fixed };
}

/** Some methods begin with work on every matrix: a chat gets its turns between them, and the page is answered. */
function startOf(method: AppliedMethod, seed: number, { model, tokenizer, exclusive, tell, signal }: NewRunParts): Promise<MethodStart> {
  const numbers = baseNumbers(model);
  const base: BaseNumbers = {
    weight: (...of) => exclusive(() => numbers.weight(...of)),
    vector: (...of) => exclusive(() => numbers.vector(...of)),
    embedding: (...of) => exclusive(() => numbers.embedding(...of)),
    head: (...of) => exclusive(() => numbers.head(...of)),
    positions: numbers.positions,
  };
  const listen = nowAndThen(tell);
  const onProgress = async (share: number): Promise<void> => {
    await listen(share);
    stopIfNotWanted(signal);
  };
  return method.start(base, seededRandom(seed), { onProgress, ...(tokenizer ? { encode: (text) => tokenizer.encodeText(text) } : {}) });
}
