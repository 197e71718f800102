// Which tensors of a checkpoint a model is held as, and under which names: the one list that the loader, the graphs' feeds and
// the arithmetic of memory go by. Nothing is read here.
import { byteLength } from "../base/tensor.ts";
import type { OwnQuantization, Quantization } from "../config/quantizations.ts";
import { formKey, onEngine, schemeOf } from "./quantization/form-schemes.ts";
import type { MatrixForm } from "./quantization/forms.ts";
import { piecesOf } from "./quantization/pieces.ts";
import { quantizers } from "./quantization/quantizers.ts";
import type { MatrixShape } from "./quantization/scheme.ts";
import { normVectors, type ModelSpec } from "./spec.ts";

/** How the frozen weights are held. */
export interface QuantizationConfig {
  /** Of the matrices of the blocks. */
  readonly quantization: Quantization;
  /** Whether the embedding table and the head are held so as well; else they are float32. What is held as published is either way. */
  readonly quantizeHead?: boolean | undefined;
  /** The forms of a checkpoint's matrices by their names there; "as-published" and "gptq" hold them so. */
  readonly published?: PublishedForms | undefined;
  /** Of "int4-mixed": the matrices that are held in int8, by their names in the checkpoint. */
  readonly inEightBits?: readonly string[] | undefined;
}

export interface PublishedForm {
  readonly form: MatrixForm;
  /** As its publisher calls it. */
  readonly name: string;
}

export type PublishedForms = Readonly<Record<string, PublishedForm>>;

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
  readonly form: MatrixForm;
  /** How the checkpoint's numbers become that form; null where it has them in it. */
  readonly quantization: OwnQuantization | null;
  /** Stored as [columns, rows]. */
  readonly transposed?: boolean;
}

export type HeldTensor = HeldVector | HeldMatrix;

/** The name under which the embedding table comes; a tied head is made of the same tensors. */
export const tableName = "table";
export const headName = "head";
/** Learned positions, beside the embedding table. */
export const positionsName = "positions";

type FormOf = Pick<HeldMatrix, "form" | "quantization">;

function ownForm(quantization: OwnQuantization): FormOf {
  return { quantization, form: quantizers[quantization].form };
}

/** @param tensor its name in the checkpoint */
function formOf({ quantization, quantizeHead, published, inEightBits }: QuantizationConfig, tensor: string, isTable: boolean): FormOf {
  const form = quantization === "as-published" || quantization === "gptq" ? published?.[tensor]?.form : undefined;
  if (form) return { form, quantization: null };
  if (quantization === "as-published" || (isTable && !quantizeHead)) return ownForm("none");
  if (quantization !== "gptq" && quantization !== "int4-mixed") return ownForm(quantization);
  return ownForm(quantization === "gptq" || isTable || inEightBits?.includes(tensor) ? "int8" : "int4-fine");
}

/** In the order in which they are read. A tied head is the embedding table and comes once. */
export function* heldTensors(spec: ModelSpec, quantizationConfig: QuantizationConfig): Generator<HeldTensor> {
  const { names, hiddenSize, vocabularySize, tiedHead } = spec;
  const table = { kind: "matrix", shape: { rows: vocabularySize, columns: hiddenSize } } as const;
  const head = `${names.head}.weight`;
  yield { ...table, ...formOf(quantizationConfig, names.embedding, true), group: "embedding", name: tableName, tensor: names.embedding };
  if (!tiedHead) yield { ...table, ...formOf(quantizationConfig, head, true), group: "head", name: headName, tensor: head };
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
      yield { kind: "matrix", group: layer, name, tensor, shape, ...formOf(quantizationConfig, tensor, false), transposed };
      if (bias) yield { kind: "vector", group: layer, name: `${name}.bias`, tensor: `${prefix}${path}.bias`, size: outFeatures };
    }
  }
}

/** The forms of the matrices of one layer by their input names. */
export type LayerForms = Readonly<Record<string, MatrixForm>>;

export interface HeldForms {
  readonly layers: readonly LayerForms[];
  readonly head: MatrixForm;
  /** On the host, where nothing is widened. */
  readonly table: MatrixForm;
}

/** @param hasFloat16 whether the engine has; else it holds float16 numbers as float32 */
export function heldForms(spec: ModelSpec, quantizationConfig: QuantizationConfig, hasFloat16: boolean): HeldForms {
  const layers = Array.from({ length: spec.layers }, (): Record<string, MatrixForm> => ({}));
  let [head, table]: (MatrixForm | undefined)[] = [];
  for (const held of heldTensors(spec, quantizationConfig)) {
    if (held.kind === "vector") continue;
    const { group, name, form } = held;
    if (typeof group === "number") (layers[group] as Record<string, MatrixForm>)[name] = onEngine(form, hasFloat16);
    if (name === tableName) table = form;
    if (name === (spec.tiedHead ? tableName : headName)) head = onEngine(form, hasFloat16);
  }
  return { layers, head: head as MatrixForm, table: table as MatrixForm };
}

/** Layers whose matrices are held alike have the same key. */
export function formsKey(forms: LayerForms): string {
  return Object.entries(forms)
    .map(([name, form]) => `${name} ${formKey(form)}`)
    .join();
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
export function heldBytes(spec: ModelSpec, quantizationConfig: QuantizationConfig, hasFloat16: boolean): HeldBytes {
  let [engine, host, head] = [0, 0, 0];
  for (const held of heldTensors(spec, quantizationConfig)) {
    const onHost = held.kind === "vector" ? 4 * held.size : matrixBytes(held, held.form);
    const there = held.kind === "vector" ? onHost : matrixBytes(held, onEngine(held.form, hasFloat16));
    if (held.group === "embedding") host += onHost;
    if (held.group !== "embedding" || (spec.tiedHead && held.name === tableName)) engine += there;
    if (held.name === (spec.tiedHead ? tableName : headName)) head += there;
  }
  return { engine, host, head };
}

/**
 * Bits per number of the matrices that are held in the form, scales and minima included, as they lie on the host: a table and a head
 * that are not quantized with the rest are left out.
 */
export function bitsPerWeight(spec: ModelSpec, quantizationConfig: QuantizationConfig): number {
  let [bytes, numbers] = [0, 0];
  const hasPlainTable = quantizationConfig.quantization !== "as-published" && !quantizationConfig.quantizeHead;
  for (const held of heldTensors(spec, quantizationConfig)) {
    if (held.kind === "vector" || (hasPlainTable && typeof held.group !== "number")) continue;
    bytes += matrixBytes(held, held.form);
    numbers += held.shape.rows * held.shape.columns;
  }
  return (8 * bytes) / numbers;
}

function matrixBytes({ name, shape }: HeldMatrix, form: MatrixForm): number {
  let bytes = 0;
  for (const piece of piecesOf(name, shape)) {
    for (const part of Object.values(schemeOf(form).parts(piece.shape))) bytes += byteLength(part.dtype, part.shape);
  }
  return bytes;
}

/** The name of the form; of what is held as published the names of its kinds, e.g. "Q4_K, Q6_K". */
export function formName({ quantization, published = {} }: QuantizationConfig): string {
  const names = new Set(Object.values(published).map(({ name }) => name));
  return quantization === "as-published" && names.size > 0 ? [...names].join(", ") : quantization;
}
