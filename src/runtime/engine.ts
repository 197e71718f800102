// What every engine promises: it compiles graphs, holds tensors where it computes, and runs one graph at a time.
import type { AtelierError } from "../base/errors.ts";
import { fromFloat16 } from "../base/half.ts";
import type { DType, Shape } from "../base/tensor.ts";
import type { Graph } from "../graph/ir.ts";
import type { Value } from "../graph/value.ts";
import type { Text } from "../words/message.ts";

export type EngineKind = "webgpu" | "wasm" | "reference";

/** Row-major data of one tensor; two uint4 elements share a byte, the even one in the low half; float16 comes as its bits. */
export type TensorData = Float32Array | Float64Array | Int32Array | BigInt64Array | Uint16Array | Uint8Array;

/** Data, or what makes them when they are needed: an engine that only plans memory has no use for them. */
export type TensorSource = TensorData | (() => TensorData);

/** A tensor in the engine's memory. Its owner disposes it; a disposed tensor must not be used again. */
export interface DeviceTensor {
  readonly dtype: DType;
  readonly shape: Shape;
  readonly bytes: number;
  dispose(): void;
}

export interface Program<Output extends string = string> {
  readonly graph: Graph<Output>;
  dispose(): void;
}

/** Tensors by output name. */
export type Results<Output extends string = string> = Record<Output, DeviceTensor>;

/** What a run gives: a tensor for every output of the graph that is not written into an input. */
export function resultsOf<Output extends string>(
  { outputs }: Graph<Output>,
  tensor: (output: { readonly name: Output; readonly value: Value }) => DeviceTensor,
): Results<Output> {
  const given = outputs.filter(({ into }) => into === undefined);
  return Object.fromEntries(given.map((output) => [output.name, tensor(output)])) as Results<Output>;
}

export interface MemoryUse {
  /** Bytes of all live tensors, uploaded and computed. */
  readonly liveBytes: number;
  readonly peakBytes: number;
  /** The most that was really allocated, the runtime's own buffers and copies included; without the host's other data. */
  readonly allocatedBytes: number;
}

/** The whole of `source` into `target` from the given element on; both of the same 32-bit element type. */
export interface TensorCopy {
  readonly target: DeviceTensor;
  readonly offset: number;
  readonly source: DeviceTensor;
}

export interface Engine {
  readonly kind: EngineKind;
  /** The GPU adapter's name, or the number of threads. */
  readonly description: Text;
  /** Whether tensors may be float16; a GPU needs WebGPU's optional feature shader-f16 for it. */
  readonly hasFloat16: boolean;
  /** Whether it is a GPU by name only: an adapter that computes on the CPU. */
  readonly isFallback: boolean;
  /** Resolves when it can no longer be used, with the reason: all that is under way and all that comes later rejects with it. */
  readonly lost: Promise<AtelierError>;
  compile<Output extends string>(graph: Graph<Output>): Promise<Program<Output>>;
  upload(dtype: DType, shape: Shape, data: TensorSource): DeviceTensor;
  /**
   * Runs a program. Feeds are by input name and stay the caller's; the outputs, by output name, become the caller's.
   * @throws AtelierError `engine/run` with the runtime's words as details, `engine/out-of-memory`, `engine/device-lost`.
   */
  run<Output extends string>(program: Program<Output>, feeds: Readonly<Record<string, DeviceTensor>>): Promise<Results<Output>>;
  /** An int32 [1] that lies with the host, for operations that have to know it there before they compute. */
  hostNumber(value: number): DeviceTensor;
  /** The first rows of a float32 tensor, its very bytes: valid as long as it is, and not to be disposed. */
  firstRows(tensor: DeviceTensor, rows: number): DeviceTensor;
  read(tensor: DeviceTensor): Promise<TensorData>;
  /** Reads several, in their order, and waits for the device once. */
  readAll(tensors: readonly DeviceTensor[]): Promise<readonly TensorData[]>;
  /**
   * Rejects where the device refused what was uploaded or run since the last call: a refused buffer looks like any other, so
   * nothing is built on it before this. `read` does the same.
   * @throws AtelierError `engine/out-of-memory`, `engine/device-lost`
   */
  settled(): Promise<void>;
  copyInto(copies: readonly TensorCopy[]): void;
  memory(): MemoryUse;
  dispose(): Promise<void>;
}

export function dataOf(source: TensorSource): TensorData {
  return typeof source === "function" ? source() : source;
}

/** Of float32 numbers; nothing is made before an engine asks for it. */
export function zeroFloats(size: number): TensorSource {
  return () => new Float32Array(size);
}

/** Reads a float32 or a float16 tensor. */
export async function readFloats(engine: Engine, tensor: DeviceTensor): Promise<Float32Array> {
  return asFloats(await engine.read(tensor));
}

function asFloats(data: TensorData): Float32Array {
  if (data instanceof Uint16Array) return fromFloat16(data);
  return data instanceof Float32Array ? data : Float32Array.from(data as Float64Array);
}

/** Copies of float32 or float16 tensors, in their order. */
export async function readVectors(engine: Engine, tensors: readonly DeviceTensor[]): Promise<Float32Array[]> {
  return (await engine.readAll(tensors)).map((data) => asFloats(data).slice());
}

export function disposeAll(tensors: Readonly<Record<string, DeviceTensor>> | readonly DeviceTensor[]): void {
  for (const tensor of Object.values(tensors)) tensor.dispose();
}
