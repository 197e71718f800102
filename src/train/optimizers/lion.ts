// Lion (Chen et al. 2023) with decoupled weight decay: every number moves by the learning rate, whatever its gradient's size. Knobs:
// beta1 (0.9), beta2 (0.99).
import { knob } from "./knob.ts";
import { runningMean } from "./moments.ts";
import { optimizer } from "./optimizer.ts";

export const lion = optimizer({
  state: ({ size }) => ({ momentum: size }),
  byTensor: false,
  scalars: ({ learningRate, weightDecay }) => ({ decay: 1 - learningRate * weightDecay, learningRate }),
  update: (g, { parameter, gradient, state }, { decay, learningRate }, settings) => {
    const direction = g.sign(runningMean(g, state.momentum, gradient, knob(settings, "beta1", 0.9)));
    const momentum = runningMean(g, state.momentum, gradient, knob(settings, "beta2", 0.99));
    return { parameter: g.sub(g.mul(parameter, decay), g.mul(direction, learningRate)), state: { momentum } };
  },
});
