// Adapters in and out in PEFT's files, with the history of the run beside them.
import { blobSource } from "../base/byte-source.ts";
import { AtelierError } from "../base/errors.ts";
import { formatVersion, type RunRecord } from "../checkpoint/run-record.ts";
import { createRun } from "../checkpoint/run-store.ts";
import { defaultRunConfig } from "../config/run-config.ts";
import { adapterConfigName, adapterWeightsName, peftConfig, peftTensors, readPeft } from "../interchange/peft.ts";
import { encodeSafetensors, openSafetensors } from "../interchange/safetensors.ts";
import { targetsOf } from "../model/adapter-layout.ts";
import type { LoadedModel } from "../model/weights.ts";
import type { ModelInfo, NamedBytes } from "../protocol/engine-api.ts";
import { freshSnapshot } from "../train/trainer.ts";
import { layoutOf, referenceTo, requireSameModel } from "./adapters.ts";
import type { StoredRun } from "./stored-runs.ts";

/** adapter_config.json, adapter_model.safetensors and history.jsonl of a run of this model. */
export function exportAdapterFiles(model: LoadedModel, { record, checkpoint, history }: StoredRun): NamedBytes[] {
  requireSameModel(model, record);
  const layout = layoutOf(model, record);
  const text = (value: string): Uint8Array => new TextEncoder().encode(value);
  const lines = [
    ...history.steps.map((report) => ({ kind: "step", ...report })),
    ...history.validations.map((report) => ({ kind: "validation", ...report })),
  ];
  return [
    { name: adapterConfigName, bytes: text(JSON.stringify(peftConfig(model.spec, layout, record.model.name), null, 2)) },
    { name: adapterWeightsName, bytes: encodeSafetensors(peftTensors(model.spec, layout, checkpoint.adapter), { format: "pt" }) },
    { name: "history.jsonl", bytes: text(lines.map((line) => `${JSON.stringify(line)}\n`).join("")) },
  ];
}

/** A PEFT folder as a finished run; returns its id. */
export async function importAdapterFiles(model: LoadedModel, info: ModelInfo, name: string, files: readonly NamedBytes[]): Promise<string> {
  const weights = await openSafetensors(blobSource(adapterWeightsName, blob(files, adapterWeightsName)));
  const config = await parseJson(blob(files, adapterConfigName));
  const { layout, layers } = await readPeft(model.spec, config, weights);
  const record: RunRecord = {
    version: formatVersion,
    id: crypto.randomUUID(),
    name,
    createdAt: Date.now(),
    phase: "finished",
    config: { ...defaultRunConfig, rank: layout.rank, alpha: layout.alpha, targets: targetsOf(model.spec, layout) },
    model: referenceTo(model, info),
    datasetName: "imported adapter",
    exampleCount: 0,
    stepsDone: 0,
    checkpointStep: 0,
    lastLoss: null,
    lastValidationLoss: null,
  };
  await createRun(
    record,
    { name: "", train: [], validation: [] },
    { version: formatVersion, ...freshSnapshot(layers), cursor: null },
    { steps: [], validations: [] },
  );
  return record.id;
}

function blob(files: readonly NamedBytes[], name: string): Blob {
  const file = files.find((candidate) => candidate.name === name);
  if (file) return new Blob([file.bytes as Uint8Array<ArrayBuffer>]);
  throw new AtelierError(
    "adapter/file-missing",
    `The adapter folder has no ${name}.`,
    `A PEFT adapter is ${adapterConfigName} and ${adapterWeightsName}.`,
  );
}

async function parseJson(file: Blob): Promise<unknown> {
  try {
    return JSON.parse(await file.text());
  } catch (cause) {
    throw new AtelierError("adapter/invalid", `${adapterConfigName} is not valid JSON.`, "Take the file as PEFT wrote it.", { cause });
  }
}
