// The order of the nodes in a graph's file, where it matters to when the runtime runs them.
import type { GraphNode } from "./ir.ts";
import type { OpName } from "./ops.ts";
import type { Value } from "./value.ts";

/** What does not depend on a value, and then what does; each in its order. */
export function independentFirst(nodes: readonly GraphNode[], late: Value): readonly GraphNode[] {
  const dependent = new Set([late.id]);
  const last = new Set<GraphNode>();
  for (const node of nodes) {
    if (!node.inputs.some(({ id }) => dependent.has(id))) continue;
    last.add(node);
    for (const { id } of node.outputs) dependent.add(id);
  }
  return [...nodes.filter((node) => !last.has(node)), ...last];
}

/** What turns stored weights into float32. */
const unpackingOps: ReadonlySet<OpName> = new Set(["dequantize", "lookup", "cast", "reshape", "mul", "add", "slice"]);

/**
 * Weights are large once they are unpacked, and ONNX Runtime runs, of what a node needs, the latest first and all before it: the
 * unpacking of every matrix of a chain would come before the first product. What stands first in the file runs last, just before
 * the product that needs it.
 */
export function unpackingFirst(nodes: readonly GraphNode[], given: readonly { readonly value: Value }[]): readonly GraphNode[] {
  const known = new Set(given.map(({ value }) => value.id));
  const unpacking = new Set<GraphNode>();
  for (const node of nodes) {
    if (!unpackingOps.has(node.op) || !node.inputs.every(({ id }) => known.has(id))) continue;
    unpacking.add(node);
    for (const { id } of node.outputs) known.add(id);
  }
  return [...unpacking, ...nodes.filter((node) => !unpacking.has(node))];
}
