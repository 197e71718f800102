// Muon (Jordan et al. 2024) as torch.optim.Muon: the momentum of a matrix is made nearly orthogonal before it is applied. The iteration
// runs in float32, where PyTorch's runs in bfloat16. What is no matrix (norms, biases, embeddings) is updated by AdamW at the same learning
// rate. Knobs: momentum (0.95, Nesterov's), matchRms (false; PyTorch's adjust_lr_fn "match_rms_adamw", steps as large as AdamW's), and
// AdamW's own.
import type { GraphBuilder } from "../../graph/builder.ts";
import type { Value } from "../../graph/value.ts";
import { adamwScalars, adamwUpdate } from "./adamw.ts";
import { knob } from "./knob.ts";
import { runningMean } from "./moments.ts";
import { optimizer, type OptimizerPart } from "./optimizer.ts";
import { sumOf } from "./sums.ts";

const iterations = 5;
const [a, b, c] = [3.4445, -4.775, 2.0315];

export const muon = optimizer({
  state: (tensor) => {
    const [momentum, moments] = isOrthogonalized(tensor) ? [tensor.size, 0] : [0, tensor.size];
    return { momentum, first: moments, second: moments };
  },
  byTensor: true,
  scalars: (step) => ({ ...adamwScalars(step), learningRate: step.learningRate }),
  update: (g, part, scalars, settings) => {
    if (!isOrthogonalized(part)) return adamwUpdate(g, part, scalars, settings);
    const share = knob(settings, "momentum", 0.95);
    const momentum = runningMean(g, part.state.momentum, part.gradient, share);
    const direction = orthogonalized(g, runningMean(g, momentum, part.gradient, share), part.shape as [number, number]);
    const [rows = 1, columns = 1] = part.shape;
    const factor = knob(settings, "matchRms", false) ? 0.2 * Math.sqrt(Math.max(rows, columns)) : Math.sqrt(Math.max(1, rows / columns));
    const change = g.mul(direction, g.mul(scalars.learningRate, g.float(factor)));
    return { parameter: g.sub(g.mul(part.parameter, scalars.decay), change), state: { momentum } };
  },
});

/** Whether a tensor is updated by Muon itself, and not by AdamW. */
export function isOrthogonalized({ kind, shape }: Pick<OptimizerPart<never>, "kind" | "shape">): boolean {
  return kind === "matrix" && shape.length === 2;
}

/** Newton–Schulz iterations of the fifth degree, which bring every singular value near 1. Flat in and out. */
function orthogonalized(g: GraphBuilder, flat: Value, [rows, columns]: readonly [number, number]): Value {
  const norm = g.maximum(g.sqrt(sumOf(g, g.mul(flat, flat))), g.float(1e-7));
  const scaled = g.reshape(g.div(flat, norm), [rows, columns]);
  const isTall = rows > columns;
  let x = isTall ? g.transpose(scaled, [1, 0]) : scaled;
  for (let step = 0; step < iterations; step++) {
    const gram = g.gemm(x, x, { transB: true });
    const polynomial = g.gemm(gram, gram, { alpha: c, plus: g.mul(gram, g.float(b)) });
    x = g.gemm(polynomial, x, { plus: g.mul(x, g.float(a)) });
  }
  return g.reshape(isTall ? g.transpose(x, [1, 0]) : x, flat.shape);
}
