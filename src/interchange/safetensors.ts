// The safetensors format, in and out: 8 bytes of header length, a JSON header, then raw little-endian data
// (https://github.com/huggingface/safetensors). Only what is asked for is read. A header that points outside the file,
// overlaps or lies about sizes is refused before anything large is read.
import { isRecord } from "../base/json.ts";
import type { ByteSource } from "../base/byte-source.ts";
import { AtelierError } from "../base/errors.ts";
import { fromBfloat16, fromFloat16 } from "../base/half.ts";
import { elementCount, type Shape } from "../base/tensor.ts";
import { commas, words, type Words } from "../words/message.ts";

/** Checkpoints hold buffers of other types beside their weights, such as attention masks; those are refused when they are read. */
const bytesPerElement = {
  F32: 4,
  F16: 2,
  BF16: 2,
  I32: 4,
  F64: 8,
  I64: 8,
  U64: 8,
  U32: 4,
  I16: 2,
  U16: 2,
  I8: 1,
  U8: 1,
  BOOL: 1,
  F8_E4M3: 1,
  F8_E5M2: 1,
} as const;
export type StoredType = keyof typeof bytesPerElement;

export interface StoredTensor {
  readonly dtype: StoredType;
  readonly shape: Shape;
  /** Absolute byte range in the file. */
  readonly start: number;
  readonly end: number;
}

export interface SafetensorsFile {
  readonly source: ByteSource;
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface TensorToStore {
  readonly name: string;
  readonly shape: Shape;
  readonly data: Float32Array | Int32Array;
}

const largestHeader = 100_000_000;

/**
 * Reads the header.
 * @throws AtelierError `model/file-truncated` or `model/file-invalid`, naming the file and the tensor.
 */
export async function openSafetensors(source: ByteSource): Promise<SafetensorsFile> {
  const lengthBytes = await source.read(0, 8);
  if (lengthBytes.byteLength < 8) throw truncated(source, words("interchange/no-length", { size: source.size }));
  const length = Number(new DataView(lengthBytes.buffer).getBigUint64(0, true));
  if (length > largestHeader || length < 2) throw invalid(source, words("interchange/no-header"));
  if (8 + length > source.size) throw truncated(source, words("interchange/header-cut", { needed: 8 + length, size: source.size }));
  const header = parseHeader(source, await source.read(8, 8 + length));
  const { __metadata__: metadata, ...entries } = header;
  const tensors = new Map(Object.entries(entries).map(([name, entry]) => [name, parseEntry(source, name, entry, 8 + length)]));
  refuseOverlap(source, tensors);
  const texts = Object.entries(isRecord(metadata) ? metadata : {}).filter(([, value]) => typeof value === "string");
  return { source, tensors, metadata: Object.fromEntries(texts) as Record<string, string> };
}

/**
 * Reads one tensor as float32, or its rows along the first axis from `fromRow` up to `toRow`; F16 and BF16 are widened exactly.
 * @throws AtelierError `model/tensor-missing`.
 */
export async function readTensor(file: SafetensorsFile, name: string, fromRow?: number, toRow?: number): Promise<Float32Array> {
  const { entry, bytes } = await readBytes(file, name, fromRow, toRow);
  if (entry.dtype === "F32") return new Float32Array(bytes.buffer);
  if (entry.dtype === "F16") return fromFloat16(new Uint16Array(bytes.buffer));
  if (entry.dtype === "BF16") return fromBfloat16(new Uint16Array(bytes.buffer));
  throw invalid(file.source, words("interchange/no-floats", { tensor: name, type: entry.dtype }));
}

/** Reads one I32 tensor. */
export async function readIntegers(file: SafetensorsFile, name: string): Promise<Int32Array> {
  const { entry, bytes } = await readBytes(file, name);
  if (entry.dtype !== "I32") throw invalid(file.source, words("interchange/no-integers", { tensor: name, type: entry.dtype }));
  return new Int32Array(bytes.buffer);
}

/** Writes a file; tensors lie in the given order, names sorted by the caller where that matters. */
export function encodeSafetensors(
  tensors: readonly TensorToStore[],
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const header: Record<string, unknown> = Object.keys(metadata).length > 0 ? { __metadata__: metadata } : {};
  let offset = 0;
  for (const { name, shape, data } of tensors) {
    const dtype = data instanceof Float32Array ? "F32" : "I32";
    header[name] = { dtype, shape, data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const text = new Uint8Array(Math.ceil(json.byteLength / 8) * 8).fill(0x20);
  text.set(json);
  const out = new Uint8Array(8 + text.byteLength + offset);
  new DataView(out.buffer).setBigUint64(0, BigInt(text.byteLength), true);
  out.set(text, 8);
  let at = 8 + text.byteLength;
  for (const { data } of tensors) {
    out.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return out;
}

/** Reads the bytes of one tensor as they are stored, or those from `start` up to `end` of its own. */
export async function readStored(
  { source, tensors }: SafetensorsFile,
  name: string,
  start = 0,
  end = Infinity,
): Promise<Uint8Array<ArrayBuffer>> {
  const entry = tensors.get(name);
  if (!entry) throw new AtelierError("model/tensor-missing#safetensors", { file: source.name, tensor: name });
  const [first, last] = [entry.start + start, Math.min(entry.start + end, entry.end)];
  const bytes = await source.read(first, last);
  if (bytes.byteLength !== last - first) throw truncated(source, words("interchange/tensor-cut", { tensor: name }));
  return bytes;
}

async function readBytes(
  file: SafetensorsFile,
  name: string,
  fromRow = 0,
  toRow?: number,
): Promise<{ entry: StoredTensor; bytes: Uint8Array<ArrayBuffer> }> {
  const entry = file.tensors.get(name);
  if (!entry) throw new AtelierError("model/tensor-missing#safetensors", { file: file.source.name, tensor: name });
  const rows = entry.shape[0] ?? 1;
  const rowBytes = (entry.end - entry.start) / Math.max(1, rows);
  return { entry, bytes: await readStored(file, name, fromRow * rowBytes, Math.min(toRow ?? rows, rows) * rowBytes) };
}

function parseHeader(source: ByteSource, bytes: Uint8Array): Record<string, unknown> {
  try {
    const header: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (isRecord(header)) return header;
  } catch {
    // Falls through to the same refusal as a header that is no object.
  }
  throw invalid(source, words("interchange/header-not-json"));
}

function parseEntry(source: ByteSource, name: string, entry: unknown, dataStart: number): StoredTensor {
  const { dtype, shape, data_offsets: offsets } = isRecord(entry) ? entry : {};
  const isShape = Array.isArray(shape) && shape.every((size) => Number.isSafeInteger(size) && size >= 0);
  const isRange = Array.isArray(offsets) && offsets.length === 2 && offsets.every((at) => Number.isSafeInteger(at) && at >= 0);
  if (!isShape || !isRange) throw invalid(source, words("interchange/entry", { tensor: name }));
  if (!Object.hasOwn(bytesPerElement, String(dtype))) {
    const known = commas(Object.keys(bytesPerElement));
    throw invalid(source, words("interchange/type", { tensor: name, type: String(dtype), known }));
  }
  const stored = dtype as StoredType;
  const [from, to] = offsets as [number, number];
  if (to - from !== elementCount(shape as number[]) * bytesPerElement[stored])
    throw invalid(source, words("interchange/size", { tensor: name }));
  if (dataStart + to > source.size) {
    throw truncated(source, words("interchange/tensor-ends", { tensor: name, end: dataStart + to, size: source.size }));
  }
  return { dtype: stored, shape: shape as number[], start: dataStart + from, end: dataStart + to };
}

function refuseOverlap(source: ByteSource, tensors: ReadonlyMap<string, StoredTensor>): void {
  let [before, end] = ["", 0];
  for (const [name, tensor] of [...tensors].toSorted(([, a], [, b]) => a.start - b.start || a.end - b.end)) {
    if (tensor.start < end) throw invalid(source, words("interchange/overlap", { first: before, second: name }));
    [before, end] = [name, tensor.end];
  }
}

function truncated({ name }: ByteSource, what: Words): AtelierError {
  return new AtelierError("model/file-truncated", { file: name, what });
}

function invalid({ name }: ByteSource, what: Words): AtelierError {
  return new AtelierError("model/file-invalid#safetensors", { file: name, what });
}
