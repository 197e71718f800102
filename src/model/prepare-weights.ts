// Turns a checkpoint into what an engine holds: matrices quantized as asked, vectors float32. Matrices are read a few rows at
// a time, so that besides what is made only a few megabytes of the checkpoint are on the host.
import { AtelierError, hintOf, messageOf } from "../base/errors.ts";
import { firstNotFinite, float32Exponent } from "../base/finite.ts";
import { byteLength, type DType, type Shape } from "../base/tensor.ts";
import type { TensorData } from "../runtime/engine.ts";
import { checkTensors, withFullNames } from "./check-tensors.ts";
import { heldTensors, type HeldMatrix, type HeldTensor, type QuantizationConfig, type TensorGroup } from "./held-weights.ts";
import { schemeOf } from "./quantization/form-schemes.ts";
import { piecesOf, type Piece } from "./quantization/pieces.ts";
import { quantizers } from "./quantization/quantizers.ts";
import { rowStep, type EncodedMatrix, type MatrixEncoder, type MatrixPart } from "./quantization/scheme.ts";
import type { ModelSpec } from "./spec.ts";
import type { TensorReader } from "./tensor-reader.ts";

/** One tensor as it is held: on the engine, or on the host for the embedding table. */
export interface PreparedTensor {
  readonly group: TensorGroup;
  /** The input name of the graphs, e.g. "q_proj.codes"; of a matrix in pieces "head.2.codes". */
  readonly name: string;
  readonly dtype: DType;
  readonly shape: Shape;
  readonly data: TensorData;
}

/** What can be placed on an engine: made from a checkpoint, or kept from an earlier time. */
export interface PreparedModel {
  readonly tensors: AsyncIterable<PreparedTensor>;
  /** Changes with any bit of the checkpoint, not with how it is held; known once the last tensor has come. */
  readonly fingerprint: () => string;
  /** Changes with any bit of codes that texts decided; undefined where the fingerprint and the form say it all. */
  readonly codes: () => string | undefined;
}

/** Elements read at once: 16 MiB of float32. */
const chunkElements = 2 ** 22;

/**
 * @param onProgress called with the share of tensors read
 * @throws AtelierError as {@link checkTensors}; what the reader throws, and `model/not-finite` naming the tensor, comes while the
 *   tensors are taken.
 */
export function prepareWeights(
  spec: ModelSpec,
  reader: TensorReader,
  quantizationConfig: QuantizationConfig,
  onProgress?: (fraction: number, tensor: string) => void,
): PreparedModel {
  const known = withFullNames(spec, reader);
  checkTensors(spec, known.shapes);
  const preparing = new Preparing(known, [...heldTensors(spec, quantizationConfig)], onProgress);
  return { tensors: preparing.all(), fingerprint: () => preparing.fingerprint, codes: () => preparing.codes };
}

/** The tensors of one layer as numbers: all matrices in float32, [out, in]. */
export async function layerNumbers(spec: ModelSpec, reader: TensorReader, layer: number): Promise<ReadonlyMap<string, PreparedTensor>> {
  const held = [...heldTensors(spec, { quantization: "none" })].filter(({ group }) => group === layer);
  const found = new Map<string, PreparedTensor>();
  for await (const tensor of new Preparing(withFullNames(spec, reader), held).all()) found.set(tensor.name, tensor);
  return found;
}

class Preparing {
  readonly #reader: TensorReader;
  readonly #held: readonly HeldTensor[];
  readonly #onProgress: ((fraction: number, tensor: string) => void) | undefined;
  #done = 0;
  #hash = fnvStart;
  #codes: number | undefined;

  constructor(reader: TensorReader, held: readonly HeldTensor[], onProgress?: (fraction: number, tensor: string) => void) {
    this.#reader = reader;
    this.#held = held;
    this.#onProgress = onProgress;
  }

  get fingerprint(): string {
    return inHex(this.#hash);
  }

  get codes(): string | undefined {
    return this.#codes === undefined ? undefined : inHex(this.#codes);
  }

  async *all(): AsyncGenerator<PreparedTensor> {
    for (const held of this.#held) {
      if (held.kind === "matrix") yield* this.#matrix(held);
      else
        yield { group: held.group, name: held.name, dtype: "float32", shape: [held.size], data: await this.#read(held.tensor, held.size) };
      this.#done++;
      this.#report(0, held.tensor);
    }
  }

  async *#matrix(held: HeldMatrix): AsyncGenerator<PreparedTensor> {
    const scheme = schemeOf(held.form);
    let row = 0;
    for (const piece of piecesOf(held.name, held.shape)) {
      const encoded = await this.#piece(held, row, piece).catch((error: unknown) => {
        throw inTensor(held.tensor, error);
      });
      requireHoldable(held, encoded);
      for (const [part, { dtype, shape: stored }] of Object.entries(scheme.parts(piece.shape))) {
        yield { group: held.group, name: `${piece.name}.${part}`, dtype, shape: stored, data: encoded[part] as TensorData };
      }
      row += piece.shape.rows;
    }
  }

  async #piece(held: HeldMatrix, from: number, { shape: { rows, columns } }: Piece): Promise<EncodedMatrix> {
    const { tensor, quantization, form } = held;
    if (quantization) return this.#encode(held, quantizers[quantization].encoder({ rows, columns }), from, rows);
    const published = this.#reader.published?.get(tensor);
    if (!published) throw new AtelierError("model/not-published", { tensor });
    const encoded = withInverse(await published.read(from, from + rows));
    if (published.numbers) {
      this.#hashRows(held, await published.numbers(from, from + rows), rows);
      for (const part of Object.values(encoded)) this.#codes = fnv1aOfBytes(this.#codes ?? fnvStart, part);
    } else this.#hashHeld(held, encoded, rows);
    this.#report((from + rows) / held.shape.rows, tensor);
    requireParts(tensor, encoded, schemeOf(form).parts({ rows, columns }));
    return encoded;
  }

  /** As the numbers that the codes stand for, in the order in which the checkpoint would give them: the form changes nothing. */
  #hashHeld(held: HeldMatrix, encoded: EncodedMatrix, rows: number): void {
    const { form, transposed } = held;
    const { columns } = held.shape;
    const step = transposed ? rows : Math.max(1, Math.floor(chunkElements / columns));
    for (let row = 0; row < rows; row += step) {
      const count = Math.min(step, rows - row);
      const numbers = new Float32Array(count * columns);
      for (let at = 0; at < count; at++) schemeOf(form).decodeRow(encoded, { rows, columns }, row + at, numbers, at * columns);
      this.#hashRows(held, numbers, count);
    }
  }

  #hashRows({ tensor, shape: { columns }, transposed }: HeldMatrix, numbers: Float32Array, rows: number): void {
    this.#add(tensor, transposed ? transpose(numbers, rows, columns) : numbers);
  }

  /** Rows of a matrix, a chunk at a time. */
  async #encode(
    { tensor, shape: whole, transposed }: HeldMatrix,
    encoder: MatrixEncoder,
    from: number,
    rows: number,
  ): Promise<EncodedMatrix> {
    const { columns } = whole;
    if (transposed) {
      const flipped = transpose(await this.#read(tensor, whole.rows * columns), columns, whole.rows);
      encoder.add(flipped.subarray(from * columns, (from + rows) * columns));
      return encoder.finish();
    }
    const step = Math.max(rowStep, Math.floor(chunkElements / columns / rowStep) * rowStep);
    for (let at = 0; at < rows; at += step) {
      const end = Math.min(at + step, rows);
      const range = end - at === whole.rows ? [] : [from + at, from + end];
      const rowsRead = await this.#read(tensor, (end - at) * columns, ...range);
      encoder.add(rowsRead);
      letGo(rowsRead);
      this.#report((from + end) / whole.rows, tensor);
    }
    return encoder.finish();
  }

  async #read(name: string, expected: number, ...range: readonly number[]): Promise<Float32Array> {
    const data = await this.#reader.read(name, ...range);
    if (data.length !== expected) throw new AtelierError("model/reader", { tensor: name, found: data.length, expected });
    this.#add(name, data);
    return data;
  }

  #add(tensor: string, data: Float32Array): void {
    const hash = fnv1aOfFinite(this.#hash, data);
    if (hash === null) throw notFinite(tensor, data);
    this.#hash = hash;
  }

  #report(within: number, tensor: string): void {
    this.#onProgress?.((this.#done + within) / this.#held.length, tensor);
  }
}

const fnvStart = 0x811c9dc5;

const inHex = (hash: number): string => (hash >>> 0).toString(16).padStart(8, "0");

function fnv1aOfBytes(hash: number, { buffer, byteOffset, byteLength: length }: TensorData): number {
  const bytes = new Uint8Array(buffer, byteOffset, length);
  let out = hash;
  for (let at = 0; at < bytes.length; at++) out = Math.imul(out ^ (bytes[at] as number), 0x01000193);
  return out;
}

/** Of a choice of matrices by their names, as of codes. */
export function codesOf(names: readonly string[]): string {
  return inHex(fnv1aOfBytes(fnvStart, new TextEncoder().encode(names.toSorted().join())));
}

/** FNV-1a over 32-bit words: not for adversaries, but any changed word changes it. Null where a number is not finite. */
function fnv1aOfFinite(hash: number, data: Float32Array): number | null {
  const words = new Uint32Array(data.buffer, data.byteOffset, data.length);
  let out = hash;
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as number;
    if ((word & float32Exponent) === float32Exponent) return null;
    out = Math.imul(out ^ word, 0x01000193);
  }
  return out;
}

/** Gives memory back at once: a collector that lags behind would let chunks pile up beside what is made. */
function letGo({ buffer, byteLength: bytes }: Float32Array): void {
  // Older browsers cannot, and wait for the collector.
  if (buffer instanceof ArrayBuffer && bytes === buffer.byteLength) (buffer as { transfer?: (size: number) => unknown }).transfer?.(0);
}

/** Columns in another order are put back by the inverse, in gradients. */
function withInverse(encoded: EncodedMatrix): EncodedMatrix {
  const order = encoded["order"] as Int32Array | undefined;
  if (!order) return encoded;
  const inverse = new Int32Array(order.length);
  for (const [at, column] of order.entries()) inverse[column] = at;
  return { ...encoded, inverse };
}

/** A reader that gives less than a form needs, or more, would be read as other numbers. */
function requireParts(tensor: string, encoded: EncodedMatrix, parts: Readonly<Record<string, MatrixPart>>): void {
  for (const [name, { dtype, shape }] of Object.entries(parts)) {
    const [found, expected] = [encoded[name]?.byteLength ?? 0, byteLength(dtype, shape)];
    if (found !== expected) throw new AtelierError("model/reader", { tensor: `${tensor} (${name})`, found, expected });
  }
}

/** An encoder knows numbers, not where they come from. */
function inTensor(tensor: string, error: unknown): unknown {
  if (!(error instanceof AtelierError) || error.code !== "model/float16-range") return error;
  return new AtelierError("model/float16-range#tensor", { what: messageOf(error), tensor, hint: hintOf(error) }, { cause: error });
}

/** Weights that are finite may still be too large for a form's scales, some of which are kept as float16. */
function requireHoldable({ tensor, quantization }: HeldMatrix, encoded: EncodedMatrix): void {
  if (quantization === null || quantization === "none") return;
  const overflows = Object.values(encoded).some((part) => part instanceof Float32Array && firstNotFinite(part) !== null);
  if (overflows) throw new AtelierError("model/not-holdable", { tensor, quantization });
}

/** One such weight makes every answer and every loss NaN, which no setting of the training mends. */
function notFinite(name: string, data: Float32Array): AtelierError {
  return new AtelierError("model/not-finite#tensor", { tensor: name, found: firstNotFinite(data)?.what ?? "NaN" });
}

/** [rows, columns] to [columns, rows]. */
function transpose(data: Float32Array, rows: number, columns: number): Float32Array {
  const out = new Float32Array(data.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) out[column * rows + row] = data[row * columns + column] as number;
  }
  return out;
}
