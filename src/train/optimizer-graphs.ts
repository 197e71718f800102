// AdamW with decoupled weight decay (Loshchilov & Hutter 2019), in the order of torch.optim.AdamW, over one flat vector
// per layer. What changes from step to step comes in as one-element tensors, so that the graph is compiled once.
import { blockedSum } from "../graph/blocked-sum.ts";
import { GraphBuilder } from "../graph/builder.ts";
import type { Graph } from "../graph/ir.ts";
import type { Value } from "../graph/value.ts";

const beta1 = 0.9;
const beta2 = 0.999;
const epsilon = 1e-8;

/** The scalars of a step, computed in float64 on the host. */
export interface StepScalars {
  /** Gradient factor from clipping. */
  readonly clip: number;
  /** 1 − learning rate · weight decay. */
  readonly decay: number;
  /** learning rate / (1 − β₁ᵗ). */
  readonly stepSize: number;
  /** √(1 − β₂ᵗ). */
  readonly rootCorrection: number;
}

/** @param updates number of this update, from 1 */
export function stepScalars(updates: number, learningRate: number, weightDecay: number, gradNorm: number, clipNorm: number): StepScalars {
  return {
    // As torch.nn.utils.clip_grad_norm_.
    clip: clipNorm > 0 ? Math.min(1, clipNorm / (gradNorm + 1e-6)) : 1,
    decay: 1 - learningRate * weightDecay,
    stepSize: learningRate / (1 - beta1 ** updates),
    rootCorrection: Math.sqrt(1 - beta2 ** updates),
  };
}

/** Inputs parameter, gradient, first, second [size] and the scalars [1]; outputs parameter, first and second after the step. */
export function adamwGraph(size: number): Graph {
  const g = new GraphBuilder();
  const vector = (name: string) => g.input(name, "float32", [size]);
  const scalar = (name: keyof StepScalars) => g.input(name, "float32", [1]);
  const gradient = g.mul(vector("gradient"), scalar("clip"));
  const first = g.add(g.mul(vector("first"), g.float(beta1)), g.mul(gradient, g.float(1 - beta1)));
  const second = g.add(g.mul(vector("second"), g.float(beta2)), g.mul(g.mul(gradient, gradient), g.float(1 - beta2)));
  const denominator = g.add(g.div(g.sqrt(second), scalar("rootCorrection")), g.float(epsilon));
  const decayed = g.mul(vector("parameter"), scalar("decay"));
  const parameter = g.sub(decayed, g.mul(g.div(first, denominator), scalar("stepSize")));
  return g.finish("adamw", { newParameter: parameter, newFirst: first, newSecond: second });
}

/** Inputs gradient0 … [size]; output norm [1]: the global L2 norm. */
export function gradNormGraph(layers: number, size: number): Graph {
  const g = new GraphBuilder();
  const squares = Array.from({ length: layers }, (_, layer) => {
    const gradient = g.input(`gradient${layer}`, "float32", [size]);
    return sumOf(g, g.mul(gradient, gradient));
  });
  return g.finish("gradientNorm", { norm: g.sqrt(squares.reduce((sum, square) => g.add(sum, square))) });
}

/** Of a vector, [1]: it has millions of numbers. */
function sumOf(g: GraphBuilder, vector: Value): Value {
  const [size = 0] = vector.shape;
  return blockedSum(g.reshape(vector, [1, size]), size, {
    inBlocks: (x, block) => g.reshape(x, [1, (x.shape[1] ?? 0) / block, block]),
    columns: (x, start, end) => g.slice(x, 1, start, end),
    sum: (x) => g.reshape(g.reduceSum(x, [x.shape.length - 1]), x.shape.slice(0, -1)),
    add: g.add,
  });
}
