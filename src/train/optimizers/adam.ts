// Adam (Kingma & Ba 2015), in the order of torch.optim.Adam: weight decay is an L2 penalty, and passes through both moments.
import { denominatorOf, moments, momentScalars, momentState, penalized } from "./moments.ts";
import { optimizer } from "./optimizer.ts";

export const adam = optimizer({
  state: momentState,
  byTensor: false,
  scalars: (step) => ({ penalty: step.weightDecay, ...momentScalars(step) }),
  update: (g, part, { penalty, stepSize, rootCorrection }, settings) => {
    const { first, second } = moments(g, penalized(g, part, penalty), part.state, settings);
    const denominator = denominatorOf(g, second, rootCorrection, settings);
    return { parameter: g.sub(part.parameter, g.mul(g.div(first, denominator), stepSize)), state: { first, second } };
  },
});
