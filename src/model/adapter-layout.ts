// Where each LoRA matrix lies in the flat vector that a layer's adapter is (Hu et al. 2021). Flat, because one vector per
// layer makes the optimizer and the gradient one run each, whatever the number of target modules.
import type { Random } from "../base/random.ts";
import { AtelierError } from "../base/errors.ts";
import { allLinear } from "../config/knobs.ts";
import type { MethodConfig } from "../config/run-config.ts";
import { commas } from "../words/message.ts";
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

/** @throws AtelierError `config/invalid` naming a target that this model does not have */
export function layoutOfMethod(spec: ModelSpec, method: MethodConfig): AdapterLayout {
  if (method.kind === "lora") return adapterLayout(spec, method.rank, method.alpha, method.targets);
  throw new Error(`${method.kind} has no adapter of pairs`);
}

/** @throws AtelierError `config/invalid` naming a target that this model does not have */
export function adapterLayout(spec: ModelSpec, rank: number, alpha: number, targets: readonly string[]): AdapterLayout {
  const entries: AdapterEntry[] = [];
  let offset = 0;
  for (const slot of targetedSlots(spec, targets)) {
    const [sizeA, sizeB] = [rank * slot.inFeatures, slot.outFeatures * rank];
    entries.push({ slot, offset, sizeA, sizeB });
    offset += sizeA + sizeB;
  }
  return { rank, alpha, scaling: alpha / rank, entries, size: offset };
}

/** The names of a model's linear layers, as a user chooses among them and PEFT's `target_modules` lists them. */
export function targetNames({ linears }: Pick<ModelSpec, "linears">): string[] {
  return [...new Set(linears.map(lastPart))];
}

/** The shortest names that mean exactly the layout's layers to PEFT, which compares the ends of paths. */
export function targetsOf({ linears }: Pick<ModelSpec, "linears">, { entries }: AdapterLayout): string[] {
  const chosen = new Set(entries.map(({ slot }) => slot.path));
  const isWhole = (name: string): boolean => linears.every((slot) => lastPart(slot) !== name || chosen.has(slot.path));
  return [...new Set(entries.map(({ slot }) => (isWhole(lastPart(slot)) ? lastPart(slot) : slot.path)))];
}

function targetedSlots(spec: ModelSpec, targets: readonly string[]): LinearSlot[] {
  if (targets.includes(allLinear)) return [...spec.linears];
  const means = (target: string, { path }: LinearSlot): boolean => path === target || path.endsWith(`.${target}`);
  const unknown = targets.find((target) => !spec.linears.some((slot) => means(target, slot)));
  if (unknown !== undefined) {
    const { family } = spec;
    throw new AtelierError("config/invalid#target", { target: unknown, family, names: commas(targetNames(spec)), all: allLinear });
  }
  return spec.linears.filter((slot) => targets.some((target) => means(target, slot)));
}

function lastPart({ path }: LinearSlot): string {
  return path.split(".").at(-1) ?? path;
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
