// Puts host data on a GPU, every tensor in a buffer of its own.
import { AtelierError } from "../base/errors.ts";
import type { Shape } from "../base/tensor.ts";
import { words } from "../words/message.ts";
import type { DeviceWatch } from "./device-watch.ts";
import type { TensorData } from "./engine.ts";
import { failure, runtimeError } from "./runtime-error.ts";

/** @throws AtelierError `engine/out-of-memory` where the device cannot bind it; what it refuses to make is told by `settled`. */
export function uploadToGpu(watch: DeviceWatch, shape: Shape, data: TensorData): GPUBuffer {
  const { device } = watch;
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const size = Math.max(16, Math.ceil(bytes.byteLength / 16) * 16);
  const said = { shape: shape.join(", "), size };
  // The device has all that the adapter grants. Weights come in pieces that every device takes; what is refused here is a
  // mask or a cache.
  const limit = Math.min(device.limits.maxBufferSize, device.limits.maxStorageBufferBindingSize);
  if (size > limit) throw new AtelierError("engine/out-of-memory#one-tensor", { ...said, limit });
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
  try {
    return watch.allocating(words("engine/tensor-refused", said), () => filledBuffer(device, { size, usage }, bytes));
  } catch (error) {
    throw runtimeError(failure("engine/upload", said), error);
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
