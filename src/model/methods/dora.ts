// DoRA (Liu et al. 2024), as PEFT has it: y = m / c · (W x + s B A x) + b, with a learned size m for each row and c the length of the row of
// W + s B A, taken as a constant. W is not needed as a whole: c² = ‖w‖² + 2 s Σ B ∘ (W Aᵀ) + s² ‖B A‖², of which ‖w‖² is known from the
// start, W Aᵀ is a product with a few rows, and ‖B A‖² comes from A Aᵀ, rank by rank.
import { entryOf } from "../../base/the.ts";
import { peftTensor } from "./peft-names.ts";
import type { GraphBuilder } from "../../graph/builder.ts";
import type { Value } from "../../graph/value.ts";
import { layerLayout, type NamedVectors, type ParameterLayout, type TensorRow } from "../parameters.ts";
import type { ModelSpec } from "../spec.ts";
import { loraModules, ownRate, pairOf, type LoraModule, type LoraSettings } from "./lora-modules.ts";
import { loraBlocks, loraStart, lowRank, noPrefix, usualScaling } from "./lora.ts";
import type { AppliedMethod, BaseNumbers, LinearParts, StartProgress } from "./method.ts";

const [size, squares] = ["lora_magnitude_vector", "row_squares"];
/** Of a row that is zero nothing is left to be scaled. */
const leastSquares = 1e-30;

/** @throws AtelierError `config/invalid` naming what this model does not have */
export function dora(spec: ModelSpec, settings: LoraSettings): AppliedMethod {
  const { loraPlusRatio } = settings;
  const modules = loraModules(spec, settings);
  const layout = layerLayout(modules, (module) => [...pairOf(module, loraPlusRatio), sizeOf(module, loraPlusRatio)]);
  const fixed = layerLayout(modules, squaresOf);
  return {
    ...noPrefix,
    kind: "dora",
    layout,
    fixed,
    block: loraBlocks(modules, usualScaling, settings, (g, parameters, constants, drop) => (slot, x, frozen, scaling, parts) => {
      const own = (name: string): Value => entryOf(parameters, `${slot.name}.${name}`);
      const [a, b, m] = [own("lora_A"), own("lora_B"), own(size)];
      const rows = slot.outFeatures;
      const c = rowLengths(g, { a, b, scaling, squares: entryOf(constants, `${slot.name}.${squares}`) }, parts);
      const factor = g.div(g.reshape(m, [1, rows]), g.reshape(c, [1, rows]));
      const seen = drop(slot, x);
      if (seen === x) {
        const y = g.mul(
          factor,
          lowRank(g, parameters, slot, x, scaling, () => parts.product(x)),
        );
        return parts.bias ? g.add(y, parts.bias) : y;
      }
      // What is left out is left out of W x too, as far as its size is learned.
      const change = g.mul(g.sub(factor, g.float(1)), parts.product(seen));
      return g.add(frozen(x), g.add(change, g.mul(factor, lowRank(g, parameters, slot, seen, scaling))));
    }),
    measured: (base, onProgress) => rowSquares(base, modules, fixed, onProgress),
    start: async (base, random, { onProgress } = {}) => {
      const found = await rowSquares(base, modules, fixed, onProgress);
      return { parameters: withSizes(layout, loraStart(layout, random), fixed, found), fixed: found };
    },
  };
}

function sizeOf({ slot, module }: LoraModule, loraPlusRatio?: number): TensorRow {
  const row = { name: `${slot.name}.${size}`, shape: [slot.outFeatures], kind: "vector", tensor: peftTensor(module, size) } as const;
  return { ...row, ...ownRate(loraPlusRatio) };
}

function squaresOf({ slot, module }: LoraModule): TensorRow[] {
  return [{ name: `${slot.name}.${squares}`, shape: [slot.outFeatures], kind: "vector", tensor: peftTensor(module, squares) }];
}

interface LowRank {
  /** [rank, in] */
  readonly a: Value;
  /** [out, rank] */
  readonly b: Value;
  readonly scaling: number;
  /** Of the rows of W, [out]. */
  readonly squares: Value;
}

/** [1, out]; no gradient reaches what it is made of. */
function rowLengths(g: GraphBuilder, { a: givenA, b: givenB, scaling, squares: own }: LowRank, { product }: LinearParts): Value {
  const [a, b] = [g.detach(givenA), g.detach(givenB)];
  const [rows = 0] = b.shape;
  const columns = g.transpose(b, [1, 0]);
  const gram = g.gemm(a, a, { transB: true });
  // [rank, out] each: summed over the rank.
  const mixed = g.gemm(gram, columns, { alpha: scaling ** 2 });
  const crossed = g.mul(product(a), g.float(2 * scaling));
  const change = g.reduceSum(g.mul(columns, g.add(mixed, crossed)), [0]);
  return g.sqrt(g.maximum(g.add(g.reshape(own, [1, rows]), change), g.float(leastSquares)));
}

/** ‖w‖² of each row of each module. */
async function rowSquares(
  base: BaseNumbers,
  modules: readonly (readonly LoraModule[])[],
  fixed: ParameterLayout,
  onProgress: StartProgress = () => Promise.resolve(),
): Promise<NamedVectors> {
  const all = modules.flat();
  const byTensor = new Map<string, Float32Array>();
  for (const [at, module] of all.entries()) {
    await onProgress(at / all.length);
    const { slot, layer } = module;
    const weight = await base.weight(layer, slot.name);
    const found = Float32Array.from({ length: slot.outFeatures }, (_, row) => squareOf(weight, row * slot.inFeatures, slot.inFeatures));
    byTensor.set(peftTensor(module.module, squares), found);
  }
  return vectorsOf(fixed, byTensor);
}

function squareOf(values: Float32Array, from: number, count: number): number {
  let sum = 0;
  for (let at = from; at < from + count; at++) sum += (values[at] as number) ** 2;
  return sum;
}

function vectorsOf(layout: ParameterLayout, byTensor: ReadonlyMap<string, Float32Array>): NamedVectors {
  return Object.fromEntries(
    layout.map(({ name, size: length, entries }) => {
      const flat = new Float32Array(length);
      for (const { tensor, offset } of entries) flat.set(byTensor.get(tensor) ?? [], offset);
      return [name, flat];
    }),
  );
}

/** Sizes start as those of the rows. */
function withSizes(layout: ParameterLayout, start: NamedVectors, fixed: ParameterLayout, found: NamedVectors): NamedVectors {
  for (const { name, entries } of fixed) {
    const group = layout.find((other) => other.name === name);
    for (const entry of entries) {
      const own = group?.entries.find((other) => other.name === entry.name.replace(squares, size));
      const squared = found[name]?.subarray(entry.offset, entry.offset + entry.size);
      if (own && squared) start[name]?.set(squared.map(Math.sqrt), own.offset);
    }
  }
  return start;
}
