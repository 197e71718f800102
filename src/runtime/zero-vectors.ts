// Zeros that stay on the engine: what sums begin with in every step need not be brought there each time. Vectors of one size are one
// tensor, which nobody writes into.
import { zeroFloats, type DeviceTensor } from "./engine.ts";
import type { TensorOwner } from "./tensor-owner.ts";

export class ZeroVectors {
  readonly #owner: TensorOwner;
  readonly #bySize = new Map<number, DeviceTensor>();

  /** @param owner of all that is made here */
  constructor(owner: TensorOwner) {
    this.#owner = owner;
  }

  /** float32 [size]. */
  of(size: number): DeviceTensor {
    const known = this.#bySize.get(size);
    if (known) return known;
    const made = this.#owner.upload("float32", [size], zeroFloats(size));
    this.#bySize.set(size, made);
    return made;
  }

  /** As {@link of}; those of other sizes go. */
  only(size: number): DeviceTensor {
    for (const [other, tensor] of this.#bySize) {
      if (other === size) continue;
      this.#bySize.delete(other);
      this.#owner.drop(tensor);
    }
    return this.of(size);
  }
}
