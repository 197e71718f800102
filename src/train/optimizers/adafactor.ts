// Adafactor (Shazeer & Stern 2018) as transformers.optimization.Adafactor with scale_parameter=False and relative_step=False: steps are
// as large as the schedule says, and there is no first moment (beta1=None). Steps relative to the parameter's size and of Adafactor's own
// schedule (scale_parameter, relative_step, warmup_init) are not offered. Knobs: decayRate (−0.8), clipThreshold (1), epsilon (1e-30).
import type { GraphBuilder } from "../../graph/builder.ts";
import type { Value } from "../../graph/value.ts";
import { clippedUpdate, factoredState, isFactored, mixed, runningFactors, unfolded, type FactoredName } from "./factored.ts";
import { knob } from "./knob.ts";
import { optimizer, type OptimizerPart } from "./optimizer.ts";

export const adafactor = optimizer({
  state: factoredState,
  byTensor: true,
  scalars: ({ updates, learningRate, weightDecay, settings }) => {
    const fresh = updates ** knob(settings, "decayRate", -0.8);
    return { decay: 1 - learningRate * weightDecay, learningRate, kept: 1 - fresh, fresh };
  },
  update: (g, part, { decay, learningRate, kept, fresh }, settings) => {
    const squares = g.add(g.mul(part.gradient, part.gradient), g.float(knob(settings, "epsilon", 1e-30)));
    const { update, state } = (isFactored(part.shape) ? ofMatrix : ofVector)(g, part, squares, kept, fresh);
    const change = g.mul(clippedUpdate(g, update, knob(settings, "clipThreshold", 1)), learningRate);
    return { parameter: g.sub(g.mul(part.parameter, decay), change), state };
  },
});

function ofMatrix(g: GraphBuilder, { gradient, state, shape }: OptimizerPart<FactoredName>, squares: Value, kept: Value, fresh: Value) {
  const factors = runningFactors(g, squares, shape, state, kept, fresh);
  const { rows, columns, mean, stack } = unfolded(g, factors, shape);
  const root = g.mul(g.sqrt(g.div(rows, mean)), g.sqrt(columns));
  return { update: g.reshape(g.div(g.reshape(gradient, stack), root), gradient.shape), state: { ...factors } };
}

function ofVector(g: GraphBuilder, { gradient, state }: OptimizerPart<FactoredName>, squares: Value, kept: Value, fresh: Value) {
  const square = mixed(g, state.square, squares, kept, fresh);
  return { update: g.div(gradient, g.sqrt(square)), state: { square } };
}
