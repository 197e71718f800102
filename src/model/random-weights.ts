// The weights of a new model, drawn from a seed.
import { elementCount, type Shape } from "../base/tensor.ts";
import { seededRandom, seedOf } from "../base/random.ts";
import { initializerRange } from "../config/new-model.ts";
import { baseParameters, type BaseParameter } from "./methods/base-parameters.ts";
import type { ModelSpec } from "./spec.ts";

export interface RandomTensor {
  /** As checkpoints call it. */
  readonly name: string;
  readonly shape: Shape;
  readonly data: Float32Array;
}

/**
 * Matrices and tables are normal with a deviation of 0.02; those that a sublayer ends with are smaller by √(2 · layers), so that the sum
 * along the layers stays as large as it is in one (Radford et al. 2019, GPT-2). Norms begin at one, biases at zero. Every tensor has a
 * seed of its own: what it holds does not depend on the others.
 */
export function* randomWeights(spec: ModelSpec, seed: number): Generator<RandomTensor> {
  for (const [at, parameter] of baseParameters(spec).entries()) {
    const { tensor, shape } = parameter.entry;
    yield { name: tensor, shape, data: drawn(spec, parameter, seedOf(seed, at)) };
  }
}

function drawn(spec: ModelSpec, { entry, module }: BaseParameter, seed: number): Float32Array {
  const data = new Float32Array(elementCount(entry.shape));
  if (entry.kind === "norm") return data.fill(1);
  if (entry.kind === "bias") return data;
  const endsSublayer = spec.linears.some(({ path, sublayer }) => sublayer !== undefined && module.endsWith(`.${path}`));
  const deviation = endsSublayer ? initializerRange / Math.sqrt(2 * spec.layers) : initializerRange;
  const random = seededRandom(seed);
  for (let i = 0; i < data.length; i++) data[i] = random.normal() * deviation;
  return data;
}
