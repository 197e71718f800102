// The graph as data: values with static shapes, nodes in the order in which they run. One node is one operation of the
// table in ops.ts; encoding to ONNX may write it as several ONNX nodes.
import type { OpAttributes, OpName } from "./ops.ts";
import type { Value } from "./value.ts";

export interface GraphNode<K extends OpName = OpName> {
  readonly op: K;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly attributes: OpAttributes[K];
}

export interface GraphInput {
  readonly name: string;
  readonly value: Value;
  /** The input whose bytes this one shares under another element type; it is fed by feeding that one. */
  readonly viewOf?: string;
}

export interface GraphOutput<Name extends string = string> {
  readonly name: Name;
  readonly value: Value;
  /** The input into whose bytes it is written: a run gives no tensor for it, and what was fed is changed. */
  readonly into?: string;
}

export interface GraphConstant {
  readonly value: Value;
  readonly bytes: Uint8Array;
}

/** A constant that is too large to lie in the graph: it is read when the graph is compiled. */
export interface GraphWeight {
  readonly name: string;
  readonly value: Value;
  readonly read: () => Promise<Float32Array | Uint8Array>;
}

/**
 * Shapes may have open sizes (see base/tensor.ts): these are settled by what a run is fed.
 * @typeParam Output names of its outputs, where they are known
 */
export interface Graph<Output extends string = string> {
  readonly name: string;
  readonly inputs: readonly GraphInput[];
  readonly constants: readonly GraphConstant[];
  /** None where absent. */
  readonly weights?: readonly GraphWeight[];
  readonly nodes: readonly GraphNode[];
  readonly outputs: readonly GraphOutput<Output>[];
}
