// A model on an engine: what is prepared is uploaded as it comes, so that no model is ever whole on the host. The embedding
// table stays there, because its rows are looked up there.
import type { Quantization } from "../config/run-config.ts";
import { disposeAll, type DeviceTensor, type Engine } from "../runtime/engine.ts";
import { floatTable, type EmbeddingTable } from "./embedding-table.ts";
import { prepareWeights, type PreparedModel, type TensorReader } from "./prepare-weights.ts";
import type { ModelSpec } from "./spec.ts";

/** Weights by the input names of the graphs. */
export type NamedWeights = Readonly<Record<string, DeviceTensor>>;

export interface LoadedModel {
  readonly spec: ModelSpec;
  readonly quantization: Quantization;
  readonly engine: Engine;
  readonly layers: readonly NamedWeights[];
  readonly embedding: EmbeddingTable;
  /** Final norm and head, as the head's graphs take them. */
  readonly head: NamedWeights;
  /** Bytes on the engine. */
  readonly weightBytes: number;
  /** Changes with any bit of the checkpoint: a run is only resumed on the weights it was started with. */
  readonly fingerprint: string;
  dispose(): void;
}

export interface LoadOptions {
  readonly quantization: Quantization;
  /** Called with the share of tensors done. */
  readonly onProgress?: (fraction: number, tensor: string) => void;
}

/** @throws AtelierError as {@link prepareWeights}, and whatever the reader and the engine throw; nothing stays allocated. */
export async function loadModel(
  engine: Engine,
  spec: ModelSpec,
  reader: TensorReader,
  { quantization, onProgress }: LoadOptions,
): Promise<LoadedModel> {
  return placeModel(engine, spec, quantization, prepareWeights(spec, reader, quantization, onProgress));
}

/** @throws AtelierError whatever the tensors' source and the engine throw; nothing stays allocated. */
export async function placeModel(
  engine: Engine,
  spec: ModelSpec,
  quantization: Quantization,
  { tensors, fingerprint }: PreparedModel,
): Promise<LoadedModel> {
  const owned: DeviceTensor[] = [];
  const layers = Array.from({ length: spec.layers }, (): Record<string, DeviceTensor> => ({}));
  const head: Record<string, DeviceTensor> = {};
  let table = new Float32Array();
  try {
    for await (const { group, name, dtype, shape, data } of tensors) {
      if (group === "embedding") {
        table = data as Float32Array<ArrayBuffer>;
        continue;
      }
      const tensor = engine.upload(dtype, shape, data);
      owned.push(tensor);
      (group === "head" ? head : (layers[group] as Record<string, DeviceTensor>))[name] = tensor;
    }
  } catch (error) {
    disposeAll(owned);
    throw error;
  }
  return {
    spec,
    quantization,
    engine,
    layers,
    embedding: floatTable(table, spec.hiddenSize),
    head,
    weightBytes: owned.reduce((sum, { bytes }) => sum + bytes, 0),
    fingerprint: fingerprint(),
    dispose: () => disposeAll(owned),
  };
}
