// What an adapter trained of the base beside its own matrices, as PEFT stores it: modules_to_save and trainable_token_indices. The adapter
// itself is written and read as without them; the tensors of both stand in one file.
import { parseStoredConfig, type MethodConfig } from "../config/run-config.ts";
import { readTokenIds } from "../config/written-knobs.ts";
import { isRecord } from "../base/json.ts";
import { applyMethod } from "../model/methods/methods.ts";
import { savedParameters, savedTensors, type SavedSettings } from "../model/methods/saved.ts";
import type { NamedVectors, ParameterLayout } from "../model/parameters.ts";
import type { ModelSpec } from "../model/spec.ts";
import { groupTensors, readGroups, type ReadAdapter } from "./adapter-tensors.ts";
import { asSaid, embeddingModule, findsTables, tokenText, unsupported, withoutTiedHead, withTiedHead } from "./peft-base-tensors.ts";
import type { PeftFiles, Trained } from "./peft-files.ts";
import type { SafetensorsFile } from "./safetensors.ts";

type Config = Readonly<Record<string, unknown>>;
type SavingMethod = Extract<MethodConfig, SavedSettings>;
type Write = (spec: ModelSpec, method: MethodConfig, trained: Trained) => PeftFiles | null;
type Read = (spec: ModelSpec, config: Config, weights: SafetensorsFile) => Promise<ReadAdapter>;

/**
 * @param write of the adapter alone
 * @returns null where PEFT has no such method, or would not find all of it
 */
export function writeSaved(spec: ModelSpec, method: MethodConfig, trained: Trained, write: Write): PeftFiles | null {
  if (!("save" in method) || (method.save.length === 0 && method.tokenIds === "")) return write(spec, method, trained);
  const applied = applyMethod(spec, method);
  if (!findsTables(spec, applied)) return null;
  const { own, saved } = apart(spec, method);
  const vectors = own.map(({ name, size }) => [name, trained.parameters[name]?.subarray(0, size) ?? new Float32Array()] as const);
  const files = write(spec, alone(method), { ...trained, parameters: Object.fromEntries(vectors) });
  if (!files) return null;
  const modules = new Set(savedParameters(spec, method).map(({ module }) => module));
  const ids = method.tokenIds === "" ? null : readTokenIds(method.tokenIds);
  const config = {
    ...files.config,
    modules_to_save: modules.size > 0 ? [...modules] : null,
    ensure_weight_tying: method.tieSaved,
    trainable_token_indices: ids && { [embeddingModule(spec).split(".").at(-1) as string]: ids },
  };
  const more = groupTensors(saved, trained.parameters);
  return { config, tensors: [...files.tensors, ...(applied.tiesHead ? withTiedHead(spec, more) : more)] };
}

/** @param read of the adapter alone */
export async function readSaved(spec: ModelSpec, config: Config, given: SafetensorsFile, read: Read): Promise<ReadAdapter> {
  const { modules_to_save: modules, trainable_token_indices: tokens, ensure_weight_tying: ties = false, ...rest } = config;
  const save = modulesOf(modules);
  const settings = { save, tieSaved: ties === true && hasTieOf(spec, save), tokenIds: tokensOf(spec, tokens) };
  if (settings.save.length === 0 && settings.tokenIds === "") return read(spec, config, given);
  const weights = settings.tieSaved ? await withoutTiedHead(spec, given) : given;
  const names = new Set(savedTensors(spec, settings));
  const part = (isSaved: boolean): SafetensorsFile => {
    return { ...weights, tensors: new Map([...weights.tensors].filter(([name]) => names.has(name) === isSaved)) };
  };
  const adapter = await read(spec, rest, part(false));
  // Not all methods can train parts of the base as well.
  if (!("save" in adapter.method))
    throw settings.save.length > 0 ? unsupported("modules_to_save", modules) : unsupported("trainable_token_indices", tokens);
  const method = parseStoredConfig({ method: { ...adapter.method, ...settings } }).method as SavingMethod;
  const { own, saved, all } = apart(spec, method);
  const more = await readGroups(saved, asSaid, part(true));
  const vectors = all.map(({ name, size }) => {
    const flat = new Float32Array(size);
    flat.set(more[name] ?? []);
    if (own.some((group) => group.name === name)) flat.set(adapter.parameters[name] ?? []);
    return [name, flat] as const;
  });
  return { ...adapter, method, parameters: Object.fromEntries(vectors) satisfies NamedVectors };
}

/** The adapter's own groups, and what is saved where it lies in the groups of both. */
function apart(spec: ModelSpec, method: SavingMethod) {
  const [own, all] = [applyMethod(spec, alone(method)).layout, applyMethod(spec, method).layout];
  const saved: ParameterLayout = all.flatMap((group) => {
    const entries = group.entries.slice(own.find(({ name }) => name === group.name)?.entries.length ?? 0);
    return entries.length > 0 ? [{ ...group, entries }] : [];
  });
  return { own, saved, all };
}

function alone(method: SavingMethod): MethodConfig {
  return { ...method, save: [], tieSaved: false, tokenIds: "" };
}

function modulesOf(modules: unknown): readonly string[] {
  if (modules === null || modules === undefined) return [];
  if (Array.isArray(modules) && modules.every((name) => typeof name === "string" && name !== "")) return modules as string[];
  throw unsupported("modules_to_save", modules);
}

/** PEFT ties a table that is saved whole, where the model's head is tied to it; single tokens are rows of both always. */
function hasTieOf(spec: ModelSpec, save: readonly string[]): boolean {
  return spec.tiedHead && savedParameters(spec, { save, tieSaved: true }).some(({ entry }) => entry.name === "table");
}

/** A list is of the embedding; a record has lists by the names of modules. */
function tokensOf(spec: ModelSpec, tokens: unknown): string {
  if (tokens === null || tokens === undefined) return "";
  if (!isRecord(tokens)) return tokenText("trainable_token_indices", tokens);
  const [found, ...others] = Object.entries(tokens);
  if (!found || others.length > 0 || !embeddingModule(spec).endsWith(found[0])) throw unsupported("trainable_token_indices", tokens);
  return tokenText("trainable_token_indices", found[1]);
}
