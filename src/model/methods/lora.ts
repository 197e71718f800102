// LoRA (Hu et al. 2021): y = W x + b + scaling · B (A x), with A [rank, in] and B [out, rank] beside a frozen W. The scaling is alpha / rank,
// or with rsLoRA (Kalajdzievski 2023) alpha / √rank.
import { entryOf, itemOf } from "../../base/the.ts";
import type { Random } from "../../base/random.ts";
import type { GraphBuilder } from "../../graph/builder.ts";
import type { Value } from "../../graph/value.ts";
import { layerLayout, type NamedVectors, type ParameterLayout } from "../parameters.ts";
import type { LinearSlot, ModelSpec } from "../spec.ts";
import { loraModules, pairOf, type LoraModule, type LoraSettings } from "./lora-modules.ts";
import type { AppliedMethod, BlockHooks, BlockMethod, Drop, ParameterValues } from "./method.ts";

/** @throws AtelierError `config/invalid` naming what this model does not have */
export function lora(spec: ModelSpec, settings: LoraSettings): AppliedMethod {
  return plainLora("lora", spec, settings, usualScaling);
}

/** @throws as {@link lora} */
export function rslora(spec: ModelSpec, settings: LoraSettings): AppliedMethod {
  return plainLora("rslora", spec, settings, ({ alpha, rank }) => alpha / Math.sqrt(rank));
}

export function usualScaling({ alpha, rank }: Pick<LoraModule, "alpha" | "rank">): number {
  return alpha / rank;
}

function plainLora(kind: string, spec: ModelSpec, settings: LoraSettings, scaling: (module: LoraModule) => number): AppliedMethod {
  const modules = loraModules(spec, settings);
  const layout = layerLayout(modules, (module) => pairOf(module, settings.loraPlusRatio));
  return {
    ...noPrefix,
    kind,
    layout,
    fixed: [],
    isNothingAtZero: true,
    block: loraBlocks(modules, scaling, settings, (g, parameters, _, drop) => (slot, x, frozen, own) => {
      return lowRank(g, parameters, slot, drop(slot, x), own, () => frozen(x));
    }),
    start: (_base, random) => Promise.resolve({ parameters: loraStart(layout, random), fixed: {} }),
  };
}

/** Of a method that does nothing but to linear layers. */
export const noPrefix = { virtualTokens: 0, prefixTokens: 0, tiesHead: false } as const;

type Linear = NonNullable<BlockHooks["linear"]>;
type Frozen = Parameters<Linear>[2];
type Parts = Parameters<Linear>[3];

/** @param scaling of the module @param parts as in {@link BlockHooks.linear} */
type ModuleProduct = (slot: LinearSlot, x: Value, frozen: Frozen, scaling: number, parts: Parts) => Value;

/** The blocks of a method that changes some modules, each with a scaling of its own. */
export function loraBlocks(
  modules: readonly (readonly LoraModule[])[],
  scaling: (module: LoraModule) => number,
  { dropout = 0 }: Pick<LoraSettings, "dropout">,
  product: (g: GraphBuilder, parameters: ParameterValues, fixed: ParameterValues, drop: Drop) => ModuleProduct,
): AppliedMethod["block"] {
  const blocks = modules.map((inLayer): BlockMethod => {
    const scalings = new Map(inLayer.map((module) => [module.slot.name, scaling(module)]));
    return {
      key: [...scalings].join(" "),
      dropout: inLayer.length > 0 ? dropout : 0,
      hooks: (g, parameters, fixed, drop) => {
        const changed = product(g, parameters, fixed, drop);
        return {
          linear: (slot, x, frozen, parts) => {
            const own = scalings.get(slot.name);
            return own === undefined ? frozen(x) : changed(slot, x, frozen, own, parts);
          },
        };
      },
    };
  });
  return (layer) => itemOf(blocks, layer);
}

/** plus() + scaling · B (A x) */
export function lowRank(
  g: GraphBuilder,
  values: ParameterValues,
  { name }: LinearSlot,
  x: Value,
  scaling: number,
  plus?: () => Value,
): Value {
  const [a, b] = [entryOf(values, `${name}.lora_A`), entryOf(values, `${name}.lora_B`)];
  // The frozen layer first: gradients add up in the order of the graph, and runs that were stored go on to the same bits.
  const y = plus?.();
  // Gemm takes the scale and the addition.
  return g.gemm(g.gemm(x, a, { transB: true }), b, { transB: true, alpha: scaling, plus: y });
}

/** A uniform in ±1/√in (PEFT: kaiming_uniform with a = √5), B zero: the adapter starts as no change. */
export function loraStart(layout: ParameterLayout, random: Random): NamedVectors {
  const starts = layout.map(({ name, size, entries }) => {
    const flat = new Float32Array(size);
    for (const { name: tensor, offset, size: count, shape } of entries) {
      if (!tensor.endsWith(".lora_A")) continue;
      const bound = 1 / Math.sqrt(shape[1] ?? 1);
      for (let at = 0; at < count; at++) flat[offset + at] = (2 * random.uniform() - 1) * bound;
    }
    return [name, flat] as const;
  });
  return Object.fromEntries(starts);
}
