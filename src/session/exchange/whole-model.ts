// A whole model as tuned parameters, out and in: what a run from scratch makes is no change of anything, and goes out as the folder of a
// model; the weights of such a folder come in as those of a full fine-tuning of the loaded model, where the two have one shape.
import { blobSource } from "../../base/byte-source.ts";
import { wholeWeightsName } from "../../config/adapter-files.ts";
import { parseStoredConfig } from "../../config/run-config.ts";
import { groupTensors, readGroups, type ReadAdapter } from "../../interchange/adapter-tensors.ts";
import { asSaid, withoutTiedHead } from "../../interchange/peft-base-tensors.ts";
import { encodeSafetensors, openSafetensors } from "../../interchange/safetensors.ts";
import { isIgnorable } from "../../model/check-tensors.ts";
import { applyMethod } from "../../model/methods/methods.ts";
import type { ModelSpec } from "../../model/spec.ts";
import type { LoadedModel } from "../../model/weights.ts";
import type { NamedBytes } from "../../protocol/exchange-api.ts";
import type { SmallFiles } from "../models/new-model.ts";
import type { StoredRun } from "../runs/stored-runs.ts";

/** The model's small files, and its weights as they are trained. */
export function wholeModelFiles({ spec }: LoadedModel, { record, checkpoint }: StoredRun, small: SmallFiles): NamedBytes[] {
  const { layout } = applyMethod(spec, record.config.method);
  const weights = encodeSafetensors(groupTensors(layout, checkpoint.parameters), { format: "pt" });
  return [
    ...Object.entries(small).map(([name, text]) => ({ name, bytes: new TextEncoder().encode(text) })),
    { name: wholeWeightsName, bytes: weights },
  ];
}

/** @throws AtelierError `adapter/invalid`, `adapter/not-finite`, naming the tensor; `model/file-invalid` */
export async function readWholeModel(spec: ModelSpec, weights: Blob): Promise<ReadAdapter> {
  const { method } = parseStoredConfig({ method: { kind: "full" } });
  const file = await withoutTiedHead(spec, await openSafetensors(blobSource(wholeWeightsName, weights)), ".weight", "");
  const tensors = new Map([...file.tensors].filter(([name]) => !isIgnorable(spec, name)));
  const parameters = await readGroups(applyMethod(spec, method).layout, asSaid, { ...file, tensors });
  return { method, parameters, fixed: {}, base: null, notes: [] };
}
