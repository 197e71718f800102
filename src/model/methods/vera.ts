// VeRA (Kopiczko et al. 2024): y = W x + b ∘ (B (d ∘ (A x))). A and B are random, frozen and the same for all layers, cut to each one's
// size; only the vectors d [rank] and b [out] are trained.
import { entryOf } from "../../base/the.ts";
import type { GraphBuilder } from "../../graph/builder.ts";
import type { Value } from "../../graph/value.ts";
import { groupOf, type ParameterLayout } from "../parameters.ts";
import type { LinearSlot, ModelSpec } from "../spec.ts";
import { addedMethod, filledVectors, slotLayout, type SlotsByLayer } from "./added.ts";
import { chosenSlots, type TargetChoice } from "./targets.ts";
import type { AppliedMethod, BlockMethod, ParameterValues } from "./method.ts";

export interface VeraSettings extends TargetChoice {
  readonly rank: number;
  readonly dInitial: number;
}

/** Of {@link AppliedMethod.fixed}: the group that all layers see. */
const sharedGroup = "shared";

/** @throws AtelierError `config/invalid` naming a target, or layers, that this model does not have */
export function vera(spec: ModelSpec, settings: VeraSettings): AppliedMethod {
  const { rank, dInitial } = settings;
  const slots = chosenSlots(spec, settings);
  const layout = slotLayout(spec, slots, ({ outFeatures }) => [
    { name: "vera_lambda_b", kind: "vector", shape: [outFeatures] },
    { name: "vera_lambda_d", kind: "vector", shape: [rank] },
  ]);
  const fixed = projections(slots, rank);
  return addedMethod({
    kind: "vera",
    layout,
    fixed,
    isNothingAtZero: true,
    block: () => block,
    // The adapter starts as no change, since b is zero. PEFT's A and B: kaiming_uniform_ with a = 0.
    start: (random) => ({
      parameters: filledVectors(layout, ({ name }) => (name.endsWith(".vera_lambda_d") ? dInitial : 0)),
      fixed: filledVectors(fixed, (entry) => (2 * random.uniform() - 1) * projectionBound(entry)),
    }),
  });
}

/** Numbers of A and B are uniform within ± this. */
export function projectionBound({ shape }: { readonly shape: readonly number[] }): number {
  return Math.sqrt(3) * Math.sqrt(2 / (shape[1] ?? 1));
}

/** As long as the longest input and output of any layer that has the vectors. */
function projections(byLayer: SlotsByLayer, rank: number): ParameterLayout {
  const longest = (side: "inFeatures" | "outFeatures"): number => Math.max(0, ...byLayer.flat().map((slot) => slot[side]));
  const group = groupOf(sharedGroup, [
    { name: "vera_A", kind: "matrix", shape: [rank, longest("inFeatures")], tensor: "base_model.vera_A" },
    { name: "vera_B", kind: "matrix", shape: [longest("outFeatures"), rank], tensor: "base_model.vera_B" },
  ]);
  return group ? [group] : [];
}

const block: BlockMethod = {
  key: "vera",
  hooks: (g, parameters, fixed) => ({
    linear: (slot, x, frozen) => {
      const [b, d] = [parameters.get(`${slot.name}.vera_lambda_b`), parameters.get(`${slot.name}.vera_lambda_d`)];
      return b && d ? g.add(frozen(x), change(g, slot, x, { b, d }, fixed)) : frozen(x);
    },
  }),
};

function change(
  g: GraphBuilder,
  { inFeatures, outFeatures }: LinearSlot,
  x: Value,
  { b, d }: { readonly b: Value; readonly d: Value },
  fixed: ParameterValues,
): Value {
  const first = (name: string, axis: number, count: number): Value => {
    const whole = entryOf(fixed, name);
    return whole.shape[axis] === count ? whole : g.slice(whole, axis, 0, count);
  };
  const inner = g.mul(g.gemm(x, first("vera_A", 1, inFeatures), { transB: true }), d);
  return g.mul(g.gemm(inner, first("vera_B", 0, outFeatures), { transB: true }), b);
}
