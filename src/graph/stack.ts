// Low-rank products beside frozen ones, y = p + alpha · (x Aᵀ) Bᵀ, of several layers that share x, as few products: the A stand on top of each
// other, and every B has zeros in the columns of the others. Where attention takes three such, they are one product beside each other. What is
// stacked depends on what was trained alone, so that it is stacked once an answer (see hoist.ts).
import type { Shape } from "../base/tensor.ts";
import { firstFreeId, inOrder, producersOf, usesOf } from "./fuse.ts";
import type { Graph, GraphConstant, GraphNode } from "./ir.ts";
import type { OpAttributes, OpName } from "./ops.ts";
import type { Value } from "./value.ts";

/** The parts of y = p + alpha · (x Aᵀ) Bᵀ, and the nodes that make it. */
interface LowRank {
  readonly y: Value;
  readonly p: Value;
  readonly a: Value;
  readonly b: Value;
  readonly alpha: number;
  readonly nodes: readonly GraphNode[];
}

/** One of several in a stack. */
interface Stacked extends Pick<LowRank, "y" | "p" | "alpha"> {
  /** x times all A, [rows, ranks]. */
  readonly inner: Value;
  /** [out, ranks] */
  readonly wideB: Value;
}

export function stackedGraph(graph: Graph): Graph {
  const stacks = [...lowRanks(graph).entries()].filter(([, parts]) => parts.length > 1);
  if (stacks.length === 0) return graph;
  const made = new Additions(graph);
  const gone = new Set<GraphNode>();
  const stacked = new Map<number, Stacked>();
  for (const [x, parts] of stacks) {
    for (const one of stack(made, x, parts)) stacked.set(one.y.id, one);
    for (const { nodes } of parts) for (const node of nodes) gone.add(node);
  }
  const nodes = beside(made, { ...graph, nodes: graph.nodes.filter((node) => !gone.has(node)) }, stacked);
  for (const { y, p, alpha, inner, wideB } of stacked.values())
    made.into("gemm", [inner, wideB, p], y, { alpha, transA: false, transB: true });
  return { ...graph, nodes: inOrder([...made.nodes, ...nodes]), constants: [...graph.constants, ...made.constants] };
}

/** By their x. */
function lowRanks(graph: Graph): ReadonlyMap<Value, readonly LowRank[]> {
  const [uses, producers] = [usesOf(graph), producersOf(graph)];
  const found = new Map<Value, LowRank[]>();
  const known = new Map<number, Value>();
  for (const outer of graph.nodes) {
    if (!isGemm(outer) || outer.inputs.length !== 3 || !isPlain(outer)) continue;
    const [between, b, p] = outer.inputs;
    const inner = between && producers.get(between.id);
    if (!inner || !isGemm(inner) || inner.inputs.length !== 2 || !isPlain(inner) || inner.attributes.alpha !== 1 || uses(between) > 1)
      continue;
    const [x, a] = inner.inputs;
    const [y] = outer.outputs;
    if (!x || !a || !b || !p || !y || p.shape.length !== 2) continue;
    const shared = known.get(x.id) ?? x;
    known.set(x.id, shared);
    const part = { y, p, a, b, alpha: outer.attributes.alpha, nodes: [inner, outer] };
    found.set(shared, [...(found.get(shared) ?? []), part]);
  }
  return found;
}

function isGemm(node: GraphNode): node is GraphNode<"gemm"> {
  return node.op === "gemm";
}

const isPlain = ({ attributes: { transA, transB } }: GraphNode<"gemm">): boolean => !transA && transB;

function stack(made: Additions, x: Value, parts: readonly LowRank[]): readonly Stacked[] {
  const [rows = 0, inside = 0] = x.shape;
  const ranks = parts.map(({ a }) => a.shape[0] ?? 0);
  const rank = ranks.reduce((sum, one) => sum + one, 0);
  const allA = made.make(
    "concat",
    parts.map(({ a }) => a),
    [rank, inside],
    { axis: 0 },
  );
  const inner = made.make("gemm", [x, allA], [rows, rank], { alpha: 1, transA: false, transB: true });
  return parts.map(({ y, p, b, alpha }, at) => {
    const outside = b.shape[0] ?? 0;
    const zeros = ranks.map((own, of) => (of === at ? b : made.zeros([outside, own])));
    return { y, p, alpha, inner, wideB: made.make("concat", zeros, [outside, rank], { axis: 1 }) };
  });
}

/** Three of one stack that nothing but attention takes are one product; they leave the stack. */
function beside(made: Additions, graph: Graph, stacked: Map<number, Stacked>): readonly GraphNode[] {
  const [uses, producers] = [usesOf(graph), producersOf(graph)];
  const gone = new Set<GraphNode>();
  const nodes = graph.nodes.map((node): GraphNode => {
    if (node.op !== "cachedAttention") return node;
    const reshapes = node.inputs.slice(0, 3).flatMap(({ id }) => producers.get(id) ?? []);
    const parts = reshapes.flatMap(({ inputs: [flat] }) => (flat && uses(flat) === 1 && stacked.get(flat.id)) || []);
    const [first, ...others] = parts;
    const isOne = first && others.every(({ inner, alpha }) => inner === first.inner && alpha === first.alpha);
    if (!isOne || parts.length !== 3 || reshapes.some(({ op, outputs: [made3] }) => op !== "reshape" || uses(made3) > 1)) return node;
    for (const { y } of parts) stacked.delete(y.id);
    for (const reshape of reshapes) gone.add(reshape);
    const packed = packedProduct(made, first, parts);
    const attributes = { ...(node as GraphNode<"cachedAttention">).attributes, isPacked: true };
    return { ...node, inputs: [packed, packed, packed, ...node.inputs.slice(3)], attributes };
  });
  return nodes.filter((node) => !gone.has(node));
}

function packedProduct(made: Additions, { inner, alpha }: Stacked, parts: readonly Stacked[]): Value {
  const [rows = 0, rank = 0] = inner.shape;
  const width = parts.reduce((sum, { wideB }) => sum + (wideB.shape[0] ?? 0), 0);
  const p = made.make(
    "concat",
    parts.map((part) => part.p),
    [rows, width],
    { axis: 1 },
  );
  const b = made.make(
    "concat",
    parts.map(({ wideB }) => wideB),
    [width, rank],
    { axis: 0 },
  );
  const y = made.make("gemm", [inner, b, p], [rows, width], { alpha, transA: false, transB: true });
  return made.make("reshape", [y], [1, rows, width], { shape: [1, rows, width] });
}

/** New nodes of a graph, whose values have numbers that nothing else there has. */
class Additions {
  readonly nodes: GraphNode[] = [];
  readonly constants: GraphConstant[] = [];
  readonly #zeros = new Map<string, Value>();
  #nextId: number;

  constructor(graph: Graph) {
    this.#nextId = firstFreeId(graph);
  }

  make<K extends OpName>(op: K, inputs: readonly Value[], shape: Shape, attributes: OpAttributes[K]): Value {
    const value = this.#value(shape);
    this.into(op, inputs, value, attributes);
    return value;
  }

  into<K extends OpName>(op: K, inputs: readonly Value[], output: Value, attributes: OpAttributes[K]): void {
    this.nodes.push({ op, inputs, outputs: [output], attributes });
  }

  zeros(shape: readonly [number, number]): Value {
    const key = shape.join();
    const known = this.#zeros.get(key);
    if (known) return known;
    const value = this.#value(shape);
    this.constants.push({ value, bytes: new Uint8Array(4 * shape[0] * shape[1]) });
    this.#zeros.set(key, value);
    return value;
  }

  #value(shape: Shape): Value {
    return { id: this.#nextId++, dtype: "float32", shape };
  }
}
