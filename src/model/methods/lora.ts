// LoRA (Hu et al. 2021): y = W x + b + scaling · B (A x), with A [rank, in] and B [out, rank] beside a frozen W.
import type { Random } from "../../base/random.ts";
import { groupOf, layerGroup, type NamedVectors, type ParameterLayout } from "../parameters.ts";
import type { LinearSlot, ModelSpec } from "../spec.ts";
import type { AppliedMethod, BlockMethod, ParameterValues } from "./method.ts";
import { modulePath, targetedSlots } from "./targets.ts";

export interface LoraSettings {
  readonly rank: number;
  readonly alpha: number;
  readonly targets: readonly string[];
}

/** @throws AtelierError `config/invalid` naming a target that this model does not have */
export function lora(spec: ModelSpec, settings: LoraSettings): AppliedMethod {
  const layout = loraLayout(spec, settings);
  const block = loraBlock(settings.alpha / settings.rank);
  return {
    kind: "lora",
    layout,
    fixed: [],
    virtualTokens: 0,
    prefixTokens: 0,
    tiesHead: false,
    block: () => block,
    start: (_base, random) => Promise.resolve({ parameters: loraStart(layout, random), fixed: {} }),
  };
}

function loraLayout(spec: ModelSpec, { rank, targets }: LoraSettings): ParameterLayout {
  return targetedSlots(spec, targets).flatMap((slots, layer) => {
    const group = groupOf(
      layerGroup(layer),
      slots.flatMap((slot) => pairOf(spec, layer, slot, rank)),
    );
    return group ? [group] : [];
  });
}

function pairOf(spec: ModelSpec, layer: number, slot: LinearSlot, rank: number) {
  const module = `base_model.model.${modulePath(spec, layer, slot)}`;
  const half = (which: "lora_A" | "lora_B", shape: readonly [number, number]) =>
    ({ name: `${slot.name}.${which}`, shape, kind: "matrix", tensor: `${module}.${which}.weight` }) as const;
  return [half("lora_A", [rank, slot.inFeatures]), half("lora_B", [slot.outFeatures, rank])];
}

function loraBlock(scaling: number): BlockMethod {
  return {
    key: `lora:${scaling}`,
    hooks: (g, parameters) => ({
      linear: (slot, x, frozen) => {
        const [a, b] = halves(parameters, slot);
        // The frozen layer first: gradients add up in the order of the graph, and runs that were stored go on to the same bits.
        const y = frozen(x);
        // Gemm takes the scale and the addition.
        return a && b ? g.gemm(g.gemm(x, a, { transB: true }), b, { transB: true, alpha: scaling, plus: y }) : y;
      },
    }),
  };
}

function halves(parameters: ParameterValues, { name }: LinearSlot) {
  return [parameters.get(`${name}.lora_A`), parameters.get(`${name}.lora_B`)] as const;
}

/** A uniform in ±1/√in (PEFT: kaiming_uniform with a = √5), B zero: the adapter starts as no change. */
function loraStart(layout: ParameterLayout, random: Random): NamedVectors {
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
