// The norm of a model, whatever its kind. Its statistics are float32, as its weights are.
import type { GraphBuilder } from "../../graph/builder.ts";
import type { Value } from "../../graph/value.ts";
import type { ModelSpec } from "../spec.ts";

/** Gives a vector of the model by the name of its input: the frozen one, or what is trained in its place. */
export type VectorOf = (name: string, size: number) => Value;

/** Over the last axis of x; the weight is the vector `name`, the bias of a LayerNorm the vector `name`.bias. */
export function applyNorm(
  g: GraphBuilder,
  { norm, normEps }: Pick<ModelSpec, "norm" | "normEps">,
  vectorOf: VectorOf,
  name: string,
  x: Value,
): Value {
  const size = x.shape.at(-1) as number;
  const weight = vectorOf(name, size);
  return g.inFloat32(x, (wide) => {
    switch (norm) {
      case "rms":
        return g.rmsNorm(wide, weight, normEps);
      case "rms-offset":
        return g.rmsNorm(wide, g.add(weight, g.float(1)), normEps);
      case "layer":
        return g.layerNorm(wide, weight, vectorOf(`${name}.bias`, size), normEps);
      default:
        return norm satisfies never;
    }
  });
}

/** cap · tanh(x / cap); x itself without a cap. */
export function softCap(g: GraphBuilder, x: Value, cap: number | null): Value {
  return cap === null ? x : g.mul(g.tanh(g.mul(x, g.float(1 / cap))), g.float(cap));
}
