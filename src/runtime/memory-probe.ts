// Asks for memory and gives it back, to learn before the fact what would be granted. Bounded in time and size; what it
// cannot tell is said with the answer.
import { messageOf } from "../base/errors.ts";
import { words, type Words } from "../words/message.ts";
import { describeGpu } from "./gpu.ts";

export interface Granted {
  readonly askedBytes: number;
  readonly grantedBytes: number;
  readonly note: Words;
}

/** ONNX Runtime's linear memory may grow to this. */
export const largestHeapBytes = 2 ** 32;

const pageBytes = 65_536;
const stepBytes = 128 * 2 ** 20;
const mostMs = 2000;

/** One more memory of the asked size beside what is held, as the runtime's heap would be. */
export function probeHeap(bytes: number): Granted {
  const askedBytes = Math.min(bytes, largestHeapBytes);
  const pages = Math.ceil(askedBytes / pageBytes);
  try {
    const memory = new WebAssembly.Memory({ initial: 0, maximum: pages });
    memory.grow(pages);
    return { askedBytes, grantedBytes: askedBytes, note: words("engine/heap-granted") };
  } catch {
    return { askedBytes, grantedBytes: 0, note: words("engine/heap-refused") };
  }
}

/** Buffers in steps up to the asked size, on a device of its own, until one is refused or time is up. */
export async function probeGpu(bytes: number): Promise<Granted> {
  const askedBytes = Math.min(bytes, largestHeapBytes);
  const gpu = await describeGpu();
  if ("reason" in gpu) return { askedBytes, grantedBytes: 0, note: messageOf({ key: "engine/no-webgpu", params: gpu }) };
  const device = await gpu.adapter.requestDevice();
  const since = performance.now();
  const held: GPUBuffer[] = [];
  let grantedBytes = 0;
  try {
    while (grantedBytes < askedBytes && performance.now() - since < mostMs) {
      const size = Math.min(stepBytes, Math.ceil((askedBytes - grantedBytes) / 16) * 16);
      if (!(await isGranted(device, size, held))) return { askedBytes, grantedBytes, note: words("engine/gpu-refused-more") };
      grantedBytes += size;
    }
    const isWhole = grantedBytes >= askedBytes;
    const note = words(isWhole ? "engine/gpu-granted-all" : "engine/probe-ran-out-of-time");
    return { askedBytes, grantedBytes: Math.min(grantedBytes, askedBytes), note };
  } finally {
    for (const buffer of held) buffer.destroy();
    device.destroy();
  }
}

/** A cleared buffer, so that the driver cannot put off giving it. */
async function isGranted(device: GPUDevice, size: number, held: GPUBuffer[]): Promise<boolean> {
  device.pushErrorScope("out-of-memory");
  device.pushErrorScope("validation");
  const buffer = device.createBuffer({ size, usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.STORAGE });
  held.push(buffer);
  const encoder = device.createCommandEncoder();
  encoder.clearBuffer(buffer);
  device.queue.submit([encoder.finish()]);
  await device.queue.onSubmittedWorkDone();
  const errors = [await device.popErrorScope(), await device.popErrorScope()];
  return errors.every((error) => error === null);
}
