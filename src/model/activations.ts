// The activation functions of published models under the names that config.json uses (transformers' ACT2FN).
import type { GraphBuilder } from "../graph/builder.ts";
import type { Value } from "../graph/value.ts";

export type Activation = (g: GraphBuilder, x: Value) => Value;

/** x · σ(x) (Elfwing et al. 2017). */
const silu: Activation = (g, x) => g.mul(x, g.sigmoid(x));

/** ½ x (1 + erf(x / √2)) (Hendrycks & Gimpel 2016). */
const gelu: Activation = (g, given) => g.inFloat32(given, (x) => half(g, x, g.erf(g.mul(x, g.float(Math.SQRT1_2)))));

/** Its approximation ½ x (1 + tanh(√(2/π) (x + 0.044715 x³))). */
const geluTanh: Activation = (g, given) =>
  g.inFloat32(given, (x) => {
    // Infinite in float16 from 41 on.
    const cube = g.mul(g.mul(x, x), x);
    const inner = g.mul(g.add(x, g.mul(cube, g.float(0.044715))), g.float(Math.sqrt(2 / Math.PI)));
    return half(g, x, g.tanh(inner));
  });

export const activations = {
  silu,
  swish: silu,
  gelu,
  gelu_new: geluTanh,
  gelu_fast: geluTanh,
  gelu_pytorch_tanh: geluTanh,
} as const satisfies Readonly<Record<string, Activation>>;

export type ActivationName = keyof typeof activations;
export const activationNames = Object.keys(activations) as ActivationName[];

function half(g: GraphBuilder, x: Value, y: Value): Value {
  return g.mul(g.mul(x, g.float(0.5)), g.add(y, g.float(1)));
}
