// What methods have in common that put small tensors beside the frozen linear layers: which layers they are for, the groups of their
// tensors, and how these start.
import type { Random } from "../../base/random.ts";
import { layerLayout, type NamedVectors, type ParameterEntry, type ParameterLayout } from "../parameters.ts";
import type { LinearSlot, ModelSpec } from "../spec.ts";
import type { AppliedMethod, MethodStart } from "./method.ts";
import { peftTensor } from "./peft-names.ts";
import { modulePath } from "./targets.ts";

/** The linear layers of a model, by layer. */
export type SlotsByLayer = readonly (readonly LinearSlot[])[];

/** A tensor that a method has for a linear layer. */
export interface SlotTensor extends Pick<ParameterEntry, "shape" | "kind"> {
  /** As PEFT's files call it below the path of the module, e.g. "ia3_l". */
  readonly name: string;
}

/** Entries are called by the slot and the tensor, e.g. "q_proj.ia3_l". */
export function slotLayout(
  spec: ModelSpec,
  byLayer: SlotsByLayer,
  tensorsOf: (slot: LinearSlot, layer: number) => readonly SlotTensor[],
): ParameterLayout {
  return layerLayout(byLayer, (slot, layer) =>
    tensorsOf(slot, layer).map((tensor) => ({
      ...tensor,
      name: `${slot.name}.${tensor.name}`,
      tensor: peftTensor(modulePath(spec, layer, slot), tensor.name),
    })),
  );
}

type Added = Pick<AppliedMethod, "kind" | "layout" | "block"> & {
  readonly fixed?: ParameterLayout;
  readonly isNothingAtZero?: true;
  readonly start: (random: Random) => MethodStart;
};

/** A method that adds nothing but what its hooks do to linear layers. */
export function addedMethod({ fixed = [], start, ...given }: Added): AppliedMethod {
  return {
    ...given,
    fixed,
    virtualTokens: 0,
    prefixTokens: 0,
    tiesHead: false,
    start: (_base, random) => Promise.resolve(start(random)),
  };
}

/** @param valueOf called for every number, in the order of the groups and their entries */
export function filledVectors(layout: ParameterLayout, valueOf: (entry: ParameterEntry) => number): NamedVectors {
  const vectors = layout.map(({ name, size, entries }) => {
    const flat = new Float32Array(size);
    for (const entry of entries) for (let at = 0; at < entry.size; at++) flat[entry.offset + at] = valueOf(entry);
    return [name, flat] as const;
  });
  return Object.fromEntries(vectors);
}

/** PyTorch's kaiming_uniform_ with a = √5, PEFT's usual start of a matrix [rows, columns]: uniform in ±1/√columns. */
export function kaimingUniform(random: Random, { shape }: Pick<ParameterEntry, "shape">): number {
  return (2 * random.uniform() - 1) / Math.sqrt(shape.at(-1) ?? 1);
}
