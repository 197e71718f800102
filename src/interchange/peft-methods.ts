// How PEFT writes methods down: a row per kind to write it, and one per peft_type to read it. A kind without a row is no method of PEFT;
// it goes out as plain safetensors with a description.
import type { MethodConfig, MethodKind } from "../config/run-config.ts";
import { applyMethod } from "../model/methods/methods.ts";
import type { ModelSpec } from "../model/spec.ts";
import { groupTensors, type ReadAdapter } from "./adapter-tensors.ts";
import type { PeftFiles, Trained } from "./peft-files.ts";
import { freedFiles, readTokens, tokenFiles } from "./peft-freed.ts";
import { loraConfig, readLoraFiles, withoutZeroPairs } from "./peft-lora.ts";
import type { SafetensorsFile } from "./safetensors.ts";

type SettingsOf<K extends MethodKind> = Extract<MethodConfig, { readonly kind: K }>;

const writers: { readonly [K in MethodKind]?: (spec: ModelSpec, settings: SettingsOf<K>, trained: Trained) => PeftFiles | null } = {
  lora: (spec, settings, { parameters }) => {
    const { tensors, modules } = withoutZeroPairs(groupTensors(applyMethod(spec, settings).layout, parameters));
    return { config: loraConfig(spec, settings, modules), tensors };
  },
  bitfit: freedFiles,
  norms: freedFiles,
  "last-k": freedFiles,
  embedding: freedFiles,
  tokens: tokenFiles,
};

/** By peft_type. */
const readers: Readonly<
  Record<string, (spec: ModelSpec, config: Readonly<Record<string, unknown>>, weights: SafetensorsFile) => Promise<ReadAdapter>>
> = {
  LORA: readLoraFiles,
  TRAINABLE_TOKENS: readTokens,
};

/** @returns null where PEFT has no such method, or would not find all of it */
export function peftFiles(spec: ModelSpec, config: MethodConfig, trained: Trained): PeftFiles | null {
  const write = writers[config.kind] as ((spec: ModelSpec, settings: MethodConfig, trained: Trained) => PeftFiles | null) | undefined;
  return write?.(spec, config, trained) ?? null;
}

/** Reads an adapter by its peft_type; LoRA's configuration may leave it out. @throws AtelierError `adapter/unsupported`, `adapter/invalid` */
export function readPeftFiles(spec: ModelSpec, config: Readonly<Record<string, unknown>>, weights: SafetensorsFile): Promise<ReadAdapter> {
  const { peft_type: type } = config;
  const read = typeof type === "string" && Object.hasOwn(readers, type) ? readers[type] : undefined;
  return (read ?? readLoraFiles)(spec, config, weights);
}
