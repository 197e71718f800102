// What a graph computes of inputs that stay the same from run to run, as a graph of its own: it runs once, and the other is fed what it
// gives. What a method trained is cut up, stacked, turned or inverted once an answer, not once a token.
import { byteLength, isOpen } from "../base/tensor.ts";
import type { Graph, GraphInput, GraphNode } from "./ir.ts";
import type { Value } from "./value.ts";

/** Of what one node makes: more is computed anew by every run. */
const mostBytes = 8 * 2 ** 20;
/** Of all that the other graph is fed. */
const mostHeldBytes = 128 * 2 ** 20;

/** Both take the inputs of the whole by their names; what goes from one to the other has names that no other input has. */
export interface Hoisted {
  /** Null where there is nothing to compute before. */
  readonly before: Graph | null;
  readonly main: Graph;
}

/** Null where nothing can be computed before, or too much would be held. */
export function hoisted(graph: Graph, isFixed: (input: GraphInput) => boolean): Hoisted | null {
  const constants = new Set(graph.constants.map(({ value }) => value.id));
  const early = new Set([...constants, ...graph.inputs.flatMap((input) => (isFixed(input) ? [input.value.id] : []))]);
  const before = graph.nodes.filter((node) => {
    if (!isEarly(node, early)) return false;
    for (const { id } of node.outputs) early.add(id);
    return true;
  });
  const isBefore = new Set(before);
  const after = graph.nodes.filter((node) => !isBefore.has(node));
  const needed = new Set([...after.flatMap(({ inputs }) => inputs), ...graph.outputs.map(({ value }) => value)].map(({ id }) => id));
  const held = before.flatMap(({ outputs }) => outputs.filter(({ id }) => needed.has(id)));
  if (held.length === 0 || bytesOf(held) > mostHeldBytes) return null;
  const named = held.map((value, at): GraphInput => ({ name: `held.${at}`, value }));
  return {
    before: onlyNeeded({ ...graph, name: `${graph.name}.before`, nodes: before, outputs: named }),
    main: onlyNeeded({ ...graph, inputs: [...graph.inputs, ...named], nodes: after }),
  };
}

function isEarly({ inputs, outputs }: GraphNode, early: ReadonlySet<number>): boolean {
  if (!inputs.every(({ id }) => early.has(id))) return false;
  return outputs.every(({ dtype, shape }) => dtype === "float32" && !shape.some(isOpen)) && bytesOf(outputs) <= mostBytes;
}

function bytesOf(values: readonly Value[]): number {
  return values.reduce((sum, { dtype, shape }) => sum + byteLength(dtype, shape), 0);
}

/** Without inputs and constants that no node and no output takes. */
function onlyNeeded(graph: Graph): Graph {
  const needed = new Set([...graph.nodes.flatMap(({ inputs }) => inputs), ...graph.outputs.map(({ value }) => value)].map(({ id }) => id));
  const isNeeded = ({ value }: { readonly value: Value }): boolean => needed.has(value.id);
  return { ...graph, inputs: graph.inputs.filter(isNeeded), constants: graph.constants.filter(isNeeded) };
}
