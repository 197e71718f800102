// A tensor of the reference engine.
import type { Shape } from "../../base/tensor.ts";

/** Float tensors are Float64Array, int32 and int64 are Int32Array, uint8 and uint4 are one code per element or packed bytes. */
export interface HostTensor {
  readonly shape: Shape;
  readonly data: Float64Array | Int32Array | Uint8Array;
}
