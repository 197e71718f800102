// The slow reference engine: runs graphs with the kernels beside it. Tests compare the real engines with it.
import { AtelierError } from "../../base/errors.ts";
import { fromFloat16 } from "../../base/half.ts";
import { byteLength, elementCount, type DType, type Shape } from "../../base/tensor.ts";
import { boundGraph } from "../../graph/bind-graph.ts";
import type { Graph, GraphNode } from "../../graph/ir.ts";
import { resultsOf, dataOf, type DeviceTensor, type Engine, type Program, type TensorData } from "../engine.ts";
import { MemoryMeter } from "../memory-meter.ts";
import type { HostTensor } from "./host-tensor.ts";
import { kernels } from "./kernels.ts";

interface ReferenceTensor extends DeviceTensor {
  readonly data: HostTensor["data"];
}

interface ReferenceProgram extends Program {
  /** By the ids of their values. */
  readonly weights: ReadonlyMap<number, HostTensor>;
}

export function createReferenceEngine(): Engine {
  const meter = new MemoryMeter();
  const own = (dtype: DType, shape: Shape, data: HostTensor["data"]): ReferenceTensor => {
    const bytes = byteLength(dtype, shape);
    meter.add(bytes);
    let isLive = true;
    const dispose = (): void => {
      if (isLive) meter.remove(bytes);
      isLive = false;
    };
    return { dtype, shape, bytes, data, dispose };
  };
  return {
    kind: "reference",
    description: "float64",
    hasFloat16: true,
    isFallback: false,
    lost: new Promise(() => undefined),
    compile: async (graph) => {
      const weights = new Map<number, HostTensor>();
      for (const { value, read } of graph.weights ?? [])
        weights.set(value.id, { shape: value.shape, data: Float64Array.from(await read()) });
      return { graph, weights, dispose: () => weights.clear() };
    },
    upload: (dtype, shape, data) => own(dtype, shape, toHost(dtype, dataOf(data))),
    run: (program, feeds) => {
      const graph = boundGraph(program.graph, (input) => feeds[input]?.shape);
      const { weights } = program as unknown as ReferenceProgram;
      const results = evaluate(graph, weights, feeds as Readonly<Record<string, ReferenceTensor>>);
      return Promise.resolve(resultsOf(graph, ({ value }) => own(value.dtype, value.shape, results(value.id).data)));
    },
    firstRows: (tensor, rows) => {
      const shape = tensor.shape.with(0, rows);
      const data = (tensor as ReferenceTensor).data.subarray(0, elementCount(shape));
      const view: ReferenceTensor = { dtype: tensor.dtype, shape, bytes: byteLength(tensor.dtype, shape), data, dispose: () => undefined };
      return view;
    },
    read: (tensor) => Promise.resolve((tensor as ReferenceTensor).data),
    readAll: (tensors) => Promise.resolve(tensors.map((tensor) => (tensor as ReferenceTensor).data)),
    settled: () => Promise.resolve(),
    copyInto: (copies) => {
      for (const { target, offset, source } of copies) (target as ReferenceTensor).data.set((source as ReferenceTensor).data, offset);
    },
    memory: () => ({ ...meter.read(), allocatedBytes: meter.read().peakBytes }),
    dispose: () => Promise.resolve(),
  };
}

function evaluate(
  graph: Graph,
  weights: ReferenceProgram["weights"],
  feeds: Readonly<Record<string, ReferenceTensor>>,
): (id: number) => HostTensor {
  const known = new Map<number, HostTensor>(weights);
  const get = (id: number): HostTensor => {
    const tensor = known.get(id);
    if (!tensor) throw new AtelierError("engine/order");
    return tensor;
  };
  for (const { name, value, viewOf } of graph.inputs) {
    const fed = feeds[viewOf ?? name];
    if (!fed) throw new AtelierError("engine/missing-feed", { graph: graph.name, input: name });
    known.set(value.id, { shape: value.shape, data: fed.data });
  }
  for (const { value, bytes } of graph.constants) known.set(value.id, { shape: value.shape, data: decode(value.dtype, bytes) });
  for (const node of graph.nodes) {
    const kernel = kernels[node.op] as (
      inputs: readonly HostTensor[],
      attributes: GraphNode["attributes"],
      shapes: readonly Shape[],
    ) => readonly HostTensor[];
    const outputs = kernel(
      node.inputs.map(({ id }) => get(id)),
      node.attributes,
      node.outputs.map(({ shape }) => shape),
    );
    outputs.forEach((output, at) => known.set(node.outputs[at]?.id ?? -1, output));
  }
  return get;
}

function toHost(dtype: DType, data: TensorData): HostTensor["data"] {
  if (dtype === "float32") return Float64Array.from(data as Float32Array);
  if (dtype === "float16") return Float64Array.from(fromFloat16(data as Uint16Array));
  return dtype === "int64" ? Int32Array.from(data as BigInt64Array, Number) : (data as Int32Array | Uint8Array);
}

function decode(dtype: DType, bytes: Uint8Array): HostTensor["data"] {
  const copy = bytes.slice();
  if (dtype === "float32") return Float64Array.from(new Float32Array(copy.buffer));
  if (dtype === "int64") return Int32Array.from(new BigInt64Array(copy.buffer), Number);
  return dtype === "int32" ? new Int32Array(copy.buffer) : copy;
}
