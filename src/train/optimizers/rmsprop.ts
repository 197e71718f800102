// RMSprop (Hinton 2012) as torch.optim.RMSprop, not centered. Knobs: alpha (0.99), epsilon (1e-8), momentum (0).
import { knob } from "./knob.ts";
import { penalized, runningMean } from "./moments.ts";
import { optimizer, type OptimizerSettings } from "./optimizer.ts";

const momentumOf = (settings: OptimizerSettings): number => knob(settings, "momentum", 0);

export const rmsprop = optimizer({
  state: ({ size }, settings) => ({ square: size, momentum: momentumOf(settings) === 0 ? 0 : size }),
  byTensor: false,
  scalars: ({ learningRate, weightDecay }) => ({ penalty: weightDecay, learningRate }),
  update: (g, part, { penalty, learningRate }, settings) => {
    const gradient = penalized(g, part, penalty);
    const square = runningMean(g, part.state.square, g.mul(gradient, gradient), knob(settings, "alpha", 0.99));
    const change = g.div(gradient, g.add(g.sqrt(square), g.float(knob(settings, "epsilon", 1e-8))));
    if (momentumOf(settings) === 0) return { parameter: g.sub(part.parameter, g.mul(change, learningRate)), state: { square } };
    const momentum = g.add(g.mul(part.state.momentum, g.float(momentumOf(settings))), change);
    return { parameter: g.sub(part.parameter, g.mul(momentum, learningRate)), state: { square, momentum } };
  },
});
