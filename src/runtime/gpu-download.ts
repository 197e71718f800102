// Reads back what was put on a GPU. The runtime reads only what it computed itself, and takes a tensor that it has read for one that
// lies on the host from then on.
import type { DType, Shape } from "../base/tensor.ts";
import { byteLength } from "../base/tensor.ts";
import { words } from "../words/message.ts";
import type { DeviceWatch } from "./device-watch.ts";
import type { TensorData } from "./engine.ts";

/** @param buffer with the usage COPY_SRC; what is queued before this call is done first */
export async function downloadFromGpu(watch: DeviceWatch, buffer: GPUBuffer, dtype: DType, shape: Shape): Promise<TensorData> {
  const { device } = watch;
  const { size } = buffer;
  const usage = GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ;
  const said = words("engine/tensor-refused", { shape: shape.join(", "), size });
  const staging = watch.allocating(said, () => device.createBuffer({ size, usage }));
  try {
    await watch.allocated();
    const encoder = device.createCommandEncoder();
    encoder.copyBufferToBuffer(buffer, 0, staging, 0, size);
    device.queue.submit([encoder.finish()]);
    await staging.mapAsync(GPUMapMode.READ);
    return typed(dtype, staging.getMappedRange().slice(0, byteLength(dtype, shape)));
  } finally {
    staging.destroy();
  }
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
