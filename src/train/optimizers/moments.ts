// What the family of Adam (Kingma & Ba 2015) shares: running means of the gradient and of its square, and the corrections for both
// having begun at zero. Knobs: beta1 (0.9), beta2 (0.999), epsilon (1e-8).
import type { GraphBuilder } from "../../graph/builder.ts";
import type { Value } from "../../graph/value.ts";
import { knob } from "./knob.ts";
import type { OptimizedTensor, OptimizerPart, OptimizerSettings, OptimizerStep } from "./optimizer.ts";

export type MomentName = "first" | "second";

export const betas = (settings: OptimizerSettings) => ({ beta1: knob(settings, "beta1", 0.9), beta2: knob(settings, "beta2", 0.999) });

export const momentState = ({ size }: OptimizedTensor) => ({ first: size, second: size });

export function momentScalars({ updates, learningRate, settings }: OptimizerStep) {
  const { beta1, beta2 } = betas(settings);
  return { stepSize: learningRate / (1 - beta1 ** updates), rootCorrection: Math.sqrt(1 - beta2 ** updates) };
}

/** β · old + (1 − β) · fresh */
export function runningMean(g: GraphBuilder, old: Value, fresh: Value, beta: number): Value {
  return g.add(g.mul(old, g.float(beta)), g.mul(fresh, g.float(1 - beta)));
}

export function moments(
  g: GraphBuilder,
  gradient: Value,
  state: Readonly<Record<MomentName, Value>>,
  settings: OptimizerSettings,
): Record<MomentName, Value> {
  const { beta1, beta2 } = betas(settings);
  const first = runningMean(g, state.first, gradient, beta1);
  const second = g.add(g.mul(state.second, g.float(beta2)), g.mul(g.mul(gradient, gradient), g.float(1 - beta2)));
  return { first, second };
}

/** √second / rootCorrection + ε */
export function denominatorOf(g: GraphBuilder, second: Value, rootCorrection: Value, settings: OptimizerSettings): Value {
  return g.add(g.div(g.sqrt(second), rootCorrection), g.float(knob(settings, "epsilon", 1e-8)));
}

/** The gradient of the loss with the L2 penalty that weight decay was before it was decoupled. */
export function penalized(g: GraphBuilder, { parameter, gradient }: OptimizerPart<never>, weightDecay: Value): Value {
  return g.add(gradient, g.mul(parameter, weightDecay));
}
