// A model on an engine: what is prepared is uploaded as it comes, so that no model is ever whole on the host. The embedding
// table stays there, because its rows are looked up there.
import { AtelierError } from "../base/errors.ts";
import type { Quantization } from "../config/quantizations.ts";
import { type DeviceTensor, type Engine, type TensorData } from "../runtime/engine.ts";
import { filled } from "../runtime/tensor-owner.ts";
import { embeddingTable, type EmbeddingTable } from "./embedding-table.ts";
import { headName, heldForms, positionsName, tableName, type QuantizationConfig, type LayerForms } from "./held-weights.ts";
import { codesOf, prepareWeights, type PreparedModel } from "./prepare-weights.ts";
import type { MatrixForm } from "./quantization/forms.ts";
import type { TensorReader } from "./tensor-reader.ts";
import type { ModelSpec } from "./spec.ts";
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
  const layers = Array.from({ length: spec.layers }, (): Record<string, DeviceTensor> => ({}));
  const head: Record<string, DeviceTensor> = {};
  const table = new Map<string, TensorData>();
  let weightBytes = 0;
  const { owner } = await filled(engine, async (own) => {
    for await (const { group, name, dtype, shape, data } of tensors) {
      if (group === "embedding") table.set(name, data);
      if (group === "embedding" && (!spec.tiedHead || name === positionsName)) continue;
      const tensor = uploadHeld(own, { dtype, shape, data });
      // Said at the first tensor that finds no room, not after all of them.
      await engine.settled();
      weightBytes += tensor.bytes;
      if (typeof group === "number") (layers[group] as Record<string, DeviceTensor>)[name] = tensor;
      else head[group === "embedding" ? headName + name.slice(tableName.length) : name] = tensor;
    }
  });
  const forms = heldForms(spec, quantizationConfig, engine.hasFloat16);
  return {
    spec,
    quantization: quantizationConfig.quantization,
    quantizeHead: quantizationConfig.quantizeHead ?? false,
    quantizationConfig,
    layerForms: forms.layers,
    headForm: forms.head,
    engine,
    layers,
    embedding: embeddingTable(forms.table, { rows: spec.vocabularySize, columns: spec.hiddenSize }, table),
    positions: (table.get(positionsName) as Float32Array | undefined) ?? null,
    head,
    weightBytes,
    fingerprint: fingerprint(),
    codes: codes() ?? (quantizationConfig.inEightBits && codesOf(quantizationConfig.inEightBits)),
    dispose: () => owner[Symbol.dispose](),
  };
}

function requireFloat16(engine: Engine, quantization: Quantization): void {
  if (quantization !== "f16" || engine.hasFloat16) return;
  throw new AtelierError("engine/no-float16", { engine: engine.description });
}
