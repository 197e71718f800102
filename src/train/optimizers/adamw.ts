// AdamW with decoupled weight decay (Loshchilov & Hutter 2019), in the order of torch.optim.AdamW.
import type { GraphBuilder } from "../../graph/builder.ts";
import type { Value } from "../../graph/value.ts";
import { denominatorOf, moments, momentScalars, momentState, type MomentName } from "./moments.ts";
import { optimizer, type OptimizerPart, type OptimizerSettings, type OptimizerStep } from "./optimizer.ts";

export function adamwScalars(step: OptimizerStep) {
  return { decay: 1 - step.learningRate * step.weightDecay, ...momentScalars(step) };
}

export function adamwUpdate(
  g: GraphBuilder,
  { parameter, gradient, state }: OptimizerPart<MomentName>,
  { decay, stepSize, rootCorrection }: Readonly<Record<keyof ReturnType<typeof adamwScalars>, Value>>,
  settings: OptimizerSettings,
) {
  const { first, second } = moments(g, gradient, state, settings);
  const denominator = denominatorOf(g, second, rootCorrection, settings);
  const decayed = g.mul(parameter, decay);
  return { parameter: g.sub(decayed, g.mul(g.div(first, denominator), stepSize)), state: { first, second } };
}

export const adamw = optimizer({ state: momentState, byTensor: false, scalars: adamwScalars, update: adamwUpdate });
