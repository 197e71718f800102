// Puts host data on a GPU. Small buffers that were given back serve again: every step brings the same few numbers, and a buffer costs more
// to make than they do to write.
import { AtelierError } from "../base/errors.ts";
import type { Shape } from "../base/tensor.ts";
import { words } from "../words/message.ts";
import type { DeviceWatch } from "./device-watch.ts";
import type { TensorData } from "./engine.ts";
import { failure, runtimeError } from "./runtime-error.ts";

const mostKeptBytes = 4096;
const mostKeptOfSize = 32;

export class GpuUploads {
  readonly #watch: DeviceWatch;
  readonly #free = new Map<number, GPUBuffer[]>();
  /** What {@link DeviceWatch.refusals} was when a buffer was made. */
  readonly #made = new WeakMap<GPUBuffer, number>();

  constructor(watch: DeviceWatch) {
    this.#watch = watch;
  }

  /** @throws AtelierError `engine/out-of-memory` where the device cannot bind it; what it refuses to make is told by `settled`. */
  buffer(shape: Shape, data: TensorData): GPUBuffer {
    const { device } = this.#watch;
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    const size = Math.max(16, Math.ceil(bytes.byteLength / 16) * 16);
    const said = { shape: shape.join(", "), size };
    // The device has all that the adapter grants. Weights come in pieces that every device takes; what is refused here is a
    // mask or a cache.
    const limit = Math.min(device.limits.maxBufferSize, device.limits.maxStorageBufferBindingSize);
    if (size > limit) throw new AtelierError("engine/out-of-memory#one-tensor", { ...said, limit });
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    const make = (): GPUBuffer => filledBuffer(device, { size, usage }, bytes);
    try {
      const known = this.#again(size, bytes);
      if (known) return known;
      const made = this.#watch.allocating(words("engine/tensor-refused", said), make);
      this.#made.set(made, this.#watch.refusals);
      return made;
    } catch (error) {
      throw runtimeError(failure("engine/upload", said), error);
    }
  }

  /** Of a tensor that nobody uses any more. */
  giveBack(buffer: GPUBuffer): void {
    const free = this.#free.get(buffer.size) ?? [];
    this.#free.set(buffer.size, free);
    if (buffer.size <= mostKeptBytes && free.length < mostKeptOfSize) free.push(buffer);
    else buffer.destroy();
  }

  /**
   * What is queued before this uses the buffer as it was: the runtime hands all its work over at the end of a run. A buffer that may have
   * been refused looks like any other, and is not used again.
   */
  #again(size: number, bytes: Uint8Array): GPUBuffer | undefined {
    const buffer = this.#free.get(size)?.pop();
    if (!buffer) return undefined;
    if (this.#made.get(buffer) !== this.#watch.refusals) {
      buffer.destroy();
      return undefined;
    }
    const padded = new Uint8Array(size);
    padded.set(bytes);
    this.#watch.device.queue.writeBuffer(buffer, 0, padded);
    return buffer;
  }
}

function filledBuffer(device: GPUDevice, descriptor: GPUBufferDescriptor, bytes: Uint8Array): GPUBuffer {
  const buffer = device.createBuffer({ ...descriptor, mappedAtCreation: true });
  try {
    new Uint8Array(buffer.getMappedRange()).set(bytes);
    buffer.unmap();
    return buffer;
  } catch (error) {
    buffer.destroy();
    throw error;
  }
}
