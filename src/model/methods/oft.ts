// OFT (Qiu et al. 2023, as PEFT has it since 0.16): the features that a layer takes are rotated block by block before the frozen weight,
// y = W (R x). Rotations keep lengths and angles; what is trained is the upper triangle of a skew matrix per block.
import { itemOf } from "../../base/the.ts";
import { AtelierError } from "../../base/errors.ts";
import type { GraphBuilder } from "../../graph/builder.ts";
import type { Value } from "../../graph/value.ts";
import type { LinearSlot, ModelSpec } from "../spec.ts";
import { addedMethod, filledVectors, slotLayout } from "./added.ts";
import { chosenSlots, type TargetChoice } from "./targets.ts";
import { cayley, cayleyNeumann, rotateBlocks, skewFromUpper } from "./cayley.ts";
import type { AppliedMethod, BlockMethod, ParameterValues } from "./method.ts";

export interface OftSettings extends TargetChoice {
  readonly blockSize: number;
  /** Of PEFT's approximation of Cayley's transform; 0: the transform itself. */
  readonly neumannTerms: number;
}

const suffix = ".oft_R.weight";

/** @throws AtelierError `config/invalid` naming a target, layers, or a module that cannot be cut into blocks */
export function oft(spec: ModelSpec, settings: OftSettings): AppliedMethod {
  const layout = slotLayout(spec, chosenSlots(spec, settings), (slot) => {
    const size = oftBlockSize(slot, settings.blockSize);
    return [{ name: "oft_R.weight", kind: "matrix", shape: [slot.inFeatures / size, (size * (size - 1)) / 2] }];
  });
  const block = oftBlock(settings);
  return addedMethod({
    kind: "oft",
    layout,
    isNothingAtZero: true,
    block: () => block,
    start: () => ({ parameters: filledVectors(layout, () => 0), fixed: {} }),
  });
}

/**
 * The size itself where it divides the width, else the nearest one that does (the smaller of two), as PEFT adjusts it.
 * @throws AtelierError `config/invalid` where that is 1, which cannot be rotated
 */
export function oftBlockSize({ inFeatures, path }: Pick<LinearSlot, "inFeatures" | "path">, wanted: number): number {
  const divides = (size: number): boolean => inFeatures % size === 0;
  let [below, above] = [Math.min(wanted, inFeatures), Math.min(wanted, inFeatures)];
  while (!divides(below)) below--;
  while (!divides(above)) above++;
  const size = wanted - below <= above - wanted ? below : above;
  if (size > 1) return size;
  throw new AtelierError("config/invalid#blocks", { module: path, width: String(inFeatures), size: String(wanted) });
}

function oftBlock({ blockSize, neumannTerms }: OftSettings): BlockMethod {
  return {
    key: `oft:${blockSize}:${neumannTerms}`,
    hooks: (g, parameters) => {
      const rotations = rotationsOf(g, parameters, neumannTerms);
      return {
        linear: (slot, x, frozen) => {
          const own = rotations.get(slot.name);
          return frozen(own ? rotateBlocks(g, x, own) : x);
        },
      };
    },
  };
}

/** By the names of the slots. Blocks of one size are turned into rotations together: a GPU pays by the kernel. */
function rotationsOf(g: GraphBuilder, parameters: ParameterValues, terms: number): ReadonlyMap<string, Value> {
  const bySize = new Map<number, [slot: string, upper: Value][]>();
  for (const [name, upper] of parameters) {
    const size = sizeOfUpper(upper.shape[1] as number);
    bySize.set(size, [...(bySize.get(size) ?? []), [name.slice(0, -suffix.length), upper]]);
  }
  const found = new Map<string, Value>();
  for (const [size, slots] of bySize) {
    const all = slots.map(([, upper]) => upper);
    const q = skewFromUpper(g, g.concat(all, 0), size);
    const rotations = terms === 0 ? cayley(g, q) : cayleyNeumann(g, q, terms);
    const parts = g.split(
      rotations,
      all.map(({ shape }) => shape[0] as number),
    );
    for (const [at, [slot]] of slots.entries()) found.set(slot, itemOf(parts, at));
  }
  return found;
}

/** The size whose upper triangle has so many numbers. */
function sizeOfUpper(count: number): number {
  return Math.round((1 + Math.sqrt(1 + 8 * count)) / 2);
}
