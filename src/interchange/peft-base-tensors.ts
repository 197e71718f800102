// What files of PEFT have in common that hold parameters of the base: their names, and tables that are stored twice.
import { peftRoot } from "../model/methods/peft-names.ts";
import { AtelierError } from "../base/errors.ts";
import { adapterConfigName } from "../config/adapter-files.ts";
import type { AppliedMethod } from "../model/methods/method.ts";
import type { ModelSpec } from "../model/spec.ts";
import { words } from "../words/message.ts";
import { invalidAdapter, type AdapterFormat } from "./adapter-tensors.ts";
import { shortened } from "./peft-pattern.ts";
import { readTensor, type SafetensorsFile, type TensorToStore } from "./safetensors.ts";

/** Tensors under the names that the layout has for them. */
export const asSaid: AdapterFormat = { canonical: (tensor) => tensor, nameOf: (name) => name, transposed: false };

export function embeddingModule({ names }: ModelSpec): string {
  return names.embedding.replace(/\.weight$/, "");
}

/** The setting that means these tokens. @throws AtelierError `adapter/unsupported` where they are no list of numbers */
export function tokenText(key: string, ids: unknown): string {
  if (!Array.isArray(ids) || ids.some((id) => !Number.isInteger(id) || id < 0)) throw unsupported(key, ids);
  return ids.join(", ");
}

/**
 * Whether PEFT finds the tables that are trained. It ties those that are called embed_tokens alone, and transformers 5 calls GPT-NeoX's
 * head otherwise than 4 did.
 */
export function findsTables(spec: ModelSpec, { layout, tiesHead }: Pick<AppliedMethod, "layout" | "tiesHead">): boolean {
  const isTrained = (wanted: string): boolean => layout.some(({ entries }) => entries.some(({ name }) => name === wanted));
  if (isTrained("table") && tiesHead && !embeddingModule(spec).endsWith("embed_tokens")) return false;
  return spec.names.head === "lm_head" || !["head.weight", "head.bias"].some(isTrained);
}

/** With what is trained of a tied table a second time as the head's: PEFT misses it else. */
export function withTiedHead(spec: ModelSpec, tensors: readonly TensorToStore[], suffix = ".weight"): readonly TensorToStore[] {
  const table = tensors.find(({ name }) => name === `${peftRoot}${embeddingModule(spec)}${suffix}`);
  return table ? [...tensors, { ...table, name: `${peftRoot}${spec.names.head}${suffix}` }] : tensors;
}

/**
 * Without it.
 * @param suffix of the two tensors' names
 * @param root before them
 * @throws AtelierError `adapter/invalid` where the two differ
 */
export async function withoutTiedHead(
  spec: ModelSpec,
  weights: SafetensorsFile,
  suffix = ".weight",
  root: string = peftRoot,
): Promise<SafetensorsFile> {
  const [head, table] = [`${root}${spec.names.head}${suffix}`, `${root}${embeddingModule(spec)}${suffix}`];
  if (!spec.tiedHead || !weights.tensors.has(head) || !weights.tensors.has(table)) return weights;
  const [own, other] = [await readTensor(weights, head), await readTensor(weights, table)];
  if (own.length !== other.length || own.some((value, at) => value !== other[at]))
    throw invalidAdapter(words("adapter/tied-differ", { file: weights.source.name, first: table, second: head }));
  return { ...weights, tensors: new Map([...weights.tensors].filter(([name]) => name !== head)) };
}

export function unsupported(key: string, found: unknown): AtelierError {
  return new AtelierError("adapter/unsupported#peft", { file: adapterConfigName, key, found: shortened(found) });
}
