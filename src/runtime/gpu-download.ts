// Reads tensors back from a GPU: through one buffer, whatever their number, so that the host waits for the device once. The runtime
// reads only what it computed itself, one by one, and takes a tensor that it has read for one that lies on the host from then on.
import type { DType, Shape } from "../base/tensor.ts";
import { byteLength } from "../base/tensor.ts";
import { words } from "../words/message.ts";
import type { DeviceWatch } from "./device-watch.ts";
import type { TensorData } from "./engine.ts";

interface GpuTensor {
  /** With the usage COPY_SRC. */
  readonly buffer: GPUBuffer;
  readonly dtype: DType;
  readonly shape: Shape;
}

/** What a step has to say fits in here. */
const keptBytes = 2 ** 16;

export class GpuDownloads {
  readonly #watch: DeviceWatch;
  /** Nobody's at the moment. */
  #free: GPUBuffer | undefined;

  constructor(watch: DeviceWatch) {
    this.#watch = watch;
  }

  /** What is queued before this call is done first. */
  async read(tensors: readonly GpuTensor[]): Promise<readonly TensorData[]> {
    const { device } = this.#watch;
    let size = 0;
    const places = tensors.map(({ buffer, dtype, shape }) => {
      const place = { buffer, dtype, from: size, bytes: byteLength(dtype, shape) };
      size += Math.max(16, Math.ceil(place.bytes / 16) * 16);
      return place;
    });
    const staging = this.#take(size, tensors);
    try {
      await this.#watch.allocated();
      const encoder = device.createCommandEncoder();
      for (const { buffer, from, bytes } of places) encoder.copyBufferToBuffer(buffer, 0, staging, from, wholeWords(bytes));
      device.queue.submit([encoder.finish()]);
      await staging.mapAsync(GPUMapMode.READ, 0, size);
      const data = places.map(({ dtype, from, bytes }) => typed(dtype, staging.getMappedRange(from, wholeWords(bytes)).slice(0, bytes)));
      this.#giveBack(staging);
      return data;
    } catch (error) {
      // It may have been refused.
      staging.destroy();
      throw error;
    }
  }

  #take(size: number, tensors: readonly GpuTensor[]): GPUBuffer {
    const { device } = this.#watch;
    const free = this.#free;
    if (free && size <= keptBytes) {
      this.#free = undefined;
      return free;
    }
    const said = words("engine/tensor-refused", { shape: tensors.map(({ shape }) => shape.join(", ")).join("; "), size });
    const usage = GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ;
    return this.#watch.allocating(said, () => device.createBuffer({ size: Math.max(size, keptBytes), usage }));
  }

  #giveBack(staging: GPUBuffer): void {
    if (this.#free || staging.size > keptBytes) {
      staging.destroy();
      return;
    }
    staging.unmap();
    this.#free = staging;
  }
}

/** Copies and mapped ranges are multiples of four bytes. */
function wholeWords(bytes: number): number {
  return Math.ceil(bytes / 4) * 4;
}

function typed(dtype: DType, bytes: ArrayBuffer): TensorData {
  switch (dtype) {
    case "float32":
      return new Float32Array(bytes);
    case "float16":
      return new Uint16Array(bytes);
    case "int32":
      return new Int32Array(bytes);
    case "int64":
      return new BigInt64Array(bytes);
    case "uint8":
    case "uint4":
    case "bool":
      return new Uint8Array(bytes);
    default:
      return dtype satisfies never;
  }
}
