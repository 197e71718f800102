// What a block's definition may say: its linears (with their adapters), its vectors, rotation and attention. The same
// definition serves training over whole sequences and decoding against a cache; only the scope differs.
import type { TargetModule } from "../config/run-config.ts";
import type { GraphBuilder } from "../graph/builder.ts";
import type { Value } from "../graph/value.ts";

export interface BlockScope {
  readonly g: GraphBuilder;
  /** x [tokens, in] to [tokens, out]: frozen weight, bias where the model has one, adapter where there is one. */
  readonly linear: (name: TargetModule, x: Value) => Value;
  readonly norm: (name: string, x: Value) => Value;
  /** Rotary position embedding of x [tokens, heads · headDim]. */
  readonly rotate: (x: Value, heads: number) => Value;
  /** Causal attention of q [tokens, heads · headDim] over k and v [tokens, kvHeads · headDim]. */
  readonly attend: (q: Value, k: Value, v: Value) => Value;
}
