// The gradients of a step as they grow: one tensor per group, replaced by each stage that adds to it.
import type { DeviceTensor } from "../runtime/engine.ts";
import type { TensorOwner } from "../runtime/tensor-owner.ts";

export type Gradients = Record<string, DeviceTensor>;

/** The new gradient is the caller's, the old one goes. */
export function replace(owner: TensorOwner, gradients: Gradients, name: string, fresh: DeviceTensor): void {
  gradients[name]?.dispose();
  gradients[name] = owner.keep(fresh);
}
