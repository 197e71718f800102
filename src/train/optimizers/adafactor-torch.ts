// Adafactor as torch.optim.Adafactor, which is not Hugging Face's: steps are relative to the parameter's root mean square, the learning
// rate is at most 1/√updates, and epsilon bounds from below where there it is added. Knobs: decayRate (−0.8, beta2_decay), clipThreshold
// (1, d), epsilon (2⁻²³, eps1), leastScale (1e-3, eps2).
import type { GraphBuilder } from "../../graph/builder.ts";
import type { Value } from "../../graph/value.ts";
import { clippedUpdate, factoredState, isFactored, mixed, runningFactors, unfolded, type FactoredName } from "./factored.ts";
import { knob } from "./knob.ts";
import { optimizer, type OptimizerPart } from "./optimizer.ts";
import { rootMeanSquare } from "./sums.ts";

export const adafactorTorch = optimizer({
  state: factoredState,
  byTensor: true,
  scalars: ({ updates, learningRate, weightDecay, settings }) => {
    const fresh = updates ** knob(settings, "decayRate", -0.8);
    const stepSize = Math.min(learningRate, 1 / Math.sqrt(updates));
    return { decay: 1 - learningRate * weightDecay, stepSize, kept: 1 - fresh, fresh };
  },
  update: (g, part, { decay, stepSize, kept, fresh }, settings) => {
    const epsilon = knob(settings, "epsilon", 2 ** -23);
    const squares = g.mul(part.gradient, part.gradient);
    const { variance, state } = (isFactored(part.shape) ? ofMatrix : ofVector)(g, part, squares, { kept, fresh, epsilon });
    const update = g.div(part.gradient, g.sqrt(g.maximum(variance, g.float(epsilon ** 2))));
    const scale = g.mul(g.maximum(rootMeanSquare(g, part.parameter), g.float(knob(settings, "leastScale", 1e-3))), stepSize);
    const change = g.mul(clippedUpdate(g, update, knob(settings, "clipThreshold", 1)), scale);
    return { parameter: g.sub(g.mul(part.parameter, decay), change), state };
  },
});

interface Mix {
  readonly kept: Value;
  readonly fresh: Value;
  readonly epsilon: number;
}

function ofMatrix(g: GraphBuilder, { state, shape }: OptimizerPart<FactoredName>, squares: Value, { kept, fresh, epsilon }: Mix) {
  const factors = runningFactors(g, squares, shape, state, kept, fresh);
  const { rows, columns, mean } = unfolded(g, factors, shape);
  const product = g.div(g.mul(rows, columns), g.maximum(mean, g.float(epsilon)));
  return { variance: g.reshape(product, squares.shape), state: { ...factors } };
}

function ofVector(g: GraphBuilder, { state }: OptimizerPart<FactoredName>, squares: Value, { kept, fresh }: Mix) {
  const square = mixed(g, state.square, squares, kept, fresh);
  return { variance: square, state: { square } };
}
