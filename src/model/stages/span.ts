// The graphs of a training step over some blocks in a row, forward and back. What the way back needs of the way there is either kept, which
// saves every product with a frozen matrix a second time, or computed again from the inputs of the blocks (activation checkpointing,
// Chen et al. 2016).
import { itemOf } from "../../base/the.ts";
import type { FloatType } from "../../base/tensor.ts";
import { GraphBuilder } from "../../graph/builder.ts";
import { backward, dependents } from "../../graph/grad/backward.ts";
import type { Graph, GraphNode } from "../../graph/ir.ts";
import type { OpName } from "../../graph/ops.ts";
import type { Value } from "../../graph/value.ts";
import { trainingBlock, type BatchShape } from "./block.ts";
import { blockKey, type BlockKind } from "./scope.ts";

/** What a way forward leaves for the way back, beside the input of the first block. */
export type Keeping = "products" | "inputs";

export interface Span {
  /** In their order; at least one. */
  readonly kinds: readonly BlockKind[];
  readonly shape: BatchShape;
  /** float32 where absent. What is trained, and its gradient, is float32 whatever this is. */
  readonly activations?: FloatType | undefined;
}

/** Spans of the same blocks, shapes apart, have the same key where their graphs are the same. */
export function kindsKey(kinds: Span["kinds"]): string {
  return kinds.map(blockKey).join(" ");
}

/** Of the inputs of a block within a span: all but x, the input of the first. */
export const blockPrefix = (place: number): string => `${place}.`;

/** Of what is kept. */
const keptName = (at: number): `kept.${number}` => `kept.${at}`;

export type Kept = ReturnType<typeof keptName>;

/** Inputs of {@link trainingBlock} for each block; output y. */
export function spanGraph(span: Span): Graph<"y"> {
  const g = builderOf(span);
  return g.finish("block.forward", { y: declareSpan(g, span).y });
}

export interface SpanGraphs {
  /** As {@link spanGraph}, with what is kept as further outputs. */
  readonly forward: Graph<"y" | Kept>;
  /**
   * Further inputs dy, what is kept, and of each block in which something is trained gradientIn; outputs dx and, with the prefix of the
   * block, gradient = gradientIn + its own, flat both.
   */
  readonly backward: Graph<"dx" | `${number}.gradient`>;
}

export function spanGraphs(span: Span, keeping: Keeping): SpanGraphs {
  const g = builderOf(span);
  const { y, dy, dx, gradients, kept } = bothWays(g, span, keeping);
  const given = keptOutputs(kept);
  // The last block's gradient comes last: ONNX Runtime begins with what it needs, and lets go of that before it goes on to the next.
  const sums = gradients.map(([place, own]) => {
    const before = g.within(blockPrefix(place), () => g.input("gradientIn", "float32", own.shape));
    return [`${place}.gradient`, g.add(before, g.widen(own))] as const;
  });
  return {
    forward: g.finish("block.forward", { y, ...given }),
    backward: g.finish("block.backward", { dx, ...Object.fromEntries(sums) }, { given, late: dy }),
  };
}

const builderOf = ({ activations }: Span): GraphBuilder => new GraphBuilder(activations ? { activations } : {});

const keptOutputs = (kept: readonly Value[]): Record<Kept, Value> => Object.fromEntries(kept.map((value, at) => [keptName(at), value]));

interface Declared {
  /** The inputs of the blocks. */
  readonly inputs: readonly Value[];
  /** By block; undefined where nothing is trained. */
  readonly parameters: readonly (Value | undefined)[];
  readonly y: Value;
}

function declareSpan(g: GraphBuilder, { kinds, shape }: Span): Declared {
  const { hiddenSize } = itemOf(kinds, 0).spec;
  const inputs: Value[] = [];
  const parameters: (Value | undefined)[] = [];
  let y = g.activation("x", [shape.batch * shape.seq, hiddenSize]);
  for (const [place, kind] of kinds.entries()) {
    inputs.push(y);
    const block = g.within(blockPrefix(place), () => trainingBlock(g, kind, shape, y));
    parameters.push(block.parameters);
    ({ y } = block);
  }
  return { inputs, parameters, y };
}

function bothWays(g: GraphBuilder, span: Span, keeping: Keeping) {
  const { inputs, parameters, y } = declareSpan(g, span);
  const forward = new Set(g.nodes);
  const [x, ...others] = inputs as [Value, ...Value[]];
  const trained = parameters.flatMap((value, place) => (value ? [{ value, place }] : []));
  const dy = g.activation("dy", y.shape);
  const [dx, ...own] = backward(g, [{ value: y, gradient: dy }], [x, ...trained.map(({ value }) => value)]);
  const gradients = trained.map(({ place }, at) => [place, itemOf(own, at)] as const);
  const used = g.nodes.filter((node) => !forward.has(node)).flatMap((node) => node.inputs);
  return { y, dy, dx, gradients, kept: keeping === "inputs" ? others : productsFor(g, used, forward, x) };
}

/** What costs by far the most to compute again. */
const products: ReadonlySet<OpName> = new Set(["gemm", "matmulNBits", "matmulLevels4"]);

/** The last products of x on the way forward that the given values are computed from, in the order of the graph. */
function productsFor(g: GraphBuilder, values: readonly Value[], forward: ReadonlySet<GraphNode>, x: Value): readonly Value[] {
  const ofInput = dependents(g.nodes, [x]);
  const found = new Map<number, Value>();
  const seen = new Set<number>();
  const look = (value: Value): void => {
    const node = g.producer(value);
    if (!node || !forward.has(node) || seen.has(value.id) || !ofInput.has(value.id)) return;
    seen.add(value.id);
    if (products.has(node.op)) found.set(value.id, value);
    else for (const input of node.inputs) look(input);
  };
  for (const value of values) look(value);
  return [...found.values()].toSorted((a, b) => a.id - b.id);
}
