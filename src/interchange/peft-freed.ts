// Parameters of the base that were trained themselves, as PEFT stores them without any adapter: a LoRA configuration whose target is
// PEFT's word for none, beside modules_to_save (whole modules) or bias = "all" (biases); and single tokens, which are a method of PEFT's.
import { peftRoot } from "../model/methods/peft-names.ts";
import { parseStoredConfig, type MethodConfig } from "../config/run-config.ts";
import { applyMethod } from "../model/methods/methods.ts";
import type { AppliedMethod } from "../model/methods/method.ts";
import { savable } from "../model/methods/saved.ts";
import type { ModelSpec } from "../model/spec.ts";
import { groupTensors, readGroups, type ReadAdapter } from "./adapter-tensors.ts";
import { parsePeftConfig } from "./peft-config.ts";
import type { PeftFiles, Trained } from "./peft-files.ts";
import { asSaid, embeddingModule, findsTables, tokenText, unsupported, withoutTiedHead, withTiedHead } from "./peft-base-tensors.ts";
import type { SafetensorsFile } from "./safetensors.ts";

type Config = Readonly<Record<string, unknown>>;
type FreedMethod = Extract<MethodConfig, { readonly kind: "bitfit" | "norms" | "last-k" | "embedding" }>;

const rowsSuffix = ".trainable_tokens_delta";

/** What target_modules says where there is no adapter beside what is saved. */
const noTarget = "dummy-target-modules";

/** @returns null where PEFT would not find all of it */
export function freedFiles(spec: ModelSpec, method: FreedMethod, { parameters }: Trained): PeftFiles | null {
  const applied = applyMethod(spec, method);
  const { layout, tiesHead } = applied;
  if (!findsTables(spec, applied)) return null;
  const tensors = groupTensors(layout, parameters).map((tensor) => ({ ...tensor, name: peftRoot + tensor.name }));
  const lora = { peft_type: "LORA", r: 8, lora_alpha: 8, lora_dropout: 0, target_modules: noTarget };
  if (method.kind === "bitfit") return { config: { ...lora, bias: "all", modules_to_save: null }, tensors };
  const names = new Set(layout.flatMap(({ entries }) => entries.map(({ tensor }) => tensor)));
  const modules = savable(spec).flatMap(({ module, entry }) => (names.has(entry.tensor) ? [module] : []));
  return {
    config: { ...lora, bias: "none", modules_to_save: [...new Set(modules)], ensure_weight_tying: tiesHead },
    tensors: tiesHead ? withTiedHead(spec, tensors) : tensors,
  };
}

export function tokenFiles(
  spec: ModelSpec,
  method: Extract<MethodConfig, { readonly kind: "tokens" }>,
  { parameters }: Trained,
): PeftFiles {
  const { layout, tokenIds, tiesHead } = applyMethod(spec, method);
  const config = { peft_type: "TRAINABLE_TOKENS", token_indices: tokenIds, target_modules: embeddingModule(spec), init_weights: true };
  const tensors = groupTensors(layout, parameters);
  return { config, tensors: tiesHead ? withTiedHead(spec, tensors, rowsSuffix) : tensors };
}

export function isFreedConfig({ target_modules: targets }: Config): boolean {
  return targets === noTarget;
}

/** @throws AtelierError `adapter/unsupported` where what is saved is none of our methods', `adapter/invalid`, `adapter/not-finite` */
export async function readFreed(spec: ModelSpec, config: Config, given: SafetensorsFile): Promise<ReadAdapter> {
  const { bias, modules_to_save: saved, ensure_weight_tying: ties, ...rest } = config;
  const { base } = parsePeftConfig(spec, rest);
  // Where the head is a matrix of its own there is nothing to tie.
  const isTied = ties === true && spec.tiedHead;
  const weights = isTied ? await withoutTiedHead(spec, given) : given;
  const names = new Set([...weights.tensors.keys()].map((name) => checkpointName(name)));
  const method = bias === "all" ? bitfitOf(spec, names) : wholeModulesOf(spec, names, isTied);
  if (!method || (bias === "all" && saved)) throw unsupported("modules_to_save", saved ?? bias);
  const format = { canonical: checkpointName, nameOf: (name: string) => peftRoot + name, transposed: false };
  const parameters = await readGroups(applyMethod(spec, method).layout, format, weights);
  return { method, parameters, fixed: {}, base, notes: [] };
}

/** @throws AtelierError `adapter/unsupported`, `adapter/invalid`, `adapter/not-finite` */
export async function readTokens(spec: ModelSpec, config: Config, given: SafetensorsFile): Promise<ReadAdapter> {
  const { token_indices: ids, target_modules: targets, init_weights: _begun, ...rest } = config;
  const [target] = Array.isArray(targets) ? (targets as unknown[]) : [targets];
  const isEmbedding = typeof target === "string" && target !== "" && embeddingModule(spec).endsWith(target);
  if (!(target === undefined || target === null || isEmbedding)) throw unsupported("target_modules", targets);
  const { base } = parsePeftConfig(spec, { ...rest, peft_type: "LORA", r: 1, lora_alpha: 1, target_modules: noTarget });
  const { method } = parseStoredConfig({ method: { kind: "tokens", tokenIds: tokenText("token_indices", ids) } });
  const { layout } = applyMethod(spec, method);
  const weights = await withoutTiedHead(spec, given, rowsSuffix);
  return { method, parameters: await readGroups(layout, asSaid, weights), fixed: {}, base, notes: [] };
}

function checkpointName(tensor: string): string {
  return tensor.replace(/^base_model\.model\./, "").replace(/\.modules_to_save\.[^.]+\./, ".");
}

function bitfitOf(spec: ModelSpec, names: ReadonlySet<string>): MethodConfig | undefined {
  return firstWith(
    spec,
    names,
    layerChoices(spec, names).map((layers) => ({ kind: "bitfit", layers })),
  );
}

function wholeModulesOf(spec: ModelSpec, names: ReadonlySet<string>, ties: boolean): MethodConfig | undefined {
  const norms = layerChoices(spec, names).map((layers) => ({ kind: "norms", layers }));
  const lastLayers = Array.from({ length: spec.layers }, (_, at) => ({ kind: "last-k", lastLayers: at + 1 }));
  const embedding = spec.tiedHead === ties ? [{ kind: "embedding" }] : [];
  return firstWith(spec, names, [...norms, ...lastLayers, ...embedding]);
}

/** All layers with what lies outside of them, or those from the first to the last that is there. */
function layerChoices({ layers, names: { layer } }: ModelSpec, names: ReadonlySet<string>): string[] {
  const there = [...Array(layers).keys()].filter((at) => [...names].some((name) => name.startsWith(layer(at))));
  return ["", ...(there.length > 0 ? [`${there[0]}:${there.at(-1)}`] : [])];
}

/** The first method that trains exactly these tensors of the checkpoint. */
function firstWith(spec: ModelSpec, names: ReadonlySet<string>, sections: readonly unknown[]): MethodConfig | undefined {
  const methods = sections.map((method) => parseStoredConfig({ method }).method);
  return methods.find((method) => {
    const trained = trainedNames(spec, method);
    return trained.length === names.size && trained.every((name) => names.has(name));
  });
}

/** None where the method cannot be applied: a model without biases has no BitFit. */
function trainedNames(spec: ModelSpec, method: MethodConfig): readonly string[] {
  let applied: AppliedMethod;
  try {
    applied = applyMethod(spec, method);
  } catch {
    return [];
  }
  return applied.layout.flatMap(({ entries }) => entries.map(({ tensor }) => tensor));
}
