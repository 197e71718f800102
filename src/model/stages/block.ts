// The graphs of one transformer block. Those of a training step, over several blocks and back, are in span.ts.
import { the } from "../../base/the.ts";
import { GraphBuilder } from "../../graph/builder.ts";
import type { Graph } from "../../graph/ir.ts";
import type { Value } from "../../graph/value.ts";
import { attention, packedAttention } from "./attention.ts";
import type { BlockHooks } from "../methods/method.ts";
import type { ModelSpec } from "../spec.ts";
import type { BlockScope } from "../block-scope.ts";
import { declareBlock, rotation, type BlockInputs, type BlockKind } from "./scope.ts";

export interface BatchShape {
  readonly batch: number;
  readonly seq: number;
}

/**
 * Inputs x, positions, cos, sin, mask [batch, 1, seq, prefix + seq], weights, and what is trained in the layer as `parameters`; output y
 * [batch · seq, hidden].
 */
export function blockForwardGraph(kind: BlockKind, shape: BatchShape): Graph<"y"> {
  const g = new GraphBuilder();
  const { y } = trainingBlock(g, kind, shape);
  return g.finish("block.forward", { y });
}

/**
 * What the linear layers of a block see: further input kept [tokens, 1], 1 for a token that counts, else 0; for every input that one
 * or more of them share, its sum over the tokens of x xᵀ, [width, width].
 */
export function blockGramsGraph(kind: BlockKind, shape: BatchShape): { readonly graph: Graph; readonly inputs: readonly LinearInput[] } {
  const g = new GraphBuilder();
  const kept = g.input("kept", "float32", [shape.batch * shape.seq, 1]);
  const seen = new Map<Value, string[]>();
  trainingBlock(g, kind, shape, undefined, (name, x) => seen.set(x, [...(seen.get(x) ?? []), name]));
  const inputs = [...seen.values()].map((linears, at) => ({ output: `gram${at}`, linears }));
  const grams = [...seen.keys()].map((x, at) => {
    const counted = g.mul(x, kept);
    return [`gram${at}`, g.gemm(counted, counted, { transA: true })] as const;
  });
  return { graph: g.finish("block.grams", Object.fromEntries(grams)), inputs };
}

export interface LinearInput {
  readonly output: string;
  /** The linear layers that see it, by their input names. */
  readonly linears: readonly string[];
}

/**
 * @param x what goes into it; absent: an input of the graph
 * @param onLinear hears of every linear layer and its input
 */
export function trainingBlock(
  g: GraphBuilder,
  kind: BlockKind,
  { batch, seq }: BatchShape,
  x?: Value,
  onLinear?: (name: string, x: Value) => void,
): BlockInputs & { y: Value } {
  const mask = g.input("mask", "float32", [batch, 1, seq, prefixOf(kind) + seq]);
  const attend: BlockScope["attend"] = (q, k, v) => {
    const seen = withPrefix(g, inputs.hooks, { batch, rows: seq }, { keys: k, values: v });
    return attention(g, kind.spec, { batch, queries: seq, keys: prefixOf(kind) + seq }, q, seen.keys, seen.values, mask);
  };
  const rotate = rotation(g, kind, batch * seq, tableRows(kind, { batch, seq }));
  const inputs = declareBlock(g, kind, batch * seq, { rotate, attend }, x);
  const { scope } = inputs;
  const linear: typeof scope.linear = (name, input) => {
    onLinear?.(name, input);
    return scope.linear(name, input);
  };
  return { ...inputs, y: kind.spec.block({ ...scope, linear }, inputs.x) };
}

/**
 * Rows of the rotary tables of a batch: the kernel wants at least as many as there are tokens, although positions restart with every
 * sequence, and they have to reach the last position.
 */
function tableRows(kind: Pick<BlockKind, "tuned">, { batch, seq }: BatchShape): number {
  return Math.max(batch * seq, seq + prefixOf(kind));
}

function prefixOf({ tuned }: Pick<BlockKind, "tuned">): number {
  return tuned?.prefixTokens ?? 0;
}

/** The tensors that a layer keeps of what was read, by name: numbers per token. */
export type LayerState = Readonly<Record<"keys" | "values", number>>;

export function layerState({ kvHeads, headDim }: Pick<ModelSpec, "kvHeads" | "headDim">): LayerState {
  return { keys: kvHeads * headDim, values: kvHeads * headDim };
}

/** Of rows that go through a block against a cache; sizes may be open. */
export interface DecodeShape {
  /** New rows. */
  readonly tokens: number;
  /** Rows of the cache. */
  readonly capacity: number;
  /** Rows of the rotary tables. */
  readonly positions: number;
}

/** The input that takes what is cached of a state. */
export function pastOf(state: string): string {
  return `past.${state}`;
}

/**
 * A block that continues sequences: new rows against rows of a cache. Further inputs {@link pastOf} of each state, [capacity, width], and
 * mask [group · tokens, prefix + capacity + tokens] (see {@link packedAttention}); outputs y and the new rows of each state.
 */
export function blockDecodeGraph(kind: BlockKind, { tokens, capacity, positions }: DecodeShape): Graph<"y" | keyof LayerState> {
  const g = new GraphBuilder();
  const { spec } = kind;
  const group = spec.heads / spec.kvHeads;
  const mask = g.input("mask", "float32", [group * tokens, prefixOf(kind) + capacity + tokens]);
  const widths = layerState(spec);
  const withPast = (state: keyof LayerState, fresh: Value): Value =>
    g.concat([g.input(pastOf(state), "float32", [capacity, widths[state]]), fresh], 0);
  const fresh: { keys?: Value; values?: Value } = {};
  const attend: BlockScope["attend"] = (q, k, v) => {
    fresh.keys = k;
    fresh.values = v;
    const all = { keys: withPast("keys", k), values: withPast("values", v) };
    const seen = withPrefix(g, inputs.hooks, { batch: 1, rows: capacity + tokens }, all);
    return packedAttention(g, spec, q, seen.keys, seen.values, mask);
  };
  const inputs = declareBlock(g, kind, tokens, { rotate: rotation(g, kind, tokens, positions), attend });
  const y = spec.block(inputs.scope, inputs.x);
  return g.finish("block.decode", { y, keys: the(fresh.keys, "keys"), values: the(fresh.values, "values") });
}

interface Seen {
  /** [batch · rows, kvHeads · headDim] */
  readonly keys: Value;
  readonly values: Value;
}

/** Puts a method's keys and values before those of every sequence. */
function withPrefix(
  g: GraphBuilder,
  { prefix }: BlockHooks,
  { batch, rows }: { readonly batch: number; readonly rows: number },
  seen: Seen,
): Seen {
  if (!prefix) return seen;
  const [count = 0, width = 0] = prefix.keys.shape;
  const before = (own: Value, all: Value): Value => {
    const repeated = g.expand(g.reshape(own, [1, count, width]), [batch, count, width]);
    return g.reshape(g.concat([repeated, g.reshape(all, [batch, rows, width])], 1), [batch * (count + rows), width]);
  };
  return { keys: before(prefix.keys, seen.keys), values: before(prefix.values, seen.values) };
}
