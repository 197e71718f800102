// The parameters of a base as entries of groups, each under the name of the graph input that it takes the place of: what a method frees is
// chosen among them. Names and shapes in files are those of the checkpoint.
import { layerGroup, type GroupName, type ParameterEntry, type ParameterKind } from "../parameters.ts";
import { normVectors, storedShape, type LinearSlot, type ModelSpec } from "../spec.ts";
import type { BaseNumbers } from "./method.ts";

/** A tensor of the base that can be trained. */
export interface BaseParameter {
  readonly group: GroupName;
  readonly entry: Omit<ParameterEntry, "offset" | "size">;
  /** What it is of in the base, e.g. "model.layers.0.self_attn.q_proj". */
  readonly module: string;
  /** Null: of none. */
  readonly layer: number | null;
  readonly read: (base: BaseNumbers) => Promise<Float32Array>;
}

/** All of them, in the order in which the model uses them. A tied head has no matrix of its own: see {@link headMatrix}. */
export function baseParameters(spec: ModelSpec): readonly BaseParameter[] {
  const layers = Array.from({ length: spec.layers }, (_, layer) => [...layerVectors(spec, layer), ...layerLinears(spec, layer)]);
  return [...embeddings(spec), ...layers.flat(), ...finalNorm(spec), ...head(spec)];
}

/** The head's matrix, also of a tied head: then a copy of the table that is the head alone. */
export function headMatrix({ names, vocabularySize, hiddenSize }: ModelSpec): BaseParameter {
  const shape = [vocabularySize, hiddenSize];
  // Optimizers that treat matrices by themselves (Muon) leave out table and head alike.
  return outside("head", names.head, { name: "head.weight", shape, kind: "embedding", tensor: `${names.head}.weight` }, (base) =>
    base.head("head.weight"),
  );
}

function embeddings({ names, vocabularySize, contextLength, hiddenSize, learnedPositions }: ModelSpec): BaseParameter[] {
  const table = (group: GroupName, name: string, rows: number, tensor: string, read: BaseParameter["read"]): BaseParameter =>
    outside(group, moduleOf(tensor), { name, shape: [rows, hiddenSize], kind: "embedding", tensor }, read);
  const tokens = table("embedding", "table", vocabularySize, names.embedding, (base) => base.embedding());
  if (!learnedPositions) return [tokens];
  return [tokens, table("positions", "positions", contextLength, names.positions, (base) => Promise.resolve(base.positions()))];
}

function layerVectors({ vectors, names }: ModelSpec, layer: number): BaseParameter[] {
  return vectors.map(({ name, path, size }) => {
    const tensor = names.layer(layer) + path;
    const entry = { name, shape: [size], kind: kindOf(name), tensor };
    return { group: layerGroup(layer), entry, module: moduleOf(tensor), layer, read: (base) => base.vector(layer, name) };
  });
}

function layerLinears({ linears, names }: ModelSpec, layer: number): BaseParameter[] {
  return linears.flatMap((slot) => {
    const module = names.layer(layer) + slot.path;
    const common = { group: layerGroup(layer), module, layer };
    const weight = { name: `${slot.name}.weight`, shape: storedShape(slot), kind: "matrix", tensor: `${module}.weight` } as const;
    const matrix: BaseParameter = { ...common, entry: weight, read: async (base) => asStored(slot, await base.weight(layer, slot.name)) };
    if (!slot.bias) return [matrix];
    const name = `${slot.name}.bias`;
    const bias = { name, shape: [slot.outFeatures], kind: "bias", tensor: `${module}.bias` } as const;
    return [matrix, { ...common, entry: bias, read: (base: BaseNumbers) => base.vector(layer, name) }];
  });
}

function finalNorm({ norm, names, hiddenSize }: ModelSpec): BaseParameter[] {
  return normVectors(norm, "finalNorm", names.finalNorm, hiddenSize).map(({ name, path, size }) =>
    outside("finalNorm", names.finalNorm, { name, shape: [size], kind: kindOf(name), tensor: path }, (base) => base.head(name)),
  );
}

function head(spec: ModelSpec): BaseParameter[] {
  const { tiedHead, headBias, names, vocabularySize } = spec;
  const bias = { name: "head.bias", shape: [vocabularySize], kind: "bias", tensor: `${names.head}.bias` } as const;
  return [
    ...(tiedHead ? [] : [headMatrix(spec)]),
    ...(headBias ? [outside("head", names.head, bias, (base) => base.head("head.bias"))] : []),
  ];
}

function outside(group: GroupName, module: string, entry: BaseParameter["entry"], read: BaseParameter["read"]): BaseParameter {
  return { group, entry, module, layer: null, read };
}

function kindOf(vector: string): ParameterKind {
  return vector.endsWith(".bias") ? "bias" : "norm";
}

function moduleOf(tensor: string): string {
  return tensor.replace(/\.(weight|bias)$/, "");
}

/** A weight [outFeatures, inFeatures] as the checkpoint has it. */
function asStored({ inFeatures, outFeatures, transposed }: LinearSlot, weight: Float32Array): Float32Array {
  if (!transposed) return weight;
  const out = new Float32Array(weight.length);
  for (let row = 0; row < outFeatures; row++)
    for (let column = 0; column < inFeatures; column++) out[column * outFeatures + row] = weight[row * inFeatures + column] as number;
  return out;
}
