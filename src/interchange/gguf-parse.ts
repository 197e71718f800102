// The bytes of a GGUF header (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md), versions 2 and 3. Texts are read as they
// stand: a token that begins with U+FEFF keeps it, which the usual reading of UTF-8 takes for a mark and drops.
import type { ByteSource } from "../base/byte-source.ts";
import { words, type Words } from "../words/message.ts";
import { invalidGguf, truncatedGguf } from "./gguf-errors.ts";

export interface ParsedGguf {
  readonly metadata: ReadonlyMap<string, unknown>;
  readonly tensors: readonly ParsedTensor[];
  /** Where the data of the tensors begins. */
  readonly dataStart: number;
}

export interface ParsedTensor {
  readonly name: string;
  /** Innermost axis first, as in the file. */
  readonly shape: readonly number[];
  /** ggml_type */
  readonly type: number;
  /** From {@link ParsedGguf.dataStart}. */
  readonly offset: number;
}

/** Read from the file at once. */
const chunkBytes = 2_000_000;
const mostAxes = 8;
/** Names in the smallest tensor and key: a length, a type. */
const leastBytes = 12;
const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/** @throws AtelierError `model/file-truncated`, `model/file-invalid` */
export async function parseGguf(source: ByteSource): Promise<ParsedGguf> {
  if (source.size < 4) throw invalidGguf(source.name, words("gguf/no-magic"));
  const reader = new HeaderReader(source);
  const magic = await reader.whole((cursor) => utf8.decode(cursor.bytes(4)));
  if (magic !== "GGUF") throw invalidGguf(source.name, words("gguf/no-magic"));
  const version = await reader.whole((cursor) => cursor.u32());
  if ((version & 0xffff) === 0 && version !== 0) throw invalidGguf(source.name, words("gguf/big-endian"));
  if (version !== 2 && version !== 3) throw invalidGguf(source.name, words("gguf/version", { version: String(version) }));
  const [tensorCount, keyCount] = await reader.whole((cursor) => [cursor.u64(), cursor.u64()] as const);
  for (const [what, count] of [
    ["tensors", tensorCount],
    ["other", keyCount],
  ] as const)
    if (Number(count) * leastBytes > source.size) throw invalidGguf(source.name, words("gguf/count", { what, count: String(count) }));
  const metadata = new Map<string, unknown>();
  for (let at = 0; at < Number(keyCount); at++) {
    const [key, value] = await reader.whole((cursor) => [cursor.text(), cursor.value(cursor.u32(), 0)] as const);
    if (metadata.has(key)) throw invalidGguf(source.name, words("gguf/key-twice", { key }));
    metadata.set(key, value);
  }
  const tensors: ParsedTensor[] = [];
  for (let at = 0; at < Number(tensorCount); at++) tensors.push(await reader.whole(readTensorInfo));
  const alignment = metadata.get("general.alignment") ?? 32;
  if (typeof alignment !== "number" || !Number.isInteger(alignment) || alignment <= 0)
    throw invalidGguf(source.name, words("gguf/alignment"));
  return { metadata, tensors, dataStart: Math.ceil(reader.position / alignment) * alignment };
}

function readTensorInfo(cursor: Cursor): ParsedTensor {
  const name = cursor.text();
  const axes = cursor.u32();
  if (axes > mostAxes) throw cursor.invalid(words("gguf/axes", { tensor: name, axes }));
  const shape = Array.from({ length: axes }, () => Number(cursor.u64()));
  return { name, shape, type: cursor.u32(), offset: Number(cursor.u64()) };
}

function cutHeader(source: ByteSource): Error {
  return truncatedGguf(source, words("gguf/header-cut", { size: source.size }));
}

/** More bytes are needed than have been read from the file. */
class OutOfBytes extends Error {}

/** Reads from the start of a file on, a chunk at a time, as far as the header needs. */
class HeaderReader {
  readonly #source: ByteSource;
  #loaded = new Uint8Array();
  position = 0;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  /** Runs `read` on bytes that are there; where they do not suffice, fetches more and runs it again. */
  async whole<T>(read: (cursor: Cursor) => T): Promise<T> {
    for (;;) {
      const cursor = new Cursor(this.#source, this.#loaded, this.position);
      try {
        const result = read(cursor);
        this.position = cursor.position;
        return result;
      } catch (error) {
        if (!(error instanceof OutOfBytes)) throw error;
        await this.#more();
      }
    }
  }

  async #more(): Promise<void> {
    const { size } = this.#source;
    const from = this.#loaded.length;
    if (from >= size) throw cutHeader(this.#source);
    const more = await this.#source.read(from, Math.min(size, from + Math.max(chunkBytes, from >> 1)));
    if (more.length === 0) throw cutHeader(this.#source);
    const joined = new Uint8Array(from + more.length);
    joined.set(this.#loaded);
    joined.set(more, from);
    this.#loaded = joined;
  }
}

class Cursor {
  position: number;
  readonly #source: ByteSource;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;

  constructor(source: ByteSource, bytes: Uint8Array, position: number) {
    this.#source = source;
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.position = position;
  }

  bytes(count: number): Uint8Array {
    const at = this.#skip(count);
    return this.#bytes.subarray(at, at + count);
  }

  u32(): number {
    return this.#view.getUint32(this.#skip(4), true);
  }

  u64(): bigint {
    return this.#view.getBigUint64(this.#skip(8), true);
  }

  text(): string {
    return utf8.decode(this.bytes(Number(this.u64())));
  }

  /** @param depth of lists around it */
  value(type: number, depth: number): unknown {
    if (type !== 9) return this.#scalar(type);
    if (depth > 3) throw this.invalid(words("gguf/deep-lists"));
    const [kind, count] = [this.u32(), Number(this.u64())];
    const { size } = this.#source;
    if (this.position + count > size) throw truncatedGguf(this.#source, words("gguf/list-cut", { needed: count, size }));
    const items: unknown[] = [];
    for (let at = 0; at < count; at++) items.push(this.value(kind, depth + 1));
    return items;
  }

  #scalar(type: number): unknown {
    const view = this.#view;
    switch (type) {
      case 0:
        return view.getUint8(this.#skip(1));
      case 1:
        return view.getInt8(this.#skip(1));
      case 2:
        return view.getUint16(this.#skip(2), true);
      case 3:
        return view.getInt16(this.#skip(2), true);
      case 4:
        return this.u32();
      case 5:
        return view.getInt32(this.#skip(4), true);
      case 6:
        return view.getFloat32(this.#skip(4), true);
      case 7:
        return view.getUint8(this.#skip(1)) !== 0;
      case 8:
        return this.text();
      case 10:
        return Number(this.u64());
      case 11:
        return Number(view.getBigInt64(this.#skip(8), true));
      case 12:
        return view.getFloat64(this.#skip(8), true);
      default:
        throw this.invalid(words("gguf/value-type", { type: String(type) }));
    }
  }

  invalid(what: Words): Error {
    return invalidGguf(this.#source.name, what);
  }

  /** Where the next bytes begin. */
  #skip(count: number): number {
    const at = this.position;
    if (at + count > this.#source.size) throw cutHeader(this.#source);
    if (at + count > this.#bytes.length) throw new OutOfBytes();
    this.position = at + count;
    return at;
  }
}
