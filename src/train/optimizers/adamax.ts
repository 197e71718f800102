// Adamax (Kingma & Ba 2015, section 7.1) as torch.optim.Adamax. Knobs: beta1 (0.9), beta2 (0.999), epsilon (1e-8).
import { knob } from "./knob.ts";
import { betas, penalized, runningMean } from "./moments.ts";
import { optimizer } from "./optimizer.ts";

export const adamax = optimizer({
  state: ({ size }) => ({ first: size, largest: size }),
  byTensor: false,
  scalars: ({ updates, learningRate, weightDecay, settings }) => ({
    penalty: weightDecay,
    stepSize: learningRate / (1 - betas(settings).beta1 ** updates),
  }),
  update: (g, part, { penalty, stepSize }, settings) => {
    const { beta1, beta2 } = betas(settings);
    const gradient = penalized(g, part, penalty);
    const first = runningMean(g, part.state.first, gradient, beta1);
    const magnitude = g.add(g.abs(gradient), g.float(knob(settings, "epsilon", 1e-8)));
    const largest = g.maximum(g.mul(part.state.largest, g.float(beta2)), magnitude);
    return { parameter: g.sub(part.parameter, g.mul(g.div(first, largest), stepSize)), state: { first, largest } };
  },
});
