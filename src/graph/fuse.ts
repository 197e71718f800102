// Fewer nodes for runs without gradients: what stands in a graph as several and has a kernel that does it at once becomes one. Numbers stay
// what they are up to the last bits. A GPU's host pays by the node, whatever it computes.
import type { Graph, GraphNode } from "./ir.ts";
import type { Value } from "./value.ts";

type Rewrite = (graph: Graph) => Graph;

/** The same graph in fewer nodes, none of which has a gradient. */
export function fusedGraph(graph: Graph): Graph {
  const rewrites: readonly Rewrite[] = [withSilu, withAddRmsNorm, withEarlyReshapes];
  return rewrites.reduce((made, rewrite) => rewrite(made), graph);
}

/** How often each value is used, as an output of the graph too. */
export function usesOf({ nodes, outputs }: Graph): (value: Value | undefined) => number {
  const uses = new Map<number, number>();
  const count = ({ id }: Value): void => void uses.set(id, (uses.get(id) ?? 0) + 1);
  for (const { inputs } of nodes) for (const value of inputs) count(value);
  for (const { value } of outputs) count(value);
  return (value) => (value ? (uses.get(value.id) ?? 0) : 0);
}

export function producersOf({ nodes }: Pick<Graph, "nodes">): ReadonlyMap<number, GraphNode> {
  return new Map(nodes.flatMap((node) => node.outputs.map(({ id }) => [id, node] as const)));
}

/** x · σ(x) */
function withSilu(graph: Graph): Graph {
  const [uses, producers] = [usesOf(graph), producersOf(graph)];
  const gone = new Set<GraphNode>();
  const nodes = graph.nodes.map((node): GraphNode => {
    if (node.op !== "mul") return node;
    const [a, b] = node.inputs;
    for (const [x, gate] of [
      [a, b],
      [b, a],
    ]) {
      const sigmoid = gate && producers.get(gate.id);
      if (!x || sigmoid?.op !== "sigmoid" || sigmoid.inputs[0]?.id !== x.id || uses(gate) > 1) continue;
      gone.add(sigmoid);
      return { op: "silu", inputs: [x], outputs: node.outputs, attributes: {} };
    }
    return node;
  });
  return { ...graph, nodes: nodes.filter((node) => !gone.has(node)) };
}

/** The norm of a sum, and the sum. */
function withAddRmsNorm(graph: Graph): Graph {
  const producers = producersOf(graph);
  const norms = new Map<GraphNode, GraphNode>();
  for (const norm of graph.nodes) {
    if (norm.op !== "rmsNorm") continue;
    const [sum] = norm.inputs;
    const addition = sum && producers.get(sum.id);
    const isWhole = addition?.inputs.every(
      ({ shape }) => shape.length === sum?.shape.length && shape.every((size, at) => size === sum.shape[at]),
    );
    if (addition?.op === "add" && isWhole && !norms.has(addition)) norms.set(addition, norm);
  }
  const taken = new Set(norms.values());
  const nodes = graph.nodes.flatMap((node): GraphNode[] => {
    const norm = norms.get(node);
    if (!norm) return taken.has(node) ? [] : [node];
    const inputs = [...node.inputs, ...norm.inputs.slice(1)];
    return [{ op: "addRmsNorm", inputs, outputs: [...norm.outputs, ...node.outputs], attributes: norm.attributes }];
  });
  return { ...graph, nodes: inOrder(nodes) };
}

/** A product gives the shape that is wanted of it if its input comes in such a one, and several products share an input. */
function withEarlyReshapes(graph: Graph): Graph {
  const [uses, producers] = [usesOf(graph), producersOf(graph)];
  let nextId = firstFreeId(graph);
  const shaped = new Map<number, Value>();
  const early: GraphNode[] = [];
  const instead = new Map<GraphNode, GraphNode>();
  const gone = new Set<GraphNode>();
  for (const node of graph.nodes) {
    const [from] = node.inputs;
    const product = from && producers.get(from.id);
    const [x, ...weights] = product?.inputs ?? [];
    const [y] = node.outputs;
    if (node.op !== "reshape" || product?.op !== "matmulNBits" || uses(from) > 1 || !x || !isLeadingOne(x, y)) continue;
    const given = shaped.get(x.id) ?? { ...x, id: nextId++, shape: [1, ...x.shape] };
    if (!shaped.has(x.id)) early.push({ op: "reshape", inputs: [x], outputs: [given], attributes: { shape: given.shape } });
    shaped.set(x.id, given);
    instead.set(product, { ...product, inputs: [given, ...weights], outputs: node.outputs });
    gone.add(node);
  }
  const nodes = graph.nodes.flatMap((node) => (gone.has(node) ? [] : [instead.get(node) ?? node]));
  return { ...graph, nodes: inOrder([...early, ...nodes]) };
}

/** x [rows, width] gives y [1, rows, other] */
function isLeadingOne({ shape: [rows, width] }: Value, y: Value | undefined): boolean {
  return y?.shape.length === 3 && width !== undefined && y.shape[0] === 1 && y.shape[1] === rows;
}

/** No value of the graph has it, nor a greater one. */
export function firstFreeId({ nodes, inputs, constants, weights = [] }: Graph): number {
  const given = [...inputs, ...constants, ...weights].map(({ value }) => value);
  return 1 + [...nodes.flatMap(({ outputs }) => outputs), ...given].reduce((most, { id }) => Math.max(most, id), -1);
}

/** As they stand, but none before what makes its inputs. */
export function inOrder(nodes: readonly GraphNode[]): readonly GraphNode[] {
  const producers = producersOf({ nodes });
  const placed = new Set<GraphNode>();
  const place = (node: GraphNode): void => {
    if (placed.has(node)) return;
    for (const { id } of node.inputs) {
      const producer = producers.get(id);
      if (producer) place(producer);
    }
    placed.add(node);
  };
  for (const node of nodes) place(node);
  return [...placed];
}
