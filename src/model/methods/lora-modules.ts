// The linear layers that LoRA and its kin change, each with a rank and an alpha of its own where a pattern says so.
import { AtelierError } from "../../base/errors.ts";
import { firstKeyOf } from "../../base/python-pattern.ts";
import { readPatterns, type PatternNumber } from "../../config/written-knobs.ts";
import { words } from "../../words/message.ts";
import type { TensorRow } from "../parameters.ts";
import type { LinearSlot, ModelSpec } from "../spec.ts";
import { peftTensor } from "./peft-names.ts";
import { chosenSlots, configRefusals, modulePath, shortestTargets, type TargetChoice } from "./targets.ts";

/** The knobs that all of the family have. */
export interface LoraSettings extends TargetChoice {
  readonly rank: number;
  readonly alpha: number;
  /** Share of x that A does not see in training. */
  readonly dropout?: number;
  /** As in PEFT's rank_pattern and alpha_pattern, written down. */
  readonly rankPattern?: string;
  readonly alphaPattern?: string;
  /** LoRA+ (Hayou et al. 2024): the learning rate of B is that of A times this. */
  readonly loraPlusRatio?: number;
}

export interface LoraModule {
  readonly slot: LinearSlot;
  readonly layer: number;
  /** Its path in the base. */
  readonly module: string;
  readonly rank: number;
  readonly alpha: number;
}

/** By layer. @throws AtelierError `config/invalid` naming what this model does not have */
export function loraModules(spec: ModelSpec, settings: LoraSettings): readonly (readonly LoraModule[])[] {
  const { rank, alpha, rankPattern = "", alphaPattern = "" } = settings;
  const chosen = chosenSlots(spec, settings).map((slots, layer) =>
    slots.map((slot) => ({ slot, layer, module: modulePath(spec, layer, slot) })),
  );
  const paths = chosen.flat().map(({ module }) => module);
  const rankOf = numberOf("rankPattern", rankPattern, paths);
  const alphaOf = numberOf("alphaPattern", alphaPattern, paths);
  return chosen.map((modules) =>
    modules.map((found) => ({ ...found, rank: rankOf(found.module) ?? rank, alpha: alphaOf(found.module) ?? alpha })),
  );
}

/** The first pattern that means a module counts, as in PEFT. @throws AtelierError `config/invalid` naming one that means none */
function numberOf(knob: "rankPattern" | "alphaPattern", text: string, modules: readonly string[]): (module: string) => number | undefined {
  const patterns = readPatterns(text) ?? [];
  const keys = patterns.map(({ pattern }) => pattern);
  const idle = keys.find((key) => !modules.some((module) => firstKeyOf([key], configRefusals)(module) !== undefined));
  if (idle !== undefined) throw new AtelierError("config/invalid#idle", { knob: words(`knob/${knob}-label`), found: idle });
  const keyOf = firstKeyOf(keys, configRefusals);
  return (module) => {
    const key = keyOf(module);
    return patterns.find(({ pattern }) => pattern === key)?.value;
  };
}

/** Patterns that give modules their numbers where those are not `usual`, by the shortest names that mean exactly them. */
export function patternsFor(
  spec: ModelSpec,
  modules: readonly (readonly LoraModule[])[],
  number: (module: LoraModule) => number,
  usual: number,
): readonly PatternNumber[] {
  const others = new Set(
    modules
      .flat()
      .map(number)
      .filter((value) => value !== usual),
  );
  return [...others].flatMap((value) => {
    const own = modules.map((inLayer) => inLayer.filter((module) => number(module) === value).map(({ slot }) => slot));
    return shortestTargets(spec, own).map((pattern) => ({ pattern, value }));
  });
}

/** Of what PEFT's LoRA+ gives the rate of B: B itself, and all that has one axis. */
export function ownRate(loraPlusRatio = 1): Pick<TensorRow, "rate"> {
  return loraPlusRatio === 1 ? {} : { rate: loraPlusRatio };
}

/** The usual of a family's tensors: A [rank, in] and B [out, rank] of a module. */
export function pairOf({ slot, module, rank }: LoraModule, loraPlusRatio?: number): TensorRow[] {
  const half = (which: "lora_A" | "lora_B", shape: readonly [number, number]): TensorRow => ({
    name: `${slot.name}.${which}`,
    shape,
    kind: "matrix",
    tensor: peftTensor(module, `${which}.weight`),
    ...(which === "lora_B" ? ownRate(loraPlusRatio) : {}),
  });
  return [half("lora_A", [rank, slot.inFeatures]), half("lora_B", [slot.outFeatures, rank])];
}
