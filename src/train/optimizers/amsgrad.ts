// AMSGrad (Reddi et al. 2018) with decoupled weight decay: torch.optim.AdamW with amsgrad=True. A step is divided by the largest second
// moment there has been, which is kept as it is and corrected anew each time.
import { adamwScalars } from "./adamw.ts";
import { denominatorOf, moments } from "./moments.ts";
import { optimizer } from "./optimizer.ts";

export const amsgrad = optimizer({
  state: ({ size }) => ({ first: size, second: size, largest: size }),
  byTensor: false,
  scalars: adamwScalars,
  update: (g, { parameter, gradient, state }, { decay, stepSize, rootCorrection }, settings) => {
    const { first, second } = moments(g, gradient, state, settings);
    const largest = g.maximum(state.largest, second);
    const change = g.mul(g.div(first, denominatorOf(g, largest, rootCorrection, settings)), stepSize);
    return { parameter: g.sub(g.mul(parameter, decay), change), state: { first, second, largest } };
  },
});
