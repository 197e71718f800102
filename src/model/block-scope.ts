// What a block's definition may say: its linears (with their adapters), its norms, rotation and attention. The same
// definition serves training over whole sequences and decoding against a cache; only the scope differs.
import type { GraphBuilder } from "../graph/builder.ts";
import type { Value } from "../graph/value.ts";

export interface BlockScope {
  readonly g: GraphBuilder;
  /** x [tokens, in] to [tokens, out]: frozen weight, bias where the model has one, adapter where there is one. */
  readonly linear: (name: string, x: Value) => Value;
  /** The model's kind of norm over the last axis of x. */
  readonly norm: (name: string, x: Value) => Value;
  /** The norm over each head of x [tokens, heads · headDim] by itself. */
  readonly headNorm: (name: string, x: Value, heads: number) => Value;
  /** Rotary position embedding of x [tokens, heads · headDim]; x itself in a layer that has none. */
  readonly rotate: (x: Value, heads: number) => Value;
  /** Causal attention of q [tokens, heads · headDim] over k and v [tokens, kvHeads · headDim]. */
  readonly attend: (q: Value, k: Value, v: Value) => Value;
}
