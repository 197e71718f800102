// PiSSA (Meng et al. 2024): LoRA that starts from the r largest singular triples of W = U S Vᵀ, A = √(S / s) Vᵀ and B = U √(S / s), and
// what is left of W stays frozen. The weights are held once, quantized or shared, so that what is left is written as a difference:
// y = W x − s B₀ A₀ x + s B A x, with the beginning kept as a constant.
import { AtelierError } from "../../base/errors.ts";
import { largestTriples, type SingularTriples } from "../../base/svd.ts";
import type { Value } from "../../graph/value.ts";
import { layerLayout, type NamedVectors, type ParameterLayout } from "../parameters.ts";
import type { ModelSpec } from "../spec.ts";
import { loraModules, pairOf, type LoraModule, type LoraSettings } from "./lora-modules.ts";
import { loraBlocks, lowRank, noPrefix, usualScaling } from "./lora.ts";
import type { AppliedMethod, BaseNumbers, StartProgress } from "./method.ts";

/** @throws AtelierError `config/invalid` naming what this model does not have, or a module with fewer singular values than its rank */
export function pissa(spec: ModelSpec, settings: LoraSettings): AppliedMethod {
  const modules = loraModules(spec, settings);
  for (const module of modules.flat()) requireTriples(module);
  const layout = layerLayout(modules, (module) => pairOf(module, settings.loraPlusRatio));
  const fixed = layerLayout(modules, (module) => pairOf(module));
  return {
    ...noPrefix,
    kind: "pissa",
    layout,
    fixed,
    isNothingAtZero: true,
    block: loraBlocks(modules, usualScaling, settings, (g, parameters, constants, drop) => (slot, x, frozen, scaling) => {
      const left = (): Value => lowRank(g, constants, slot, x, -scaling, () => frozen(x));
      return lowRank(g, parameters, slot, drop(slot, x), scaling, left);
    }),
    start: async (base, _random, { onProgress } = {}) => {
      const begun = await principal(base, modules, layout, onProgress);
      return { parameters: begun, fixed: Object.fromEntries(Object.entries(begun).map(([name, flat]) => [name, flat.slice()])) };
    },
  };
}

function requireTriples({ slot, module, rank }: LoraModule): void {
  const { outFeatures: rows, inFeatures: columns } = slot;
  if (rank > Math.min(rows, columns)) throw new AtelierError("config/invalid#pissa-rank", { rank, module, rows, columns });
}

async function principal(
  base: BaseNumbers,
  modules: readonly (readonly LoraModule[])[],
  layout: ParameterLayout,
  onProgress: StartProgress = () => Promise.resolve(),
): Promise<NamedVectors> {
  const vectors = Object.fromEntries(layout.map(({ name, size }) => [name, new Float32Array(size)]));
  const all = modules.flat();
  for (const [at, module] of all.entries()) {
    const { slot, layer, rank } = module;
    const weight = await base.weight(layer, slot.name);
    const pause = (): Promise<void> => onProgress(at / all.length);
    await pause();
    const triples = await largestTriples(weight, slot.outFeatures, slot.inFeatures, rank, pause);
    const halves = new Map(halvesOf(module, triples).map(({ tensor, data }) => [tensor, data]));
    for (const { name, entries } of layout)
      for (const { tensor, offset } of entries) {
        const half = halves.get(tensor);
        if (half) vectors[name]?.set(half, offset);
      }
  }
  return vectors;
}

function halvesOf(module: LoraModule, { values, left, right }: SingularTriples) {
  const { slot, rank } = module;
  const scaling = usualScaling(module);
  const [a, b] = [new Float32Array(rank * slot.inFeatures), new Float32Array(slot.outFeatures * rank)];
  for (let at = 0; at < rank; at++) {
    const root = Math.sqrt((values[at] as number) / scaling);
    right[at]?.forEach((value, column) => (a[at * slot.inFeatures + column] = root * value));
    left[at]?.forEach((value, row) => (b[row * rank + at] = root * value));
  }
  return pairOf(module).map(({ tensor }, half) => ({ tensor, data: half === 0 ? a : b }));
}
