// RAdam (Liu et al. 2020) as torch.optim.RAdam: while the variance of the second moment cannot be trusted, steps are those of plain
// momentum. Knobs: beta1 (0.9), beta2 (0.999), epsilon (1e-8), decoupled.
import { knob } from "./knob.ts";
import { betas, moments, momentScalars, momentState } from "./moments.ts";
import { optimizer, type OptimizerStep } from "./optimizer.ts";
import { decayed, decayScalar } from "./weight-decay.ts";

export const radam = optimizer({
  state: momentState,
  byTensor: false,
  // One of the two steps is 0, so that one graph serves both phases.
  scalars: (step) => {
    const { stepSize, rootCorrection } = momentScalars(step);
    const rectification = rectificationOf(step);
    return {
      decay: decayScalar(step),
      plainStep: rectification === null ? stepSize : 0,
      adaptiveStep: rectification === null ? 0 : stepSize * rootCorrection * rectification,
    };
  },
  update: (g, part, { decay, plainStep, adaptiveStep }, settings) => {
    const { parameter, gradient } = decayed(g, part, decay, settings);
    const { first, second } = moments(g, gradient, part.state, settings);
    const root = g.add(g.sqrt(second), g.float(knob(settings, "epsilon", 1e-8)));
    const change = g.mul(first, g.add(plainStep, g.div(adaptiveStep, root)));
    return { parameter: g.sub(parameter, change), state: { first, second } };
  },
});

/** Null where the length of the approximated simple moving average is 5 or less. */
function rectificationOf({ updates, settings }: OptimizerStep): number | null {
  const { beta2 } = betas(settings);
  const longest = 2 / (1 - beta2) - 1;
  const length = longest - (2 * updates * beta2 ** updates) / (1 - beta2 ** updates);
  if (length <= 5) return null;
  return Math.sqrt(((length - 4) * (length - 2) * longest) / ((longest - 4) * (longest - 2) * length));
}
