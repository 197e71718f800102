// An adapter's tensors as the vectors of a method's groups, whatever program wrote them: each tensor that the configuration announces is
// there, nothing is left over, shapes fit the base, and every number is finite.
import { AtelierError } from "../base/errors.ts";
import { firstNotFinite } from "../base/finite.ts";
import { sameShape, type Shape } from "../base/tensor.ts";
import { adapterConfigName } from "../config/adapter-files.ts";
import { parseStoredConfig, type MethodConfig } from "../config/run-config.ts";
import { patternsText } from "../config/written-knobs.ts";
import { patternsFor } from "../model/methods/lora-modules.ts";
import { applyMethod } from "../model/methods/methods.ts";
import { modulePath, shortestTargets } from "../model/methods/targets.ts";
import type { NamedVectors, ParameterLayout } from "../model/parameters.ts";
import type { LinearSlot, ModelSpec } from "../model/spec.ts";
import { words, type Words } from "../words/message.ts";
import { fileTensors, joined, split, type FileTensor } from "./file-tensors.ts";
import { shortened } from "./peft-pattern.ts";
import { readTensor, type SafetensorsFile, type TensorToStore } from "./safetensors.ts";

/** How a program names and lays out the tensors of an adapter. */
export interface AdapterFormat {
  /** The name under which a layout knows a tensor of the file; null where it is none of the format's. */
  readonly canonical: (tensor: string) => string | null;
  /** The format's name for it, for messages. */
  readonly nameOf: (canonical: string) => string;
  /** Matrices are stored with rows and columns exchanged. */
  readonly transposed: boolean;
}

export interface ReadAdapter {
  readonly method: MethodConfig;
  readonly parameters: NamedVectors;
  /** Of the method's `fixed`: all of it. */
  readonly fixed: NamedVectors;
  /** The base that the adapter was made for; null where its files do not say. */
  readonly base: string | null;
  /** What is true of the adapter and not seen in what it does. */
  readonly notes: readonly Words[];
}

/** {@link ReadAdapter.base} of what a file says of it; an empty name says nothing. */
export function baseNamed(said: unknown): string | null {
  return typeof said === "string" && said !== "" ? said : null;
}

/** Paths of the modules that an adapter may change, layer by layer. */
export function modulesOf(spec: ModelSpec): string[] {
  return Array.from({ length: spec.layers }, (_, layer) => spec.linears.map((slot) => modulePath(spec, layer, slot))).flat();
}

/** What the configuration of a LoRA adapter says. */
export interface LoraAnnouncement {
  readonly kind: "lora" | "rslora" | "dora";
  readonly rank: number;
  readonly alpha: number;
  /** Those of a module, by its path; undefined: the ones above. */
  readonly rankOf?: (module: string) => number | undefined;
  readonly alphaOf?: (module: string) => number | undefined;
  readonly dropout?: number;
  readonly base: string | null;
  /** Whether a module has a pair, by its path in the base, e.g. "model.layers.0.self_attn.q_proj". */
  readonly announces: (module: string) => boolean;
  /** What the settings say that nothing follows from. */
  readonly notes: readonly Words[];
}

/** @throws AtelierError `adapter/invalid`, `adapter/not-finite`, naming the tensor. */
export async function readLora(
  spec: ModelSpec,
  announced: LoraAnnouncement,
  format: AdapterFormat,
  weights: SafetensorsFile,
): Promise<ReadAdapter> {
  const modules = announcedModules(spec, announced.announces);
  const { method } = parseStoredConfig({ method: loraSection(spec, announced, modules) });
  const parameters = await readGroups(applyMethod(spec, method).layout, format, weights);
  return { method, parameters, fixed: {}, base: announced.base, notes: [...announced.notes, ...partOfModel(spec, modules)] };
}

/** The settings that mean these modules, with patterns for those whose numbers are their own. */
function loraSection(spec: ModelSpec, announced: LoraAnnouncement, modules: ReadonlySet<string>) {
  const { kind, rank, alpha, rankOf, alphaOf, dropout = 0 } = announced;
  const numbered = slotsOf(spec, modules).map((slots, layer) =>
    slots.map((slot) => {
      const module = modulePath(spec, layer, slot);
      return { slot, layer, module, rank: rankOf?.(module) ?? rank, alpha: alphaOf?.(module) ?? alpha };
    }),
  );
  return {
    kind,
    rank,
    alpha,
    dropout,
    targets: shortestTargets(spec, slotsOf(spec, modules)),
    rankPattern: patternsText(patternsFor(spec, numbered, (module) => module.rank, rank)),
    alphaPattern: patternsText(patternsFor(spec, numbered, (module) => module.alpha, alpha)),
  };
}

/**
 * Reads exactly the tensors of a layout.
 * @throws AtelierError `adapter/invalid`, `adapter/not-finite`, naming the tensor.
 */
export async function readGroups(layout: ParameterLayout, format: AdapterFormat, weights: SafetensorsFile): Promise<NamedVectors> {
  const tensors = fileTensors(layout);
  const found = locateAll(tensors, format, weights);
  // Before anything is allocated: a configuration may announce any size.
  for (const tensor of tensors) requireShape(tensor, format, weights, found);
  const vectors = Object.fromEntries(layout.map(({ name, size }) => [name, new Float32Array(size)]));
  for (const file of tensors) split(file, await readFinite(weights, found.get(file.tensor) ?? "", format.transposed), vectors);
  return vectors;
}

/**
 * The tensors of a layout under the names that files have for them, sorted: parameters, or their gradients.
 */
export function groupTensors(layout: ParameterLayout, vectors: NamedVectors): TensorToStore[] {
  const tensors = fileTensors(layout).map((file) => ({ name: file.tensor, shape: file.shape, data: joined(file, vectors) }));
  return tensors.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** The modules that an adapter is for. @throws AtelierError `adapter/invalid` where they are none of a layer's, or none at all */
export function announcedModules(spec: ModelSpec, announces: (module: string) => boolean): ReadonlySet<string> {
  const outside = [spec.names.head, spec.names.embedding.replace(/\.weight$/, "")].find(announces);
  if (outside !== undefined) throw invalidAdapter(words("adapter/outside-blocks", { file: adapterConfigName, module: outside }));
  const modules = new Set(modulesOf(spec).filter(announces));
  if (modules.size > 0) return modules;
  throw invalidAdapter(words("adapter/no-layer", { file: adapterConfigName, family: spec.family }));
}

/** The shortest names of modules. */
export function targetsOf(spec: ModelSpec, modules: ReadonlySet<string>): string[] {
  return shortestTargets(spec, slotsOf(spec, modules));
}

function slotsOf(spec: ModelSpec, modules: ReadonlySet<string>): LinearSlot[][] {
  return Array.from({ length: spec.layers }, (_, layer) => spec.linears.filter((slot) => modules.has(modulePath(spec, layer, slot))));
}

/** @throws AtelierError `adapter/invalid` where the file has a tensor of a layer that the base lacks: it is of a deeper model */
export function requireLayers({ layers }: ModelSpec, { source, tensors }: SafetensorsFile): void {
  for (const tensor of tensors.keys()) {
    const layer = Number(/\.(?:layers|h)\.(\d+)\./.exec(tensor)?.[1] ?? 0);
    if (layer >= layers) throw invalidAdapter(words("adapter/too-deep", { file: source.name, tensor, layer, layers, last: layers - 1 }));
  }
}

/** Names in the file by those of the layout. */
function locateAll(
  layout: readonly FileTensor[],
  { canonical }: AdapterFormat,
  { source, tensors }: SafetensorsFile,
): ReadonlyMap<string, string> {
  const known = new Set(layout.map(({ tensor }) => tensor));
  const found = new Map<string, string>();
  for (const name of tensors.keys()) {
    const meant = canonical(name);
    if (meant === null || !known.has(meant))
      throw invalidAdapter(words("adapter/not-announced", { file: source.name, tensor: name, config: adapterConfigName }));
    const twin = found.get(meant);
    if (twin !== undefined) throw invalidAdapter(words("adapter/twins", { file: source.name, first: twin, second: name }));
    found.set(meant, name);
  }
  return found;
}

function requireShape(
  { tensor, shape }: FileTensor,
  { transposed, nameOf }: AdapterFormat,
  { source, tensors }: SafetensorsFile,
  found: ReadonlyMap<string, string>,
): void {
  const name = found.get(tensor);
  const stored = name === undefined ? undefined : tensors.get(name)?.shape;
  if (name === undefined || !stored) throw invalidAdapter(words("adapter/no-tensor", { file: source.name, tensor: nameOf(tensor) }));
  const wanted = transposed ? shape.toReversed() : shape;
  if (!sameShape(stored, wanted))
    throw invalidAdapter(words("adapter/shape", { tensor: name, found: shapeText(stored), expected: shapeText(wanted) }));
}

const shapeText = (shape: Shape): string => `[${shape.join(", ")}]`;

async function readFinite(weights: SafetensorsFile, name: string, transposed: boolean): Promise<Float32Array> {
  const values = await readTensor(weights, name);
  const bad = firstNotFinite(values);
  if (bad) throw new AtelierError("adapter/not-finite", { tensor: name, file: weights.source.name, value: bad.what });
  const [rows = 1, columns = 1] = weights.tensors.get(name)?.shape ?? [];
  return transposed ? transpose(values, rows, columns) : values;
}

function transpose(values: Float32Array, rows: number, columns: number): Float32Array {
  const out = new Float32Array(values.length);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) out[column * rows + row] = values[row * columns + column] as number;
  return out;
}

/** What is said where an adapter leaves out layers, or modules of some layers. */
export function partOfModel(spec: ModelSpec, modules: ReadonlySet<string>): Words[] {
  const isThere = (layer: number, path: string): boolean => modules.has(modulePath(spec, layer, { path }));
  const layers = [...Array(spec.layers).keys()];
  const paths = spec.linears.map(({ path }) => path).filter((path) => layers.some((layer) => isThere(layer, path)));
  const all = paths.length * spec.layers;
  if (modules.size === all) return [];
  const touched = layers.filter((layer) => paths.some((path) => isThere(layer, path))).length;
  return touched === spec.layers
    ? [words("adapter/some-modules", { count: modules.size, all })]
    : [words("adapter/some-layers", { count: touched, all: spec.layers })];
}

export function invalidAdapter(what: Words): AtelierError {
  return new AtelierError("adapter/invalid", { what });
}

/** A key of the settings that holds something else than it has to. */
export function unexpected(key: string, found: unknown, expected: Words): AtelierError {
  return invalidAdapter(words("adapter/expected", { key, found: shortened(found), file: adapterConfigName, expected }));
}
