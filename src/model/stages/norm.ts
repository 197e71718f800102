// The norm of a model, whatever its kind: declares the inputs that hold it.
import type { GraphBuilder } from "../../graph/builder.ts";
import type { Value } from "../../graph/value.ts";
import type { ModelSpec } from "../spec.ts";

/** Over the last axis of x; the weight is the input `name`, the bias of a LayerNorm the input `name`.bias. */
export function applyNorm(g: GraphBuilder, { norm, normEps }: Pick<ModelSpec, "norm" | "normEps">, name: string, x: Value): Value {
  const size = x.shape.at(-1) as number;
  const weight = g.input(name, "float32", [size]);
  switch (norm) {
    case "rms":
      return g.rmsNorm(x, weight, normEps);
    case "rms-offset":
      return g.rmsNorm(x, g.add(weight, g.float(1)), normEps);
    case "layer":
      return g.layerNorm(x, weight, g.input(`${name}.bias`, "float32", [size]), normEps);
    default:
      return norm satisfies never;
  }
}

/** cap · tanh(x / cap); x itself without a cap. */
export function softCap(g: GraphBuilder, x: Value, cap: number | null): Value {
  return cap === null ? x : g.mul(g.tanh(g.mul(x, g.float(1 / cap))), g.float(cap));
}
