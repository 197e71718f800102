// Adagrad (Duchi et al. 2011) as torch.optim.Adagrad, its learning rate the schedule's alone (lr_decay 0) and its sums from 0. Knob:
// epsilon (1e-10).
import { knob } from "./knob.ts";
import { penalized } from "./moments.ts";
import { optimizer } from "./optimizer.ts";

export const adagrad = optimizer({
  state: ({ size }) => ({ sum: size }),
  byTensor: false,
  scalars: ({ learningRate, weightDecay }) => ({ penalty: weightDecay, learningRate }),
  update: (g, part, { penalty, learningRate }, settings) => {
    const gradient = penalized(g, part, penalty);
    const sum = g.add(part.state.sum, g.mul(gradient, gradient));
    const change = g.div(gradient, g.add(g.sqrt(sum), g.float(knob(settings, "epsilon", 1e-10))));
    return { parameter: g.sub(part.parameter, g.mul(change, learningRate)), state: { sum } };
  },
});
