// Safetensors files with tensors of any stored type, as published checkpoints have them.
import { toFloat16 } from "../../src/base/half.ts";

export interface Stored {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

type Array_ = { readonly buffer: ArrayBufferLike; readonly byteOffset: number; readonly byteLength: number };
const bytesOf = (data: Array_): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

const bfloat16 = (values: readonly number[]): Uint16Array =>
  Uint16Array.from(new Uint32Array(Float32Array.from(values).buffer), (word) => word >>> 16);

const encoders = {
  F32: (values) => Float32Array.from(values),
  F16: (values) => toFloat16(Float32Array.from(values)),
  /** Cut, not rounded: for values that bfloat16 has. */
  BF16: bfloat16,
  I64: (values) => BigInt64Array.from(values, BigInt),
  I32: (values) => Int32Array.from(values),
  U32: (values) => Uint32Array.from(values),
  I8: (values) => Int8Array.from(values),
  U8: (values) => Uint8Array.from(values),
  F8_E4M3: (values) => Uint8Array.from(values),
} satisfies Record<string, (values: readonly number[]) => Array_>;

/** Float types take numbers, float8 its codes. */
export function stored(dtype: keyof typeof encoders, shape: readonly number[], values: readonly number[]): Stored {
  return { dtype, shape, bytes: bytesOf(encoders[dtype](values)) };
}

export function textTensor(text: string): Stored {
  const bytes = new TextEncoder().encode(text);
  return { dtype: "U8", shape: [bytes.length], bytes };
}

export function writeSafetensors(
  tensors: Readonly<Record<string, Stored>>,
  metadata?: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> {
  const header: Record<string, unknown> = metadata ? { __metadata__: metadata } : {};
  let end = 0;
  for (const [name, { dtype, shape, bytes }] of Object.entries(tensors)) {
    header[name] = { dtype, shape, data_offsets: [end, end + bytes.length] };
    end += bytes.length;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const out = new Uint8Array(8 + text.length + end);
  new DataView(out.buffer).setBigUint64(0, BigInt(text.length), true);
  out.set(text, 8);
  let at = 8 + text.length;
  for (const { bytes } of Object.values(tensors)) {
    out.set(bytes, at);
    at += bytes.length;
  }
  return out;
}
