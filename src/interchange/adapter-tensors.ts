// An adapter's tensors as flat vectors per layer, whatever program wrote them: each module that the configuration announces has
// its pair, nothing is left over, shapes fit the base, and every number is finite.
import { AtelierError } from "../base/errors.ts";
import { firstNotFinite } from "../base/finite.ts";
import { sameShape, type Shape } from "../base/tensor.ts";
import { adapterConfigName } from "../config/adapter-files.ts";
import { adapterLayout, type AdapterEntry, type AdapterLayout } from "../model/adapter-layout.ts";
import type { ModelSpec } from "../model/spec.ts";
import { words, type Words } from "../words/message.ts";
import { shortened } from "./python-pattern.ts";
import { readTensor, type SafetensorsFile } from "./safetensors.ts";

/** A = [rank, in], B = [out, rank]. */
export type Half = "A" | "B";

/** What the files of an adapter say about each other, in the words of the program that wrote them. */
export interface AdapterFormat {
  readonly rank: number;
  readonly alpha: number;
  /** The base that the adapter was made for; null where the file does not say. */
  readonly base: string | null;
  /** Whether a module has a pair, by its path in the base, e.g. "model.layers.0.self_attn.q_proj". */
  readonly announces: (module: string) => boolean;
  /** Which half of which module a tensor is; null where its name is none of the format's. */
  readonly locate: (tensor: string) => { readonly module: string; readonly half: Half } | null;
  /** The tensor's name, for messages. */
  readonly nameOf: (module: string, half: Half) => string;
  /** Stored as [in, rank] and [rank, out]. */
  readonly transposed: boolean;
  /** What the settings say that nothing follows from. */
  readonly notes: readonly Words[];
}

export interface ReadAdapter {
  readonly layout: AdapterLayout;
  /** One flat vector per layer. Zeros, which change nothing, where a layer has no tensors for a module of the layout. */
  readonly layers: Float32Array[];
  /** The base that the adapter was made for; null where its files do not say. */
  readonly base: string | null;
  /** What is true of the adapter and not seen in what it does. */
  readonly notes: readonly Words[];
}

/** Paths of the modules that an adapter may change, layer by layer. */
export function modulesOf({ linears, names, layers }: ModelSpec): string[] {
  return Array.from({ length: layers }, (_, layer) => linears.map(({ path }) => names.layer(layer) + path)).flat();
}

/** @throws AtelierError `adapter/invalid`, `adapter/not-finite`, naming the tensor. */
export async function readAdapterTensors(spec: ModelSpec, format: AdapterFormat, weights: SafetensorsFile): Promise<ReadAdapter> {
  const modules = announcedModules(spec, format);
  const found = locateAll(format, weights, modules);
  const targets = spec.linears.map(({ path }) => path).filter((path) => layersOf(spec, path, modules).length > 0);
  const layout = adapterLayout(spec, format.rank, format.alpha, targets);
  const places = layout.entries.flatMap((entry) =>
    layersOf(spec, entry.slot.path, modules).map((layer) => ({ entry, layer, pair: pairOf(spec, format, weights, found, entry, layer) })),
  );
  const layers = Array.from({ length: spec.layers }, () => new Float32Array(layout.size));
  for (const { entry, layer, pair } of places) {
    layers[layer]?.set(await readHalf(weights, pair.A, format.transposed), entry.offset);
    layers[layer]?.set(await readHalf(weights, pair.B, format.transposed), entry.offset + entry.sizeA);
  }
  return { layout, layers, base: format.base, notes: [...format.notes, ...partOfModel(spec, targets, modules)] };
}

function announcedModules(spec: ModelSpec, { announces }: AdapterFormat): ReadonlySet<string> {
  const outside = [spec.names.head, spec.names.embedding.replace(/\.weight$/, "")].find(announces);
  if (outside !== undefined) throw invalidAdapter(words("adapter/outside-blocks", { file: adapterConfigName, module: outside }));
  const modules = new Set(modulesOf(spec).filter(announces));
  if (modules.size > 0) return modules;
  throw invalidAdapter(words("adapter/no-layer", { file: adapterConfigName, family: spec.family }));
}

function layersOf({ layers, names }: ModelSpec, path: string, modules: ReadonlySet<string>): number[] {
  return [...Array(layers).keys()].filter((layer) => modules.has(names.layer(layer) + path));
}

type Pair = Readonly<Record<Half, string>>;

function locateAll(
  { locate }: AdapterFormat,
  { source, tensors }: SafetensorsFile,
  modules: ReadonlySet<string>,
): ReadonlyMap<string, Partial<Pair>> {
  const found = new Map<string, Partial<Pair>>();
  for (const name of tensors.keys()) {
    const place = locate(name);
    if (!place || !modules.has(place.module))
      throw invalidAdapter(words("adapter/not-announced", { file: source.name, tensor: name, config: adapterConfigName }));
    const pair = found.get(place.module);
    const twin = pair?.[place.half];
    if (twin !== undefined) throw invalidAdapter(words("adapter/twins", { file: source.name, first: twin, second: name }));
    found.set(place.module, { ...pair, [place.half]: name });
  }
  return found;
}

/** Before anything is allocated: a configuration may announce any rank. */
function pairOf(
  { names }: ModelSpec,
  { rank, transposed, nameOf }: AdapterFormat,
  { source, tensors }: SafetensorsFile,
  found: ReadonlyMap<string, Partial<Pair>>,
  { slot }: AdapterEntry,
  layer: number,
): Pair {
  const module = names.layer(layer) + slot.path;
  const shapes: Readonly<Record<Half, Shape>> = { A: [rank, slot.inFeatures], B: [slot.outFeatures, rank] };
  const half = (which: Half): string => {
    const name = found.get(module)?.[which];
    const stored = name === undefined ? undefined : tensors.get(name)?.shape;
    if (name === undefined || !stored)
      throw invalidAdapter(words("adapter/no-tensor", { file: source.name, tensor: nameOf(module, which) }));
    const wanted = transposed ? shapes[which].toReversed() : shapes[which];
    if (sameShape(stored, wanted)) return name;
    throw invalidAdapter(words("adapter/shape", { tensor: name, found: shapeText(stored), expected: shapeText(wanted) }));
  };
  return { A: half("A"), B: half("B") };
}

const shapeText = (shape: Shape): string => `[${shape.join(", ")}]`;

async function readHalf(weights: SafetensorsFile, name: string, transposed: boolean): Promise<Float32Array> {
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

function partOfModel(spec: ModelSpec, targets: readonly string[], modules: ReadonlySet<string>): Words[] {
  const all = targets.length * spec.layers;
  if (modules.size === all) return [];
  const layers = new Set(targets.flatMap((path) => layersOf(spec, path, modules)));
  return layers.size === spec.layers
    ? [words("adapter/some-modules", { count: modules.size, all })]
    : [words("adapter/some-layers", { count: layers.size, all: spec.layers })];
}

export function invalidAdapter(what: Words): AtelierError {
  return new AtelierError("adapter/invalid", { what });
}

/** A key of the settings that holds something else than it has to. */
export function unexpected(key: string, found: unknown, expected: Words): AtelierError {
  return invalidAdapter(words("adapter/expected", { key, found: shortened(found), file: adapterConfigName, expected }));
}
