// A prepared tensor onto an engine, in the form in which that engine holds it.
import { fromFloat16 } from "../base/half.ts";
import type { DeviceTensor } from "../runtime/engine.ts";
import type { TensorOwner } from "../runtime/tensor-owner.ts";
import type { PreparedTensor } from "./prepare-weights.ts";

/** float16 numbers are widened where the engine has none, as onEngine says of their form. */
export function uploadHeld(own: TensorOwner, { dtype, shape, data }: Pick<PreparedTensor, "dtype" | "shape" | "data">): DeviceTensor {
  if (dtype !== "float16" || own.engine.hasFloat16) return own.upload(dtype, shape, data);
  return own.upload("float32", shape, fromFloat16(data as Uint16Array));
}
