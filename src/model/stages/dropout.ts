// Dropout on what a method sees of the linear layers of a block. The numbers of the masks are inputs, so that forward and backward of a
// micro-batch, which are runs of their own, leave out the same.
import type { GraphBuilder } from "../../graph/builder.ts";
import { dropoutMask, maskNumbers } from "../../graph/dropout-mask.ts";
import type { Drop } from "../methods/method.ts";
import type { ModelSpec } from "../spec.ts";

/** The inputs of a block's graph that masks are made of; sizes are those of {@link maskSizes}. */
export const maskInputs = { rows: "dropout.rows", columns: "dropout.columns", keys: "dropout.keys" } as const;

/** How many rows of numbers each input has: one for a token, for a feature, and for a linear layer of the block. */
export function maskSizes({ linears }: Pick<ModelSpec, "linears">, tokens: number): { readonly [S in keyof typeof maskInputs]: number } {
  return { rows: tokens, columns: Math.max(...linears.map(({ inFeatures }) => inFeatures)), keys: linears.length };
}

/** @param rate 0: nothing is left out, and the graph has no input for it */
export function dropping(g: GraphBuilder, spec: Pick<ModelSpec, "linears">, tokens: number, rate: number): Drop {
  if (rate === 0) return (_, x) => x;
  const sizes = maskSizes(spec, tokens);
  const numbers = (of: keyof typeof maskInputs) => g.sharedInput(maskInputs[of], "float32", [sizes[of], maskNumbers]);
  return ({ name, inFeatures }, x) => {
    const at = spec.linears.findIndex((slot) => slot.name === name);
    const key = g.slice(numbers("keys"), 0, at, at + 1);
    return g.mul(x, dropoutMask(g, tokens, inFeatures, rate, { rows: numbers("rows"), columns: numbers("columns"), key }));
  };
}
