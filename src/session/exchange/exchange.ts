// Adapters in, from PEFT's and mlx-lm's files, and out in PEFT's or, where PEFT has no form for a method, in our own, with the history of
// the run beside them.
import { blobSource } from "../../base/byte-source.ts";
import { AtelierError } from "../../base/errors.ts";
import { formatVersion, type RunRecord } from "../../checkpoint/run-record.ts";
import { createRun } from "../../checkpoint/run-store.ts";
import { adapterConfigName, adapterWeightsName, mlxWeightsName, unreadableWeights, wholeWeightsAmong } from "../../config/adapter-files.ts";
import { defaultRunConfig, type MethodConfig } from "../../config/run-config.ts";
import { hubIdOf } from "../../config/trained-on.ts";
import { requireLayers, type ReadAdapter } from "../../interchange/adapter-tensors.ts";
import { isMlxConfig, readMlx } from "../../interchange/mlx-adapter.ts";
import { hasPeftRow } from "../../interchange/peft-methods.ts";
import { readPeft, writePeft } from "../../interchange/peft.ts";
import { isPlainConfig, readPlain, writePlain } from "../../interchange/plain-adapter.ts";
import { encodeSafetensors, openSafetensors } from "../../interchange/safetensors.ts";
import { baseNumbers } from "../../model/base-numbers.ts";
import { applyMethod } from "../../model/methods/methods.ts";
import type { NamedVectors, ParameterLayout } from "../../model/parameters.ts";
import type { ModelSpec } from "../../model/spec.ts";
import type { LoadedModel } from "../../model/weights.ts";
import type { ModelInfo } from "../../protocol/models-api.ts";
import type { NamedBytes } from "../../protocol/exchange-api.ts";
import type { RunData } from "../../protocol/runs-api.ts";
import { makeTraining } from "../../train/make-training.ts";
import { freshSnapshot } from "../../train/training.ts";
import { words } from "../../words/message.ts";
import { referenceTo, requireSameModel } from "../chat/adapters.ts";
import { otherBase } from "./other-base.ts";
import type { StoredRun } from "../runs/stored-runs.ts";
import { readWholeModel, wholeModelFiles } from "./whole-model.ts";

/** adapter_config.json and adapter_model.safetensors of a run of this model, or all of the model where the run made it; and history.jsonl. */
export function exportAdapterFiles(model: LoadedModel, run: StoredRun, data: RunData): NamedBytes[] {
  requireSameModel(model, run.record);
  const files = data.model ? wholeModelFiles(model, run, data.model) : adapterFiles(model, run);
  return [...files, historyFile(run)];
}

function adapterFiles(model: LoadedModel, { record, checkpoint }: StoredRun): NamedBytes[] {
  // Of a hub PEFT finds the repository and the commit; the name of what was loaded may end with a revision and a file.
  const base = hubIdOf(record.model) ?? record.model.name;
  const { commit } = record.model;
  const { method } = record.config;
  const files = writePeft(model.spec, method, checkpoint, base) ?? writePlain(model.spec, method, checkpoint, base);
  const settings = { ...files.config, ...(commit === undefined ? {} : { revision: commit }) };
  return [
    { name: adapterConfigName, bytes: encoded(JSON.stringify(settings, null, 2)) },
    { name: adapterWeightsName, bytes: encodeSafetensors(files.tensors, { format: "pt" }) },
  ];
}

const encoded = (text: string): Uint8Array => new TextEncoder().encode(text);

function historyFile({ history }: StoredRun): NamedBytes {
  const lines = [
    ...history.steps.map((report) => ({ kind: "step", ...report })),
    ...history.validations.map((report) => ({ kind: "validation", ...report })),
  ];
  return { name: "history.jsonl", bytes: encoded(lines.map((line) => `${JSON.stringify(line)}\n`).join("")) };
}

/** Whether what the method trains of such a model goes out as PEFT's files. */
export function hasPeftForm(spec: ModelSpec, config: MethodConfig): boolean {
  if (!hasPeftRow(config.kind)) return false;
  const { layout, fixed } = applyMethod(spec, config);
  const zeros = (groups: ParameterLayout): NamedVectors =>
    Object.fromEntries(groups.map(({ name, size }) => [name, new Float32Array(size)]));
  return writePeft(spec, config, { parameters: zeros(layout), fixed: zeros(fixed) }, "") !== null;
}

/** The folder of an adapter, PEFT's or mlx-lm's, as a finished run; returns its id. What there is to say about it is in its record. */
export async function importAdapterFiles(model: LoadedModel, info: ModelInfo, name: string, files: readonly NamedBytes[]): Promise<string> {
  const { method, parameters, fixed: stored, base, notes: own } = await readAdapter(model, files);
  const notes = [...otherBase(base, info.name), ...own];
  const config = { ...defaultRunConfig, method };
  const record: RunRecord = {
    version: formatVersion,
    id: crypto.randomUUID(),
    name,
    createdAt: Date.now(),
    phase: "finished",
    config,
    model: referenceTo(model, info),
    datasetName: words("run/imported-adapter"),
    exampleCount: 0,
    stepsDone: 0,
    checkpointStep: 0,
    lastLoss: null,
    lastValidationLoss: null,
    ...(notes.length > 0 ? { notes } : {}),
  };
  const training = makeTraining(model.spec, config);
  const fixed = (await training.method.measured?.(baseNumbers(model))) ?? stored;
  await createRun(
    record,
    { name: "", train: [], validation: [] },
    { version: formatVersion, ...freshSnapshot(training, { parameters, fixed }), cursor: null },
    { steps: [], validations: [] },
  );
  return record.id;
}

async function readAdapter({ spec }: LoadedModel, files: readonly NamedBytes[]): Promise<ReadAdapter> {
  const whole = wholeWeightsAmong(files, ({ name }) => name);
  if (whole) return readWholeModel(spec, new Blob([whole.bytes as Uint8Array<ArrayBuffer>]));
  const config = await parseJson(required(files, adapterConfigName));
  const isMlx = isMlxConfig(config);
  const weightsName = isMlx ? mlxWeightsName : adapterWeightsName;
  const weights = await openSafetensors(blobSource(weightsName, required(files, weightsName)));
  requireLayers(spec, weights);
  if (isMlx) return readMlx(spec, config, weights);
  return isPlainConfig(config) ? readPlain(spec, config, weights) : readPeft(spec, config, weights);
}

function required(files: readonly NamedBytes[], name: string): Blob {
  const file = files.find((candidate) => candidate.name === name);
  if (file) return new Blob([file.bytes as Uint8Array<ArrayBuffer>]);
  const other = files.find((candidate) => unreadableWeights.includes(candidate.name));
  if (other && name !== adapterConfigName)
    throw new AtelierError("adapter/unsupported#format", { found: other.name, file: adapterWeightsName });
  throw new AtelierError("adapter/file-missing", {
    file: name,
    config: adapterConfigName,
    peft: adapterWeightsName,
    mlx: mlxWeightsName,
  });
}

async function parseJson(file: Blob): Promise<unknown> {
  try {
    return JSON.parse(await file.text());
  } catch (cause) {
    throw new AtelierError("adapter/invalid#json", { file: adapterConfigName }, { cause });
  }
}
