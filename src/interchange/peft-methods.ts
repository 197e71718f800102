// How PEFT writes methods down: a row per kind to write it, and one per peft_type to read it. A kind without a row is no method of PEFT;
// it goes out as plain safetensors with a description.
import { AtelierError } from "../base/errors.ts";
import { adapterConfigName } from "../config/adapter-files.ts";
import type { MethodConfig, MethodKind } from "../config/run-config.ts";
import type { ModelSpec } from "../model/spec.ts";
import type { ReadAdapter } from "./adapter-tensors.ts";
import { readBeside, writeBeside, type BesideKind } from "./peft-beside.ts";
import { saysNothing } from "./peft-config.ts";
import type { PeftFiles, Trained } from "./peft-files.ts";
import { freedFiles, readTokens, tokenFiles } from "./peft-freed.ts";
import { loraFiles, pissaFiles, readLoraFiles } from "./peft-lora.ts";
import { promptFiles, readPrefixFiles, readPromptFiles } from "./peft-prompt.ts";
import { shortened } from "./peft-pattern.ts";
import type { SafetensorsFile } from "./safetensors.ts";

type SettingsOf<K extends MethodKind> = Extract<MethodConfig, { readonly kind: K }>;

const writers: { readonly [K in MethodKind]?: (spec: ModelSpec, settings: SettingsOf<K>, trained: Trained) => PeftFiles | null } = {
  lora: loraFiles,
  rslora: loraFiles,
  dora: loraFiles,
  pissa: pissaFiles,
  ia3: writeBeside,
  vera: writeBeside,
  loha: writeBeside,
  lokr: writeBeside,
  oft: writeBeside,
  boft: writeBeside,
  prompt: promptFiles,
  prefix: promptFiles,
  bitfit: freedFiles,
  norms: freedFiles,
  "last-k": freedFiles,
  embedding: freedFiles,
  tokens: tokenFiles,
};

export function hasPeftRow(kind: MethodKind): boolean {
  return writers[kind] !== undefined;
}

type Read = (spec: ModelSpec, config: Readonly<Record<string, unknown>>, weights: SafetensorsFile) => Promise<ReadAdapter>;

function readerOf(kind: BesideKind): Read {
  return (spec, config, weights) => readBeside(spec, kind, config, weights);
}

/** By peft_type. */
const readers: Readonly<Record<string, Read>> = {
  LORA: readLoraFiles,
  IA3: readerOf("ia3"),
  VERA: readerOf("vera"),
  LOHA: readerOf("loha"),
  LOKR: readerOf("lokr"),
  OFT: readerOf("oft"),
  BOFT: readerOf("boft"),
  PROMPT_TUNING: readPromptFiles,
  PREFIX_TUNING: readPrefixFiles,
  TRAINABLE_TOKENS: readTokens,
};

/** @returns null where PEFT has no such method, or not for this model's layers */
export function peftFiles(spec: ModelSpec, config: MethodConfig, trained: Trained): PeftFiles | null {
  const write = writers[config.kind] as ((spec: ModelSpec, settings: MethodConfig, trained: Trained) => PeftFiles | null) | undefined;
  return write?.(spec, config, trained) ?? null;
}

/**
 * Reads an adapter by its peft_type; LoRA's configuration may leave it out.
 * @throws AtelierError `adapter/unsupported`, `adapter/invalid`
 */
export async function readPeftFiles(
  spec: ModelSpec,
  config: Readonly<Record<string, unknown>>,
  weights: SafetensorsFile,
): Promise<ReadAdapter> {
  const { peft_type: type = "LORA" } = config;
  const read = typeof type === "string" && Object.hasOwn(readers, type) ? readers[type] : undefined;
  if (read ?? saysNothing(type)) return (read ?? readLoraFiles)(spec, config, weights);
  throw new AtelierError("adapter/unsupported#peft", { file: adapterConfigName, key: "peft_type", found: shortened(type) });
}
