// IA³ (Liu et al. 2022): a trained vector scales what a layer gives, bias included, or, of feed-forward layers, what it takes. A fused
// layer is scaled as a whole, as in PEFT.
import { familyDefault } from "../../config/methods.ts";
import { AtelierError } from "../../base/errors.ts";
import { commas } from "../../words/message.ts";
import type { ModelSpec } from "../spec.ts";
import { addedMethod, filledVectors, slotLayout, type SlotsByLayer } from "./added.ts";
import { ia3Families } from "./ia3-families.ts";
import type { AppliedMethod, BlockMethod } from "./method.ts";
import { chosenSlots, targetedSlots, targetNames, type TargetChoice } from "./targets.ts";

export interface Ia3Settings extends TargetChoice {
  /** Of the targets, the modules whose input is scaled. */
  readonly feedforward: readonly string[];
}

/** @throws AtelierError `config/invalid` naming a module that this model does not have, or a feed-forward module that is no target */
export function ia3(spec: ModelSpec, settings: Ia3Settings): AppliedMethod {
  const { slots, feedforward } = ia3Modules(spec, settings);
  const layout = slotLayout(spec, slots, (slot, layer) => [
    { name: "ia3_l", kind: "vector", shape: feedforward[layer]?.includes(slot) ? [1, slot.inFeatures] : [slot.outFeatures, 1] },
  ]);
  return addedMethod({ kind: "ia3", layout, block: () => block, start: () => ({ parameters: filledVectors(layout, () => 1), fixed: {} }) });
}

/** The modules that are scaled, by layer, and those of them that take their input scaled. */
export function ia3Modules(
  spec: ModelSpec,
  { targets, feedforward, layers }: Ia3Settings,
): { readonly slots: SlotsByLayer; readonly feedforward: SlotsByLayer } {
  const slots = chosenSlots(spec, { targets: resolved(spec, targets, "targets"), ...(layers === undefined ? {} : { layers }) });
  const inputs = targetedSlots(spec, resolved(spec, feedforward, "feedforward"));
  // As PEFT does; by the family's own modules those are meant that are among the targets.
  const chosenAnywhere = new Set(slots.flat());
  const other = feedforward.includes(familyDefault) ? undefined : inputs.flat().find((slot) => !chosenAnywhere.has(slot));
  if (other)
    throw new AtelierError("config/invalid#feedforward", {
      module: other.path,
      targets: commas([...chosenAnywhere].map(({ path }) => path)),
    });
  return { slots, feedforward: slots.map((own, layer) => own.filter((slot) => inputs[layer]?.includes(slot))) };
}

function resolved({ family, ...spec }: ModelSpec, names: readonly string[], which: "targets" | "feedforward"): readonly string[] {
  return names.flatMap((name) => {
    if (name !== familyDefault) return [name];
    const own = ia3Families[family]?.[which];
    if (own) return own;
    throw new AtelierError("config/invalid#no-default", { family, names: commas(targetNames(spec)) });
  });
}

const block: BlockMethod = {
  key: "ia3",
  hooks: (g, parameters) => ({
    linear: (slot, x, frozen) => {
      const scale = parameters.get(`${slot.name}.ia3_l`);
      if (!scale) return frozen(x);
      // A row is as long as the input, a column as the output.
      if (scale.shape[0] === 1) return frozen(g.mul(x, scale));
      return g.mul(frozen(x), g.reshape(scale, [1, slot.outFeatures]));
    },
  }),
};
