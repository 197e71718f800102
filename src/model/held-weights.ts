// Which tensors of a checkpoint a model is held as, and under which names: the one list that the loader, the graphs' feeds and
// the arithmetic of memory go by. Nothing is read here.
import { byteLength } from "../base/tensor.ts";
import type { Quantization } from "../config/quantizations.ts";
import { piecesOf } from "./quantization/pieces.ts";
import type { MatrixShape } from "./quantization/scheme.ts";
import { schemes } from "./quantization/schemes.ts";
import { normVectors, type ModelSpec } from "./spec.ts";

/** How the frozen weights are held. */
export interface Holding {
  /** Of the matrices of the blocks. */
  readonly quantization: Quantization;
  /** Whether the embedding table and the head are held so as well; else they are float32. */
  readonly quantizeHead?: boolean | undefined;
}

/** Where a tensor belongs: a layer by its number, the head with the final norm, or the embedding table. */
export type TensorGroup = number | "head" | "embedding";

interface Held {
  readonly group: TensorGroup;
  /** The input name of the graphs; a matrix appends ".", its part. */
  readonly name: string;
  /** In the checkpoint. */
  readonly tensor: string;
}

export interface HeldVector extends Held {
  readonly kind: "vector";
  readonly size: number;
}

export interface HeldMatrix extends Held {
  readonly kind: "matrix";
  readonly shape: MatrixShape;
  readonly quantization: Quantization;
  /** Stored as [columns, rows]. */
  readonly transposed?: boolean;
}

export type HeldTensor = HeldVector | HeldMatrix;

/** The name under which the embedding table comes; a tied head is made of the same tensors. */
export const tableName = "table";
export const headName = "head";
/** Learned positions, beside the embedding table. */
export const positionsName = "positions";

export function headQuantization({ quantization, quantizeHead }: Holding): Quantization {
  return quantizeHead ? quantization : "none";
}

/** In the order in which they are read. A tied head is the embedding table and comes once. */
export function* heldTensors(spec: ModelSpec, holding: Holding): Generator<HeldTensor> {
  const { names, hiddenSize, vocabularySize, tiedHead } = spec;
  const table = {
    kind: "matrix",
    shape: { rows: vocabularySize, columns: hiddenSize },
    quantization: headQuantization(holding),
  } as const;
  yield { ...table, group: "embedding", name: tableName, tensor: names.embedding };
  if (!tiedHead) yield { ...table, group: "head", name: headName, tensor: `${names.head}.weight` };
  for (const { name, path, size } of normVectors(spec.norm, "finalNorm", names.finalNorm, hiddenSize)) {
    yield { kind: "vector", group: "head", name, tensor: path, size };
  }
  if (spec.headBias) yield { kind: "vector", group: "head", name: "head.bias", tensor: `${names.head}.bias`, size: vocabularySize };
  if (spec.learnedPositions) {
    yield { kind: "vector", group: "embedding", name: positionsName, tensor: names.positions, size: spec.contextLength * hiddenSize };
  }
  for (let layer = 0; layer < spec.layers; layer++) {
    const prefix = names.layer(layer);
    for (const { name, path, size } of spec.vectors) yield { kind: "vector", group: layer, name, tensor: prefix + path, size };
    for (const { name, path, inFeatures, outFeatures, bias, transposed = false } of spec.linears) {
      const shape = { rows: outFeatures, columns: inFeatures };
      const tensor = `${prefix}${path}.weight`;
      yield { kind: "matrix", group: layer, name, tensor, shape, quantization: holding.quantization, transposed };
      if (bias) yield { kind: "vector", group: layer, name: `${name}.bias`, tensor: `${prefix}${path}.bias`, size: outFeatures };
    }
  }
}

export interface HeldBytes {
  /** Equals {@link LoadedModel.weightBytes} once loaded. */
  readonly engine: number;
  /** The embedding table on the host. On WASM a tied head shares its memory with it. */
  readonly host: number;
  /** The head's part of what the engine holds. */
  readonly head: number;
}

/** What a model will take, before anything is read. */
export function heldBytes(spec: ModelSpec, holding: Holding): HeldBytes {
  let [engine, host, head] = [0, 0, 0];
  for (const held of heldTensors(spec, holding)) {
    const bytes = held.kind === "vector" ? 4 * held.size : matrixBytes(held);
    if (held.group === "embedding") host += bytes;
    if (held.group !== "embedding" || (spec.tiedHead && held.name === tableName)) engine += bytes;
    if (held.name === (spec.tiedHead ? tableName : headName)) head += bytes;
  }
  return { engine, host, head };
}

function matrixBytes({ name, shape, quantization }: HeldMatrix): number {
  let bytes = 0;
  for (const piece of piecesOf(name, shape)) {
    for (const part of Object.values(schemes[quantization].parts(piece.shape))) bytes += byteLength(part.dtype, part.shape);
  }
  return bytes;
}
