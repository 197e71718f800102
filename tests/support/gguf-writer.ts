// Writes GGUF files as llama.cpp's converter does (gguf.md, convert_hf_to_gguf.py), independently of the code under test: what the
// application undoes is done here, from the same published descriptions.
import { toFloat16 } from "../../src/base/half.ts";

export type GgufValue =
  | { readonly u32: number }
  | { readonly f32: number }
  | { readonly bool: boolean }
  | { readonly text: string }
  | { readonly texts: readonly string[] }
  | { readonly i32s: readonly number[] }
  | { readonly f32s: readonly number[] };

export interface GgufTensorToWrite {
  readonly name: string;
  /** Outermost axis first. */
  readonly shape: readonly number[];
  /** ggml_type */
  readonly type: number;
  readonly bytes: Uint8Array;
}

const alignment = 32;

export function writeGguf(metadata: Readonly<Record<string, GgufValue>>, tensors: readonly GgufTensorToWrite[]): Uint8Array<ArrayBuffer> {
  const out = new Writer();
  out.raw(new TextEncoder().encode("GGUF"));
  out.u32(3);
  out.u64(tensors.length);
  out.u64(Object.keys(metadata).length);
  for (const [key, value] of Object.entries(metadata)) {
    out.text(key);
    writeValue(out, value);
  }
  let offset = 0;
  for (const { name, shape, type, bytes } of tensors) {
    out.text(name);
    out.u32(shape.length);
    for (const size of shape.toReversed()) out.u64(size);
    out.u32(type);
    out.u64(offset);
    offset += Math.ceil(bytes.byteLength / alignment) * alignment;
  }
  for (const { bytes } of tensors) {
    out.pad(alignment);
    out.raw(bytes);
  }
  out.pad(alignment);
  return out.done();
}

function writeValue(out: Writer, value: GgufValue): void {
  if ("u32" in value) out.typed(4, () => out.u32(value.u32));
  else if ("f32" in value) out.typed(6, () => out.f32(value.f32));
  else if ("bool" in value) out.typed(7, () => out.raw(Uint8Array.of(value.bool ? 1 : 0)));
  else if ("text" in value) out.typed(8, () => out.text(value.text));
  else if ("texts" in value) out.list(8, value.texts, (text) => out.text(text));
  else if ("i32s" in value) out.list(5, value.i32s, (number) => out.u32(number));
  else out.list(6, value.f32s, (number) => out.f32(number));
}

class Writer {
  readonly #parts: Uint8Array[] = [];
  #length = 0;

  raw(bytes: Uint8Array): void {
    this.#parts.push(bytes);
    this.#length += bytes.byteLength;
  }

  u32(value: number): void {
    this.raw(new Uint8Array(Uint32Array.of(value).buffer));
  }

  u64(value: number): void {
    this.raw(new Uint8Array(BigUint64Array.of(BigInt(value)).buffer));
  }

  f32(value: number): void {
    this.raw(new Uint8Array(Float32Array.of(value).buffer));
  }

  text(value: string): void {
    const bytes = new TextEncoder().encode(value);
    this.u64(bytes.byteLength);
    this.raw(bytes);
  }

  typed(type: number, write: () => void): void {
    this.u32(type);
    write();
  }

  list<T>(type: number, values: readonly T[], write: (value: T) => void): void {
    this.u32(9);
    this.u32(type);
    this.u64(values.length);
    for (const value of values) write(value);
  }

  pad(multiple: number): void {
    this.raw(new Uint8Array(-this.#length & (multiple - 1)));
  }

  done(): Uint8Array<ArrayBuffer> {
    const out = new Uint8Array(this.#length);
    let at = 0;
    for (const part of this.#parts) {
      out.set(part, at);
      at += part.byteLength;
    }
    return out;
  }
}

export type Storage = "F32" | "F16" | "Q8_0";

/** Vectors stay F32, as llama.cpp leaves them. */
export function stored(name: string, shape: readonly number[], data: Float32Array, storage: Storage): GgufTensorToWrite {
  const kind = shape.length === 1 || (shape.at(-1) ?? 0) % 32 !== 0 ? "F32" : storage;
  if (kind === "F16") return { name, shape, type: 1, bytes: new Uint8Array(toFloat16(data).buffer) };
  if (kind === "Q8_0") return { name, shape, type: 8, bytes: quantizeQ8(data) };
  return { name, shape, type: 0, bytes: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
}

/** quantize_row_q8_0: the scale is the largest magnitude / 127, as binary16; codes are rounded half away from zero. */
export function quantizeQ8(data: Float32Array): Uint8Array {
  const out = new Uint8Array((data.length / 32) * 34);
  for (let block = 0; block < data.length / 32; block++) {
    const values = data.subarray(block * 32, block * 32 + 32);
    const scale = Math.fround(values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0) / 127);
    out.set(new Uint8Array(toFloat16(Float32Array.of(scale)).buffer), block * 34);
    const inverse = scale === 0 ? 0 : Math.fround(1 / scale);
    for (const [at, value] of values.entries()) {
      const code = Math.fround(value * inverse);
      out[block * 34 + 2 + at] = Math.sign(code) * Math.round(Math.abs(code));
    }
  }
  return out;
}
