// What the rows of the ONNX encoding are given: they emit nodes and constants under fresh names.
import type { DType, Shape } from "../base/tensor.ts";
import type { GraphNode } from "./ir.ts";
import type { OpName } from "./ops.ts";

/** The domain of ONNX Runtime's own operators. */
export const contribDomain = "com.microsoft";

/** TensorProto.DataType of the ONNX specification. */
export const onnxType = { float32: 1, uint8: 2, int32: 6, int64: 7, bool: 9, float16: 10, uint4: 21 } satisfies Record<DType, number>;

export type Attributes = Readonly<Record<string, number | readonly number[] | { readonly float: number } | { readonly text: string }>>;

/** What a row may do: emit ONNX nodes and constants under fresh names. */
export interface Emitter {
  readonly node: (type: string, inputs: readonly string[], outputs: readonly string[], attributes?: Attributes, domain?: string) => void;
  /** A fresh name for an intermediate result. */
  readonly temporary: () => string;
  readonly ints: (values: readonly number[]) => string;
  readonly bytes: (dtype: DType, shape: Shape, bytes: Uint8Array) => string;
}

export interface Names {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

export type Emit<K extends OpName> = (emit: Emitter, names: Names, node: GraphNode<K>) => void;
