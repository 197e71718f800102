// The gradients of a step as they grow: one tensor per group, replaced by each stage that adds to it.
import { the } from "../base/the.ts";
import { zeroFloats, type DeviceTensor } from "../runtime/engine.ts";
import type { TensorOwner } from "../runtime/tensor-owner.ts";
import type { ZeroVectors } from "../runtime/zero-vectors.ts";
import type { ParameterLayout } from "./parameters.ts";

/** Zeros of a group that takes more are made for every step: kept beside the gradient they would cost as much again. */
const mostKeptBytes = 16 * 2 ** 20;

export class Gradients {
  readonly #grown: Record<string, DeviceTensor> = {};
  readonly #layout: ParameterLayout;
  readonly #zeros: ZeroVectors;

  /** @param zeros what all groups begin with */
  constructor(layout: ParameterLayout, zeros: ZeroVectors) {
    this.#layout = layout;
    this.#zeros = zeros;
  }

  /** @param owner of zeros that are made for this step alone */
  of(owner: TensorOwner, name: string): DeviceTensor {
    const grown = this.#grown[name];
    if (grown) return grown;
    const { size } = the(
      this.#layout.find((group) => group.name === name),
      name,
    );
    if (4 * size <= mostKeptBytes) return this.#zeros.of(size);
    this.replace(owner, name, owner.upload("float32", [size], zeroFloats(size)));
    return this.of(owner, name);
  }

  /** The new gradient is this one's, the old one goes. */
  replace(owner: TensorOwner, name: string, fresh: DeviceTensor): void {
    this.#grown[name]?.dispose();
    this.#grown[name] = owner.keep(fresh);
  }

  /** All of the groups in their order, a tensor each, which are the caller's from here on. */
  taken(owner: TensorOwner): Readonly<Record<string, DeviceTensor>> {
    const tensors = this.#layout.map(({ name, size }) => {
      const tensor = this.#grown[name] ?? owner.keep(owner.upload("float32", [size], zeroFloats(size)));
      this.#grown[name] = tensor;
      return [name, tensor] as const;
    });
    return Object.fromEntries(tensors);
  }

  /** Lets go of what there is. */
  dispose(): void {
    for (const tensor of Object.values(this.#grown)) tensor.dispose();
  }
}
