// What ONNX Runtime 1.30 does with memory on each provider, as far as a budget needs it. Numbers were measured with
// `headless bench` and the tests in tests/browser/budget.test.ts hold them; rules are those of its sources.
import type { KernelName } from "../graph/encoded-nodes.ts";
import type { KernelMemory } from "../graph/plan-memory.ts";
import { byteLength } from "../base/tensor.ts";

/** Measured: no output takes an input's place, although the planner has a rule for it. */
const inPlace = new Set<never>();

const isPacked = (op: KernelName): boolean => op === "matmulNBits" || op === "matmulLevels4";

/** MatMulNBits and MatMulBnb4 without prepacked weights unpack the whole matrix to float32 first; the other kernels need no workspace. */
export const wasmKernels: KernelMemory = {
  inPlace,
  workspace: ({ op, inputs: [x], outputs: [y] }) =>
    isPacked(op) && x && y ? byteLength("float32", [x.shape[1] ?? 0, y.shape[1] ?? 0]) : 0,
};

export const webgpuKernels: KernelMemory = { inPlace, workspace: () => 0 };

/** GPU buffers for uniforms and for reading back. Measured. */
export const gpuRuntimeBytes = 64 * 2 ** 10;

/** Heap before any model: code's data, thread stacks, the sessions of a training step. Measured: 11.1 MiB on one thread, 12.2 on eight. */
export const wasmHeapBytes = 11.5 * 2 ** 20;

/**
 * Bytes of weights that programs for chat may have built in, beside those that training takes: what keeps a page under 0.9 GB, and no more
 * than a quarter of a small device's memory.
 */
export function mostBuiltInBytes(): number {
  const { navigator } = globalThis as { readonly navigator?: { readonly deviceMemory?: number } };
  return Math.min(600 * 2 ** 20, (navigator?.deviceMemory ?? Infinity) * 2 ** 28);
}

/**
 * Bytes of what a method trained that one run is fed on WASM: it copies them all, and cuts them up beside the copies. More goes through the
 * model layer by layer.
 */
export const mostFedBytes = 64 * 2 ** 20;

/** Sizes of buffers and how many of each are kept (onnxruntime/core/providers/webgpu/buffer_manager.cc, mode "bucket"). */
const buckets: readonly (readonly [bytes: number, kept: number])[] = [
  [64, 250],
  [128, 200],
  [256, 200],
  [512, 200],
  [2048, 230],
  [4096, 200],
  ...Array.from({ length: 8 }, (_, power) => [8192 * 2 ** power, 50] as const),
  [2_097_152, 30],
  [4_194_304, 20],
  [8_388_608, 10],
  [12_582_912, 10],
  [16_777_216, 10],
  [26_214_400, 15],
  [33_554_432, 22],
  [44_236_800, 2],
  [58_982_400, 6],
  [67_108_864, 6],
  [134_217_728, 6],
  [167_772_160, 6],
];

const keptOf: ReadonlyMap<number, number> = new Map(buckets);

/** Dispatches after which the runtime submits; only then may a released buffer be taken again. */
export const dispatchesPerSubmit = 16;

/** What a GPU buffer of our own takes. */
export function uploadedBytes(bytes: number): number {
  return Math.max(16, Math.ceil(bytes / 16) * 16);
}

/** What a GPU buffer of the runtime's takes. */
export function pooledBytes(bytes: number): number {
  return buckets.find(([limit]) => limit >= bytes)?.[0] ?? uploadedBytes(bytes);
}

/** ONNX Runtime's cache of GPU buffers: rounded up to buckets, kept when released. */
export class BufferPool {
  readonly #free = new Map<number, number>();
  readonly #pending: number[] = [];
  #held = 0;

  /** Bytes of all buffers, in use or kept. */
  get heldBytes(): number {
    return this.#held;
  }

  /** @returns the size of the buffer, to release it by */
  acquire(bytes: number): number {
    const size = pooledBytes(bytes);
    const free = this.#free.get(size) ?? 0;
    if (free > 0) this.#free.set(size, free - 1);
    else this.#held += size;
    return size;
  }

  release(size: number): void {
    this.#pending.push(size);
  }

  submit(): void {
    for (const size of this.#pending.splice(0)) {
      const free = this.#free.get(size) ?? 0;
      if (free < (keptOf.get(size) ?? 0)) this.#free.set(size, free + 1);
      else this.#held -= size;
    }
  }
}
