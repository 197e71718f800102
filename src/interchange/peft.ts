// Adapters as Hugging Face PEFT stores them: adapter_config.json and adapter_model.safetensors, out and in.
import { adapterConfigName } from "../config/adapter-files.ts";
import type { MethodConfig } from "../config/run-config.ts";
import type { ModelSpec } from "../model/spec.ts";
import { words } from "../words/message.ts";
import { invalidAdapter, type ReadAdapter } from "./adapter-tensors.ts";
import type { PeftFiles, Trained } from "./peft-files.ts";
import { isFreedConfig, readFreed } from "./peft-freed.ts";
import { peftFiles, readPeftFiles } from "./peft-methods.ts";
import { readSaved, writeSaved } from "./peft-saved.ts";
import type { SafetensorsFile } from "./safetensors.ts";

/**
 * @param baseModel the name of the base, for whoever opens the adapter elsewhere
 * @returns null where PEFT has no such method
 */
export function writePeft(spec: ModelSpec, method: MethodConfig, trained: Trained, baseModel: string): PeftFiles | null {
  const files = writeSaved(spec, method, trained, peftFiles);
  if (!files) return null;
  const shared = { task_type: "CAUSAL_LM", base_model_name_or_path: baseModel, inference_mode: true };
  return { ...files, config: { ...shared, ...files.config } };
}

/** @throws AtelierError `adapter/unsupported`, `adapter/invalid`, `adapter/not-finite`, naming the key or tensor. */
export async function readPeft(spec: ModelSpec, config: unknown, weights: SafetensorsFile): Promise<ReadAdapter> {
  if (typeof config !== "object" || config === null || Array.isArray(config))
    throw invalidAdapter(words("adapter/no-object", { file: adapterConfigName }));
  const settings = config as Readonly<Record<string, unknown>>;
  return isFreedConfig(settings) ? readFreed(spec, settings, weights) : readSaved(spec, settings, weights, readPeftFiles);
}
