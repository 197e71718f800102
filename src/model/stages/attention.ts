// Grouped-query attention without repeating keys and values: the queries of a group become rows of one product
// (Ainslie et al. 2023). Masks are added to the scores, so that padding and causality are data, not graph structure.
import type { GraphBuilder } from "../../graph/builder.ts";
import type { Value } from "../../graph/value.ts";
import type { ModelSpec } from "../spec.ts";
import { softCap } from "./norm.ts";

interface AttentionShape {
  readonly batch: number;
  /** Query rows per sequence. */
  readonly queries: number;
  /** Key rows per sequence. */
  readonly keys: number;
}

/**
 * @param q [batch · queries, heads · headDim]
 * @param k [batch · keys, kvHeads · headDim], v the same
 * @param mask broadcasts to [batch, heads, queries, keys]
 * @returns [batch · queries, heads · headDim]
 */
export function attention(
  g: GraphBuilder,
  { heads, kvHeads, headDim, scoreScale, scoreCap }: ModelSpec,
  { batch, queries, keys }: AttentionShape,
  q: Value,
  k: Value,
  v: Value,
  mask: Value,
): Value {
  const group = heads / kvHeads;
  const rows = group * queries;
  const scaled = g.mul(g.reshape(q, [batch, queries, kvHeads, group, headDim]), g.float(scoreScale));
  const queryRows = g.reshape(g.transpose(scaled, [0, 2, 3, 1, 4]), [batch, kvHeads, rows, headDim]);
  const keyColumns = g.transpose(g.reshape(k, [batch, keys, kvHeads, headDim]), [0, 2, 3, 1]);
  const valueRows = g.transpose(g.reshape(v, [batch, keys, kvHeads, headDim]), [0, 2, 1, 3]);
  const scores = g.reshape(g.matmul(queryRows, keyColumns), [batch, heads, queries, keys]);
  const weights = g.reshape(weightsOf(g, scores, mask, scoreCap), [batch, kvHeads, rows, keys]);
  const mixed = g.reshape(g.matmul(weights, valueRows), [batch, kvHeads, group, queries, headDim]);
  return g.reshape(g.transpose(mixed, [0, 3, 1, 2, 4]), [batch * queries, heads * headDim]);
}

/**
 * The same of one sequence, or of several whose masks hide them from each other, where sizes may be open: scores stay by groups, so
 * that no more than one open size is ever cut off another.
 * @param q [queries, heads · headDim]
 * @param k [keys, kvHeads · headDim], v the same
 * @param mask [group · queries, keys], the queries' rows once per query head of a group
 * @returns [queries, heads · headDim]
 */
export function packedAttention(
  g: GraphBuilder,
  { heads, kvHeads, headDim, scoreScale, scoreCap }: ModelSpec,
  q: Value,
  k: Value,
  v: Value,
  mask: Value,
): Value {
  const group = heads / kvHeads;
  const [queries = 0, keys = 0] = [q.shape[0], k.shape[0]];
  const byGroup = g.transpose(g.reshape(g.mul(q, g.float(scoreScale)), [queries, kvHeads, group, headDim]), [1, 2, 0, 3]);
  const queryRows = g.reshape(byGroup, [kvHeads, group * queries, headDim]);
  const keyColumns = g.transpose(g.reshape(k, [keys, kvHeads, headDim]), [1, 2, 0]);
  const valueRows = g.transpose(g.reshape(v, [keys, kvHeads, headDim]), [1, 0, 2]);
  const mixed = g.matmul(weightsOf(g, g.matmul(queryRows, keyColumns), mask, scoreCap), valueRows);
  const byHead = g.transpose(g.reshape(mixed, [kvHeads, group, queries, headDim]), [2, 0, 1, 3]);
  return g.reshape(byHead, [queries, heads * headDim]);
}

/** In float32: float16 does not reach to what hides a score, nor is a sum over a row of it exact enough. */
function weightsOf(g: GraphBuilder, scores: Value, mask: Value, cap: number | null): Value {
  return g.inFloat32(scores, (wide) => g.softmax(g.add(softCap(g, wide, cap), mask)));
}
