// Adadelta (Zeiler 2012) as torch.optim.Adadelta. Knobs: rho (0.9), epsilon (1e-6). It was published for a learning rate of 1.
import { knob } from "./knob.ts";
import { penalized, runningMean } from "./moments.ts";
import { optimizer } from "./optimizer.ts";

export const adadelta = optimizer({
  state: ({ size }) => ({ square: size, change: size }),
  byTensor: false,
  scalars: ({ learningRate, weightDecay }) => ({ penalty: weightDecay, learningRate }),
  update: (g, part, { penalty, learningRate }, settings) => {
    const [rho, epsilon] = [knob(settings, "rho", 0.9), g.float(knob(settings, "epsilon", 1e-6))];
    const gradient = penalized(g, part, penalty);
    const square = runningMean(g, part.state.square, g.mul(gradient, gradient), rho);
    const scale = g.div(g.sqrt(g.add(part.state.change, epsilon)), g.sqrt(g.add(square, epsilon)));
    const delta = g.mul(scale, gradient);
    const change = runningMean(g, part.state.change, g.mul(delta, delta), rho);
    return { parameter: g.sub(part.parameter, g.mul(delta, learningRate)), state: { square, change } };
  },
});
