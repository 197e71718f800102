// Counts what is really allocated: every GPU buffer made on any device (ours, and those that ONNX Runtime makes inside a run,
// for staging and for uniforms), and ONNX Runtime's linear memory. The runtime reports neither, so its constructors are
// watched, once, before it starts.

export interface AllocatedBytes {
  /** Bytes of GPU buffers that are alive. */
  readonly gpuLive: number;
  readonly gpuPeak: number;
  /**
   * Bytes of the WASM heap up to the last byte ever written. A heap never shrinks, so this is its peak; pages above it are
   * reserved by the heap's growth but were never touched.
   */
  readonly heap: number;
}

const bufferBytes = new WeakMap<GPUBuffer, number>();
const memories: WebAssembly.Memory[] = [];
let watching = false;
let gpuLive = 0;
let gpuPeak = 0;

/** Call before the runtime is started; further calls do nothing. */
export function watchAllocations(): void {
  if (watching) return;
  watching = true;
  watchHeap();
  if (typeof GPUDevice !== "undefined") watchBuffers();
}

export function allocatedBytes(): AllocatedBytes {
  return { gpuLive, gpuPeak, heap: memories.reduce((sum, memory) => sum + touchedBytes(memory), 0) };
}

function watchHeap(): void {
  WebAssembly.Memory = new Proxy(WebAssembly.Memory, {
    construct: (target, args: [WebAssembly.MemoryDescriptor], asked) => {
      const memory = Reflect.construct(target, args, asked) as WebAssembly.Memory;
      // Feature checks make memories of no size.
      if (args[0].initial > 0) memories.push(memory);
      return memory;
    },
  });
}

function watchBuffers(): void {
  after(GPUDevice.prototype, "createBuffer", (_device, buffer, [descriptor]) => {
    const { size } = descriptor as GPUBufferDescriptor;
    bufferBytes.set(buffer as GPUBuffer, size);
    gpuLive += size;
    gpuPeak = Math.max(gpuPeak, gpuLive);
  });
  after(GPUBuffer.prototype, "destroy", (buffer) => {
    gpuLive -= bufferBytes.get(buffer as GPUBuffer) ?? 0;
    bufferBytes.delete(buffer as GPUBuffer);
  });
}

/** Calls `note` with the object, the result and the arguments of every call of a method. */
export function after(prototype: object, name: string, note: (of: unknown, result: unknown, args: readonly unknown[]) => void): void {
  const method = Reflect.get(prototype, name) as (...args: unknown[]) => unknown;
  const watched = new Proxy(method, {
    apply: (target, of: unknown, args: unknown[]) => {
      const result = Reflect.apply(target, of, args);
      note(of, result, args);
      return result;
    },
  });
  Object.defineProperty(prototype, name, { value: watched, configurable: true, writable: true });
}

/** Fresh pages are zero: everything above the last other byte was never written. */
function touchedBytes({ buffer }: WebAssembly.Memory): number {
  const words = new Int32Array(buffer);
  let at = words.length - 1;
  while (at >= 0 && words[at] === 0) at--;
  return (at + 1) * 4;
}
