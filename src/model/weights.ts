// Brings a checkpoint onto an engine, tensor by tensor: linears quantized on the way where asked, everything else float32.
// Only one tensor is held on the host at a time, besides the embedding table, whose rows are looked up on the host.
import { AtelierError } from "../base/errors.ts";
import { sameShape, type Shape } from "../base/tensor.ts";
import type { Quantization } from "../config/run-config.ts";
import { disposeAll, type DeviceTensor, type Engine } from "../runtime/engine.ts";
import { int4Block, quantizeInt4 } from "./quantize-int4.ts";
import { requiredTensors, type LinearSlot, type ModelSpec } from "./spec.ts";

/** A checkpoint as the model sees it: names, shapes, float32 data. */
export interface TensorReader {
  readonly shapes: ReadonlyMap<string, Shape>;
  read(name: string): Promise<Float32Array>;
}

/** The weights of one layer by the input names of the block graphs. */
export type LayerWeights = Readonly<Record<string, DeviceTensor>>;

export interface LoadedModel {
  readonly spec: ModelSpec;
  readonly quantization: Quantization;
  readonly engine: Engine;
  readonly layers: readonly LayerWeights[];
  /** [vocabulary, hidden], on the host. */
  readonly embedding: Float32Array;
  readonly finalNorm: DeviceTensor;
  /** [vocabulary, hidden]; float32 in every quantization. */
  readonly head: DeviceTensor;
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

/**
 * Refuses a checkpoint that does not fit the specification, before anything large is read.
 * @throws AtelierError `model/tensor-missing`, `model/tensor-shape`, `model/tensor-unknown`, naming the tensor.
 */
export function checkTensors(spec: ModelSpec, shapes: ReadonlyMap<string, Shape>): void {
  const required = requiredTensors(spec);
  for (const [name, shape] of required) {
    const found = shapes.get(name);
    if (!found)
      throw new AtelierError(
        "model/tensor-missing",
        `The weights have no tensor ${name}.`,
        "Check that config.json and the weights belong to the same model.",
      );
    if (!sameShape(found, shape)) {
      throw new AtelierError(
        "model/tensor-shape",
        `Tensor ${name} has shape [${found.join(", ")}]; config.json asks for [${shape.join(", ")}].`,
        "Check that config.json and the weights belong to the same model.",
      );
    }
  }
  const leftOver = [...shapes.keys()].find((name) => !required.has(name) && !isIgnorable(spec, name));
  if (leftOver !== undefined) {
    throw new AtelierError(
      "model/tensor-unknown",
      `The weights hold a tensor ${leftOver} that this architecture does not use.`,
      "The model has a part that Atelier would leave out; its answers would be wrong.",
    );
  }
}

/** Buffers that old checkpoints carry, and the copy of a tied head. */
function isIgnorable(spec: ModelSpec, name: string): boolean {
  return name.endsWith("rotary_emb.inv_freq") || (spec.tiedHead && name === spec.names.head);
}

/** @throws AtelierError as {@link checkTensors}, and whatever the reader and the engine throw; nothing stays allocated. */
export async function loadModel(
  engine: Engine,
  spec: ModelSpec,
  reader: TensorReader,
  { quantization, onProgress }: LoadOptions,
): Promise<LoadedModel> {
  checkTensors(spec, reader.shapes);
  const loader = new Loader(engine, spec, reader, quantization, onProgress);
  try {
    return await loader.load();
  } catch (error) {
    disposeAll(loader.owned);
    throw error;
  }
}

class Loader {
  readonly owned: DeviceTensor[] = [];
  readonly #engine: Engine;
  readonly #spec: ModelSpec;
  readonly #reader: TensorReader;
  readonly #quantization: Quantization;
  readonly #onProgress: LoadOptions["onProgress"];
  #done = 0;
  #hash = 0x811c9dc5;

  constructor(engine: Engine, spec: ModelSpec, reader: TensorReader, quantization: Quantization, onProgress: LoadOptions["onProgress"]) {
    this.#engine = engine;
    this.#spec = spec;
    this.#reader = reader;
    this.#quantization = quantization;
    this.#onProgress = onProgress;
  }

  async load(): Promise<LoadedModel> {
    const { names, hiddenSize, vocabularySize, layers, tiedHead } = this.#spec;
    const embedding = await this.#read(names.embedding);
    const head = this.#upload([vocabularySize, hiddenSize], tiedHead ? embedding : await this.#read(names.head));
    const finalNorm = this.#upload([hiddenSize], await this.#read(names.finalNorm));
    const loaded: LayerWeights[] = [];
    for (let layer = 0; layer < layers; layer++) loaded.push(await this.#layer(names.layer(layer)));
    const { owned } = this;
    return {
      spec: this.#spec,
      quantization: this.#quantization,
      engine: this.#engine,
      layers: loaded,
      embedding,
      finalNorm,
      head,
      weightBytes: owned.reduce((sum, { bytes }) => sum + bytes, 0),
      fingerprint: (this.#hash >>> 0).toString(16).padStart(8, "0"),
      dispose: () => disposeAll(owned),
    };
  }

  async #layer(prefix: string): Promise<LayerWeights> {
    const weights: Record<string, DeviceTensor> = {};
    for (const { name, path, size } of this.#spec.vectors) weights[name] = this.#upload([size], await this.#read(prefix + path));
    for (const slot of this.#spec.linears) Object.assign(weights, await this.#linear(prefix, slot));
    return weights;
  }

  async #linear(prefix: string, { name, path, inFeatures, outFeatures, bias }: LinearSlot): Promise<LayerWeights> {
    const weight = await this.#read(`${prefix}${path}.weight`);
    const biasFeed = bias ? { [`${name}.bias`]: this.#upload([outFeatures], await this.#read(`${prefix}${path}.bias`)) } : {};
    if (this.#quantization === "none") return { [`${name}.weight`]: this.#upload([outFeatures, inFeatures], weight), ...biasFeed };
    const { codes, scales } = quantizeInt4(weight, outFeatures, inFeatures);
    const blocks = Math.ceil(inFeatures / int4Block);
    return {
      [`${name}.codes`]: this.#own(this.#engine.upload("uint8", [outFeatures, blocks, int4Block / 2], codes)),
      [`${name}.scales`]: this.#upload([outFeatures * blocks], scales),
      ...biasFeed,
    };
  }

  async #read(name: string): Promise<Float32Array> {
    const data = await this.#reader.read(name);
    this.#hash = fnv1a(this.#hash, data);
    this.#done++;
    this.#onProgress?.(this.#done / this.#reader.shapes.size, name);
    return data;
  }

  #upload(shape: Shape, data: Float32Array): DeviceTensor {
    return this.#own(this.#engine.upload("float32", shape, data));
  }

  #own(tensor: DeviceTensor): DeviceTensor {
    this.owned.push(tensor);
    return tensor;
  }
}

/** FNV-1a over 32-bit words: not for adversaries, but any changed word changes it. */
function fnv1a(hash: number, data: Float32Array): number {
  const words = new Uint32Array(data.buffer, data.byteOffset, data.length);
  let out = hash;
  for (const word of words) out = Math.imul(out ^ word, 0x01000193);
  return out;
}
