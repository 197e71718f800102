// What PEFT has no form for: plain safetensors under the checkpoint's names, and an adapter_config.json of our own that says which method
// they are of. Read back as strictly as PEFT's.
import { AtelierError } from "../base/errors.ts";
import { isRecord } from "../base/json.ts";
import { adapterConfigName } from "../config/adapter-files.ts";
import { parseStoredConfig, type MethodConfig } from "../config/run-config.ts";
import { applyMethod } from "../model/methods/methods.ts";
import type { ParameterLayout } from "../model/parameters.ts";
import type { ModelSpec } from "../model/spec.ts";
import { words } from "../words/message.ts";
import { baseNamed, groupTensors, readGroups, unexpected, type ReadAdapter } from "./adapter-tensors.ts";
import { asSaid, unsupported } from "./peft-base-tensors.ts";
import type { PeftFiles, Trained } from "./peft-files.ts";
import type { SafetensorsFile } from "./safetensors.ts";

/** Raised when files of older versions of Atelier could not be read any more as they are. */
const plainVersion = 1;

/** Before the names of what is kept and not trained. */
const fixedPrefix = "fixed.";

export function writePlain(spec: ModelSpec, method: MethodConfig, { parameters, fixed }: Trained, base: string): PeftFiles {
  const applied = applyMethod(spec, method);
  const kept = groupTensors(applied.fixed, fixed).map((tensor) => ({ ...tensor, name: fixedPrefix + tensor.name }));
  return {
    config: { atelier: { version: plainVersion, base_model: base, method } },
    tensors: [...groupTensors(applied.layout, parameters), ...kept],
  };
}

type PlainConfig = Readonly<Record<string, unknown>> & { readonly atelier: unknown };

export function isPlainConfig(config: unknown): config is PlainConfig {
  return isRecord(config) && "atelier" in config;
}

/** @throws AtelierError `adapter/unsupported` of a newer version, `config/invalid`, `adapter/invalid`, `adapter/not-finite` */
export async function readPlain(spec: ModelSpec, config: PlainConfig, weights: SafetensorsFile): Promise<ReadAdapter> {
  const { atelier, revision: _of, ...others } = config;
  const [other] = Object.keys(others);
  if (other !== undefined) throw unsupported(other, config[other]);
  if (!isRecord(atelier)) throw unexpected("atelier", atelier, words("adapter/object"));
  const { version, base_model: base, method: given } = atelier;
  if (typeof version !== "number" || !Number.isInteger(version)) throw unexpected("atelier.version", version, words("adapter/whole"));
  if (version > plainVersion)
    throw new AtelierError("adapter/unsupported#newer", { file: adapterConfigName, version, known: plainVersion });
  if (!isRecord(given)) throw unexpected("atelier.method", given, words("adapter/object"));
  const { method } = parseStoredConfig({ method: given });
  const applied = applyMethod(spec, method);
  const part = (isFixed: boolean): SafetensorsFile => ({
    ...weights,
    tensors: new Map([...weights.tensors].filter(([name]) => name.startsWith(fixedPrefix) === isFixed)),
  });
  return {
    method,
    parameters: await readGroups(applied.layout, asSaid, part(false)),
    fixed: await readGroups(prefixed(applied.fixed), asSaid, part(true)),
    base: baseNamed(base),
    notes: [],
  };
}

function prefixed(layout: ParameterLayout): ParameterLayout {
  return layout.map((group) => ({
    ...group,
    entries: group.entries.map((entry) => ({ ...entry, tensor: fixedPrefix + entry.tensor })),
  }));
}
