// AdamW with decoupled weight decay (Loshchilov & Hutter 2019), in the order of torch.optim.AdamW.
import { optimizer } from "./optimizer.ts";

const beta1 = 0.9;
const beta2 = 0.999;
const epsilon = 1e-8;

export const adamw = optimizer({
  state: ({ size }) => ({ first: size, second: size }),
  byTensor: false,
  scalars: ({ updates, learningRate, weightDecay }) => ({
    decay: 1 - learningRate * weightDecay,
    stepSize: learningRate / (1 - beta1 ** updates),
    rootCorrection: Math.sqrt(1 - beta2 ** updates),
  }),
  update: (g, { parameter, gradient, state }, { decay, stepSize, rootCorrection }) => {
    const first = g.add(g.mul(state.first, g.float(beta1)), g.mul(gradient, g.float(1 - beta1)));
    const second = g.add(g.mul(state.second, g.float(beta2)), g.mul(g.mul(gradient, gradient), g.float(1 - beta2)));
    const denominator = g.add(g.div(g.sqrt(second), rootCorrection), g.float(epsilon));
    const decayed = g.mul(parameter, decay);
    return { parameter: g.sub(decayed, g.mul(g.div(first, denominator), stepSize)), state: { first, second } };
  },
});
