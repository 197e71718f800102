// A model on an engine: what is prepared is uploaded as it comes, so that no model is ever whole on the host. The embedding
// table stays there, because its rows are looked up there.
import { AtelierError } from "../base/errors.ts";
import type { Quantization } from "../config/quantizations.ts";
import { type DeviceTensor, type Engine, type TensorData } from "../runtime/engine.ts";
import { filled } from "../runtime/tensor-owner.ts";
import { embeddingTable, type EmbeddingTable } from "./embedding-table.ts";
import {
  headName,
  heldForms,
  positionsName,
  tableName,
  type HeldTensor,
  type QuantizationConfig,
  type LayerForms,
} from "./held-weights.ts";
import { codesOf, prepareWeights, type PreparedModel } from "./prepare-weights.ts";
import type { MatrixForm } from "./quantization/forms.ts";
import type { TensorReader } from "./tensor-reader.ts";
import type { ModelSpec } from "./spec.ts";
import { attendsRightly } from "./stages/attention-check.ts";
import { uploadHeld } from "./upload-held.ts";

/** Weights by the input names of the graphs. */
export type NamedWeights = Readonly<Record<string, DeviceTensor>>;

export interface LoadedModel {
  readonly spec: ModelSpec;
  readonly quantization: Quantization;
  /** Whether the embedding table and the head are held so as well. */
  readonly quantizeHead: boolean;
  readonly quantizationConfig: QuantizationConfig;
  /** By layer, as the engine holds them. */
  readonly layerForms: readonly LayerForms[];
  readonly headForm: MatrixForm;
  readonly engine: Engine;
  readonly layers: readonly NamedWeights[];
  readonly embedding: EmbeddingTable;
  /** Learned positions [contextLength, hidden], on the host; null where there are none. */
  readonly positions: Float32Array | null;
  /** Final norm and head, as the head's graphs take them. */
  readonly head: NamedWeights;
  /** Bytes on the engine. */
  readonly weightBytes: number;
  /** Changes with any bit of the checkpoint: a run is only resumed on the weights it was started with. */
  readonly fingerprint: string;
  /** Whether the engine's kernel for attention over a cache computes what it should: see attention-check.ts. */
  readonly attendsRightly: boolean;
  /** What tells apart how texts had the same weights held; undefined where texts had no say. */
  readonly codes: string | undefined;
  dispose(): void;
}

export interface LoadOptions extends QuantizationConfig {
  /** Called with the share of tensors done. */
  readonly onProgress?: (fraction: number, tensor: string) => void;
}

/** @throws AtelierError as {@link prepareWeights} and {@link placeModel}, and whatever the reader throws; nothing stays allocated. */
export async function loadModel(
  engine: Engine,
  spec: ModelSpec,
  reader: TensorReader,
  { onProgress, ...quantizationConfig }: LoadOptions,
): Promise<LoadedModel> {
  return placeModel(engine, spec, quantizationConfig, prepareWeights(spec, reader, quantizationConfig, onProgress));
}

/**
 * @param quantizationConfig what the tensors were prepared as
 * @throws AtelierError `engine/no-float16`, and whatever the tensors' source and the engine throw; nothing stays allocated.
 */
export async function placeModel(
  engine: Engine,
  spec: ModelSpec,
  quantizationConfig: QuantizationConfig,
  { tensors, fingerprint, codes }: PreparedModel,
): Promise<LoadedModel> {
  requireFloat16(engine, quantizationConfig.quantization);
  const table = new Map<string, TensorData>();
  const places = placesOf(spec);
  const { owner, made: rightly } = await filled(engine, async (own) => {
    for await (const { group, name, dtype, shape, data } of tensors) {
      if (group === "embedding") table.set(name, data);
      if (!isOnEngine(spec, group, name)) continue;
      const tensor = uploadHeld(own, { dtype, shape, data });
      // Said at the first tensor that finds no room, not after all of them.
      await engine.settled();
      places.put(group, name, tensor);
    }
    return attendsRightly(engine, spec);
  });
  const { model, tableForm } = asHeld(engine, spec, quantizationConfig, places);
  return {
    ...model,
    embedding: embeddingTable(tableForm, { rows: spec.vocabularySize, columns: spec.hiddenSize }, table),
    positions: (table.get(positionsName) as Float32Array | undefined) ?? null,
    fingerprint: fingerprint(),
    attendsRightly: rightly,
    codes: codes() ?? (quantizationConfig.inEightBits && codesOf(quantizationConfig.inEightBits)),
    dispose: () => owner[Symbol.dispose](),
  };
}

type Group = HeldTensor["group"];

/** Rows of the embedding table are looked up on the host; the engine has the table only where the head is the same. */
export function isOnEngine({ tiedHead }: ModelSpec, group: Group, name: string): boolean {
  return group !== "embedding" || (tiedHead && name !== positionsName);
}

/** Where the tensors on the engine go, by the input names of the graphs. */
export interface Places extends Pick<LoadedModel, "layers" | "head"> {
  readonly put: (group: Group, name: string, tensor: DeviceTensor) => void;
}

export function placesOf(spec: ModelSpec): Places {
  const layers = Array.from({ length: spec.layers }, (): Record<string, DeviceTensor> => ({}));
  const head: Record<string, DeviceTensor> = {};
  const put: Places["put"] = (group, name, tensor) => {
    if (typeof group === "number") (layers[group] as Record<string, DeviceTensor>)[name] = tensor;
    else head[group === "embedding" ? headName + name.slice(tableName.length) : name] = tensor;
  };
  return { layers, head, put };
}

/** What a model says of what is in its places, and how its embedding table is held. */
export function asHeld(engine: Engine, spec: ModelSpec, quantizationConfig: QuantizationConfig, { layers, head }: Places) {
  const { table, ...forms } = heldForms(spec, quantizationConfig, engine.hasFloat16);
  const model = {
    spec,
    quantization: quantizationConfig.quantization,
    quantizeHead: quantizationConfig.quantizeHead ?? false,
    quantizationConfig,
    layerForms: forms.layers,
    headForm: forms.head,
    engine,
    layers,
    head,
    weightBytes: [...layers, head].flatMap((named) => Object.values(named)).reduce((sum, { bytes }) => sum + bytes, 0),
  };
  return { model, tableForm: table };
}

function requireFloat16(engine: Engine, quantization: Quantization): void {
  if (quantization !== "f16" || engine.hasFloat16) return;
  throw new AtelierError("engine/no-float16", { engine: engine.description });
}
