// Stochastic gradient descent as torch.optim.SGD with dampening 0 and without Nesterov. Knob: momentum (0). From a buffer of zeros the
// first step is PyTorch's, which starts the buffer with the gradient.
import { knob } from "./knob.ts";
import { penalized } from "./moments.ts";
import { optimizer, type OptimizerSettings } from "./optimizer.ts";

const momentumOf = (settings: OptimizerSettings): number => knob(settings, "momentum", 0);

export const sgd = optimizer({
  state: ({ size }, settings) => ({ momentum: momentumOf(settings) === 0 ? 0 : size }),
  byTensor: false,
  scalars: ({ learningRate, weightDecay }) => ({ penalty: weightDecay, learningRate }),
  update: (g, part, { penalty, learningRate }, settings) => {
    const gradient = penalized(g, part, penalty);
    if (momentumOf(settings) === 0) return { parameter: g.sub(part.parameter, g.mul(gradient, learningRate)), state: {} };
    const momentum = g.add(g.mul(part.state.momentum, g.float(momentumOf(settings))), gradient);
    return { parameter: g.sub(part.parameter, g.mul(momentum, learningRate)), state: { momentum } };
  },
});
