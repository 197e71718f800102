// Where each LoRA matrix lies in the flat vector that a layer's adapter is (Hu et al. 2021). Flat, because one vector per
// layer makes the optimizer and the gradient one run each, whatever the number of target modules.
import type { Random } from "../base/random.ts";
import type { TargetModule } from "../config/run-config.ts";
import type { LinearSlot, ModelSpec } from "./spec.ts";

export interface AdapterEntry {
  readonly slot: LinearSlot;
  /** A is [rank, inFeatures] at this element offset, B [outFeatures, rank] follows. */
  readonly offset: number;
  readonly sizeA: number;
  readonly sizeB: number;
}

export interface AdapterLayout {
  readonly rank: number;
  readonly alpha: number;
  /** alpha / rank. */
  readonly scaling: number;
  readonly entries: readonly AdapterEntry[];
  /** Elements per layer. */
  readonly size: number;
}

export function adapterLayout(spec: ModelSpec, rank: number, alpha: number, targets: readonly TargetModule[]): AdapterLayout {
  const entries: AdapterEntry[] = [];
  let offset = 0;
  for (const slot of spec.linears.filter(({ name }) => targets.includes(name))) {
    const [sizeA, sizeB] = [rank * slot.inFeatures, slot.outFeatures * rank];
    entries.push({ slot, offset, sizeA, sizeB });
    offset += sizeA + sizeB;
  }
  return { rank, alpha, scaling: alpha / rank, entries, size: offset };
}

/** A uniform in ±1/√inFeatures (PEFT: kaiming_uniform with a = √5), B zero: the adapter starts as no change. One vector per layer. */
export function initialAdapter(layout: AdapterLayout, layers: number, random: Random): Float32Array[] {
  return Array.from({ length: layers }, () => {
    const flat = new Float32Array(layout.size);
    for (const { slot, offset, sizeA } of layout.entries) {
      const bound = 1 / Math.sqrt(slot.inFeatures);
      for (let at = 0; at < sizeA; at++) flat[offset + at] = (2 * random.uniform() - 1) * bound;
    }
    return flat;
  });
}
