// Turns a checkpoint into what an engine holds, tensor by tensor: matrices quantized as asked, vectors float32. Only one
// tensor of the checkpoint is on the host at a time.
import type { DType, Shape } from "../base/tensor.ts";
import type { Quantization } from "../config/run-config.ts";
import type { TensorData } from "../runtime/engine.ts";
import { checkTensors } from "./check-tensors.ts";
import type { MatrixShape } from "./quantization/scheme.ts";
import { schemes } from "./quantization/schemes.ts";
import type { LinearSlot, ModelSpec } from "./spec.ts";

/** A checkpoint as the model sees it: names, shapes, float32 data. */
export interface TensorReader {
  readonly shapes: ReadonlyMap<string, Shape>;
  read(name: string): Promise<Float32Array>;
}

/** Where a tensor belongs: a layer by its number, the head with the final norm, or the embedding table. */
export type TensorGroup = number | "head" | "embedding";

/** One tensor as it is held: on the engine, or on the host for the embedding table. */
export interface PreparedTensor {
  readonly group: TensorGroup;
  /** The input name of the graphs, e.g. "q_proj.codes". */
  readonly name: string;
  readonly dtype: DType;
  readonly shape: Shape;
  readonly data: TensorData;
}

/** What can be placed on an engine: made from a checkpoint, or kept from an earlier time. */
export interface PreparedModel {
  readonly tensors: AsyncIterable<PreparedTensor>;
  /** Changes with any bit of the checkpoint; known once the last tensor has come. */
  readonly fingerprint: () => string;
}

/**
 * @param onProgress called with the share of tensors read
 * @throws AtelierError as {@link checkTensors}; what the reader throws comes while the tensors are taken.
 */
export function prepareWeights(
  spec: ModelSpec,
  reader: TensorReader,
  quantization: Quantization,
  onProgress?: (fraction: number, tensor: string) => void,
): PreparedModel {
  checkTensors(spec, reader.shapes);
  const preparing = new Preparing(spec, reader, quantization, onProgress);
  return { tensors: preparing.all(), fingerprint: () => preparing.fingerprint };
}

class Preparing {
  readonly #spec: ModelSpec;
  readonly #reader: TensorReader;
  readonly #quantization: Quantization;
  readonly #onProgress: ((fraction: number, tensor: string) => void) | undefined;
  #done = 0;
  #hash = 0x811c9dc5;

  constructor(spec: ModelSpec, reader: TensorReader, quantization: Quantization, onProgress?: (fraction: number, tensor: string) => void) {
    this.#spec = spec;
    this.#reader = reader;
    this.#quantization = quantization;
    this.#onProgress = onProgress;
  }

  get fingerprint(): string {
    return (this.#hash >>> 0).toString(16).padStart(8, "0");
  }

  async *all(): AsyncGenerator<PreparedTensor> {
    const { names, hiddenSize, vocabularySize, layers, tiedHead } = this.#spec;
    const table: MatrixShape = { rows: vocabularySize, columns: hiddenSize };
    const embedding = await this.#read(names.embedding);
    yield { group: "embedding", name: "table", dtype: "float32", shape: [vocabularySize, hiddenSize], data: embedding };
    yield* this.#matrix("head", "head", table, tiedHead ? embedding : await this.#read(names.head), "none");
    yield await this.#vector("head", "finalNorm", names.finalNorm, hiddenSize);
    for (let layer = 0; layer < layers; layer++) {
      const prefix = names.layer(layer);
      for (const { name, path, size } of this.#spec.vectors) yield await this.#vector(layer, name, prefix + path, size);
      for (const slot of this.#spec.linears) yield* this.#linear(layer, prefix, slot);
    }
  }

  async *#linear(layer: number, prefix: string, { name, path, inFeatures, outFeatures, bias }: LinearSlot): AsyncGenerator<PreparedTensor> {
    const weight = await this.#read(`${prefix}${path}.weight`);
    yield* this.#matrix(layer, name, { rows: outFeatures, columns: inFeatures }, weight, this.#quantization);
    if (bias) yield await this.#vector(layer, `${name}.bias`, `${prefix}${path}.bias`, outFeatures);
  }

  *#matrix(
    group: TensorGroup,
    name: string,
    shape: MatrixShape,
    weight: Float32Array,
    quantization: Quantization,
  ): Generator<PreparedTensor> {
    const scheme = schemes[quantization];
    const encoded = scheme.encode(weight, shape);
    for (const [part, { dtype, shape: held }] of Object.entries(scheme.parts(shape))) {
      yield { group, name: `${name}.${part}`, dtype, shape: held, data: encoded[part] as TensorData };
    }
  }

  async #vector(group: TensorGroup, name: string, tensor: string, size: number): Promise<PreparedTensor> {
    return { group, name, dtype: "float32", shape: [size], data: await this.#read(tensor) };
  }

  async #read(name: string): Promise<Float32Array> {
    const data = await this.#reader.read(name);
    this.#hash = fnv1a(this.#hash, data);
    this.#done++;
    this.#onProgress?.(this.#done / this.#reader.shapes.size, name);
    return data;
  }
}

/** FNV-1a over 32-bit words: not for adversaries, but any changed word changes it. */
function fnv1a(hash: number, data: Float32Array): number {
  const words = new Uint32Array(data.buffer, data.byteOffset, data.length);
  let out = hash;
  for (const word of words) out = Math.imul(out ^ word, 0x01000193);
  return out;
}
