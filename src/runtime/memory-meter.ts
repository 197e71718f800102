// Counts the bytes of live tensors, so that what an engine reports is what it really holds.
import type { MemoryUse } from "./engine.ts";

export class MemoryMeter {
  #live = 0;
  #peak = 0;

  add(bytes: number): void {
    this.#live += bytes;
    this.#peak = Math.max(this.#peak, this.#live);
  }

  remove(bytes: number): void {
    this.#live -= bytes;
  }

  read(): Pick<MemoryUse, "liveBytes" | "peakBytes"> {
    return { liveBytes: this.#live, peakBytes: this.#peak };
  }
}
