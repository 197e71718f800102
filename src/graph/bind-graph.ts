// A graph with open sizes, with these settled: for engines that compute or count by shapes.
import { AtelierError } from "../base/errors.ts";
import { boundSize, isOpen, openSizes, type OpenSizes, type Shape } from "../base/tensor.ts";
import type { Graph, GraphNode } from "./ir.ts";
import type { Value } from "./value.ts";

export function hasOpenSizes({ inputs }: Graph): boolean {
  return inputs.some(({ value }) => value.shape.some(isOpen));
}

/** @param shapeOf the shape of what an input is fed; undefined where it is fed nothing */
export function boundGraph<Output extends string>(graph: Graph<Output>, shapeOf: (input: string) => Shape | undefined): Graph<Output> {
  if (!hasOpenSizes(graph)) return graph;
  const sizes = fedSizes(graph, shapeOf);
  const shape = (open: Shape): Shape => (open.some(isOpen) ? open.map((size) => boundSize(size, sizes)) : open);
  const value = (open: Value): Value => ({ ...open, shape: shape(open.shape) });
  const node = ({ attributes, ...rest }: GraphNode): GraphNode => ({
    ...rest,
    inputs: rest.inputs.map(value),
    outputs: rest.outputs.map(value),
    attributes: "shape" in attributes ? { ...attributes, shape: shape(attributes.shape) } : attributes,
  });
  return {
    ...graph,
    inputs: graph.inputs.map((input) => ({ ...input, value: value(input.value) })),
    nodes: graph.nodes.map(node),
    outputs: graph.outputs.map((output) => ({ ...output, value: value(output.value) })),
  };
}

/**
 * Reshape works out one size by itself and takes over others that stay in their place.
 * @throws AtelierError `graph/shape` where a graph with open sizes needs more
 */
export function reshapeTo(from: Shape, to: Shape): Shape {
  const moved = to.filter((size, axis) => isOpen(size) && from[axis] !== size);
  if (moved.length > 1) throw new AtelierError("graph/shape", { operation: `reshape [${to.join(", ")}]`, shapes: `[${from.join(", ")}]` });
  return to.map((size, axis) => (!isOpen(size) ? size : from[axis] === size ? 0 : -1));
}

/** The open sizes by the inputs that have them bare; 0 where none has. */
function fedSizes({ inputs }: Graph, shapeOf: (input: string) => Shape | undefined): OpenSizes {
  const found = { rows: 0, past: 0, picked: 0, capacity: 0 };
  for (const { name, value } of inputs) {
    const fed = shapeOf(name);
    for (const [axis, size] of value.shape.entries()) {
      for (const [open, written] of Object.entries(openSizes)) if (size === written) found[open as keyof OpenSizes] = fed?.[axis] ?? 0;
    }
  }
  return found;
}
