// NAdam (Dozat 2016) as torch.optim.NAdam. Knobs: beta1 (0.9), beta2 (0.999), epsilon (1e-8), momentumDecay (0.004), decoupled.
import { knob } from "./knob.ts";
import { betas, denominatorOf, moments, momentScalars, momentState } from "./moments.ts";
import { optimizer, type OptimizerSettings } from "./optimizer.ts";
import { decayed, decayScalar } from "./weight-decay.ts";

export const nadam = optimizer({
  state: momentState,
  byTensor: false,
  scalars: (step) => {
    const { updates, learningRate, settings } = step;
    const [now, next, product] = [momentumAt(updates, settings), momentumAt(updates + 1, settings), momentumProduct(updates, settings)];
    return {
      decay: decayScalar(step),
      rootCorrection: momentScalars(step).rootCorrection,
      gradientStep: (learningRate * (1 - now)) / (1 - product),
      momentStep: (learningRate * next) / (1 - product * next),
    };
  },
  update: (g, part, { decay, rootCorrection, gradientStep, momentStep }, settings) => {
    const { parameter, gradient } = decayed(g, part, decay, settings);
    const { first, second } = moments(g, gradient, part.state, settings);
    const denominator = denominatorOf(g, second, rootCorrection, settings);
    const change = g.add(g.mul(gradient, gradientStep), g.mul(first, momentStep));
    return { parameter: g.sub(parameter, g.div(change, denominator)), state: { first, second } };
  },
});

function momentumAt(update: number, settings: OptimizerSettings): number {
  return betas(settings).beta1 * (1 - 0.5 * 0.96 ** (update * knob(settings, "momentumDecay", 0.004)));
}

/** Of all updates up to this one. It shrinks by a factor each time, and ends where 1 − product is 1. */
function momentumProduct(updates: number, settings: OptimizerSettings): number {
  let product = 1;
  for (let update = 1; update <= updates && product > 1e-17; update++) product *= momentumAt(update, settings);
  return product;
}
