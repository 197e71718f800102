// What the kernels of the reference engine work on, and the walks over it that several of them share.
import { elementCount, stridesOf, type Shape } from "../../base/tensor.ts";
import type { OpAttributes, OpName } from "../../graph/ops.ts";

/** Float tensors are Float64Array, int32 and int64 are Int32Array, uint8 and uint4 are one code per element or packed bytes. */
export interface HostTensor {
  readonly shape: Shape;
  readonly data: Float64Array | Int32Array | Uint8Array;
}

export type Kernel<K extends OpName> = (
  inputs: readonly HostTensor[],
  attributes: OpAttributes[K],
  outputs: readonly Shape[],
) => readonly HostTensor[];

export function fill(shape: Shape, f: (index: readonly number[]) => number): HostTensor {
  const strides = stridesOf(shape);
  const data = new Float64Array(elementCount(shape));
  for (let flat = 0; flat < data.length; flat++) {
    data[flat] = f(strides.map((stride, axis) => Math.floor(flat / stride) % at(shape[axis])));
  }
  return { shape, data };
}

export function read(x: HostTensor, index: readonly number[]): number {
  return at(x.data[dot(stridesOf(x.shape), index)]);
}

export function overRows(x: HostTensor, f: (row: Float64Array) => Float64Array): HostTensor {
  const width = at(x.shape.at(-1));
  const data = new Float64Array(x.data.length);
  for (let start = 0; start < data.length; start += width) data.set(f(Float64Array.from(x.data.slice(start, start + width))), start);
  return { shape: x.shape, data };
}

export function rmsNormed(x: HostTensor, weight: HostTensor, eps: number): HostTensor {
  return overRows(x, (row) => {
    const scale = 1 / Math.sqrt(row.reduce((sum, value) => sum + value * value, 0) / row.length + eps);
    return row.map((value, column) => value * scale * at(weight.data[column]));
  });
}

export function exponentialsRow(row: Float64Array): Float64Array {
  const largest = row.reduce((a, b) => Math.max(a, b), -Infinity);
  return row.map((value) => Math.exp(value - largest));
}

export function softmaxRow(row: Float64Array): Float64Array {
  const powers = exponentialsRow(row);
  const total = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / total);
}

export function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((total, value, index) => total + value * (b[index] ?? 0), 0);
}

export function at<T>(value: T | undefined): T {
  if (value === undefined) throw new RangeError("The reference engine read outside a tensor.");
  return value;
}
