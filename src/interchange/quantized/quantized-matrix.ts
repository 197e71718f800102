// What a maker of quantized checkpoints has to say about one matrix, and what it works from: the stored tensors by their names and
// what config.json says. Nothing is read while a checkpoint is opened but headers: on a hub the tensors of a matrix lie all over
// files of gigabytes. What only small tensors tell (a shape, a group's inputs) is taken from config.json and checked on reading.
import { AtelierError } from "../../base/errors.ts";
import type { Json } from "../../base/json.ts";
import type { Shape } from "../../base/tensor.ts";
import type { QuantizationMethod } from "../../model/published-quantization.ts";
import type { MatrixShape } from "../../model/quantization/scheme.ts";
import type { PublishedMatrix } from "../../model/tensor-reader.ts";
import { words, type Words } from "../../words/message.ts";
import type { StoredTensor, StoredType } from "../safetensors.ts";

export interface StoredTensors {
  readonly entries: ReadonlyMap<string, StoredTensor>;
  /** As they are stored: the tensor's bytes, or those from `start` up to `end`. */
  bytes(name: string, start?: number, end?: number): Promise<Uint8Array<ArrayBuffer>>;
  /** F32, F16 and BF16 as float32; rows as those of TensorReader. */
  floats(name: string, fromRow?: number, toRow?: number): Promise<Float32Array>;
  /** The texts in the header of the file that holds the tensor. */
  metadata(name: string): Readonly<Record<string, string>>;
  /** Of {@link readOnce}. */
  readonly latest: { owner?: { value?: Promise<unknown> } };
}

export interface QuantizedMatrix extends MatrixShape {
  /** The stored tensors that it is made of, and those that only concern activations. */
  readonly consumed: readonly string[];
  /** Row-major, as the publisher's own library would make them in float32. */
  readonly read: (fromRow: number, toRow: number) => Promise<Float32Array>;
  /** Absent where no form can hold the same numbers. */
  readonly published?: PublishedMatrix;
}

/** What a maker opens one matrix from. */
export interface Opening {
  readonly tensors: StoredTensors;
  /** The module's name with its dot, e.g. "model.layers.0.mlp.down_proj.". */
  readonly module: string;
  readonly method: QuantizationMethod | null;
  readonly settings: Json;
  /** What the architecture asks for. */
  readonly shape: Shape;
  /** Whether the architecture has a bias there. */
  readonly hasBias: boolean;
}

export const weightOf = ({ module }: Pick<Opening, "module">): string => `${module}weight`;

/** @throws AtelierError `model/file-invalid` naming matrix and part */
export function invalidMatrix({ module }: Pick<Opening, "module">, what: Words): AtelierError {
  return new AtelierError("model/file-invalid#quantized", { tensor: `${module}weight`, what });
}

export function missingPart(opening: Pick<Opening, "module">, part: string): AtelierError {
  return invalidMatrix(opening, words("interchange/quantized-missing", { part }));
}

/** @throws AtelierError `model/file-invalid` where it is missing or of another type */
export function entryOf(opening: Opening, part: string, ...types: readonly StoredType[]): StoredTensor {
  const entry = opening.tensors.entries.get(opening.module + part);
  if (!entry) throw missingPart(opening, part);
  if (!types.includes(entry.dtype)) throw unfitting(opening, part);
  return entry;
}

export function unfitting(opening: Opening, part: string): AtelierError {
  const { dtype: type = "", shape = [] } = opening.tensors.entries.get(opening.module + part) ?? {};
  return invalidMatrix(opening, words("interchange/quantized-shape", { part, type, shape: shape.join(", ") }));
}

export function wrongValue(opening: Pick<Opening, "module">, part: string, found: unknown, expected: unknown): AtelierError {
  return invalidMatrix(opening, words("interchange/quantized-value", { part, found: textOf(found), expected: textOf(expected) }));
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

/** The names of parts that are there. */
export function partsOf({ tensors, module }: Opening, ...parts: readonly string[]): readonly string[] {
  return parts.map((part) => module + part).filter((name) => tensors.entries.has(name));
}

/**
 * Rows and columns of a matrix whose stored codes do not tell them.
 * @param part whose size they must fit
 * @throws AtelierError `model/file-invalid`
 */
export function expectedShape(opening: Opening, part: string, fits: (elements: number) => boolean): MatrixShape {
  const [rows = 0, columns = 0] = opening.shape;
  if (!fits(rows * columns)) throw unfitting(opening, part);
  return { rows, columns };
}

export const floatTypes = ["F32", "F16", "BF16"] as const;

/** @throws AtelierError `model/unsupported-feature` naming the matrix */
export function unsupportedMatrix(opening: Pick<Opening, "module">, form: string): AtelierError {
  return new AtelierError("model/unsupported-feature#quantized-tensor", { tensor: weightOf(opening), form });
}

/** Words of 32 bits as they are stored. */
export async function wordsOf({ tensors, module }: Opening, part: string): Promise<Uint32Array> {
  return new Uint32Array((await tensors.bytes(module + part)).buffer);
}

/**
 * Keeps what was read last, for matrices whose rows lie all over what is stored: a large one is asked for in several ranges. Of a
 * checkpoint one matrix is kept: the loader takes one after the other.
 */
export function readOnce<T>({ latest }: StoredTensors, read: () => Promise<T>): () => Promise<T> {
  const kept: { value?: Promise<T> } = {};
  return () => {
    if (latest.owner !== kept) delete latest.owner?.value;
    latest.owner = kept;
    kept.value ??= read().catch((error: unknown) => {
      delete kept.value;
      throw error;
    });
    return kept.value;
  };
}
