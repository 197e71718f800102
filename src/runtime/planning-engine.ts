// An engine that computes nothing. It takes the graphs and tensors of real code and counts what the real engine would allocate for
// them, so that whatever trains or decodes is budgeted by running it here. Tensors hold no data: what is read is zero.
import { AtelierError } from "../base/errors.ts";
import { byteLength, elementCount, type DType, type Shape } from "../base/tensor.ts";
import { boundGraph, hasOpenSizes } from "../graph/bind-graph.ts";
import type { Graph } from "../graph/ir.ts";
import { multiplyAdds } from "../graph/multiply-adds.ts";
import { planMemory } from "../graph/plan-memory.ts";
import { resultsOf, type DeviceTensor, type Engine, type MemoryUse, type Program, type TensorData } from "./engine.ts";
import { MemoryMeter } from "./memory-meter.ts";
import { PlannedGpu, PlannedHeap, type PlannedDevice } from "./planned-device.ts";

export interface PlannedMemory extends MemoryUse, Pick<PlannedDevice, "runtimeBytes" | "heapBytes" | "largestBuffer"> {}

export interface PlanningEngine extends Engine {
  readonly kind: "wasm" | "webgpu";
  readonly memory: () => PlannedMemory;
  /** Those of all runs so far. */
  readonly multiplyAdds: () => number;
}

interface PlannedGraph {
  readonly runs: ReturnType<PlannedDevice["compile"]>;
  readonly multiplyAdds: number;
}

/** What a program of this engine has besides. */
interface Planned {
  /** For a run that is fed tensors of these shapes. */
  readonly planned: (feeds: Readonly<Record<string, DeviceTensor>>) => PlannedGraph & { readonly graph: Graph };
}

/** @param hasFloat16 whether the engine has that is planned for */
export function createPlanningEngine(kind: PlanningEngine["kind"], hasFloat16: boolean): PlanningEngine {
  const device = kind === "wasm" ? new PlannedHeap() : new PlannedGpu();
  const meter = new MemoryMeter();
  let computed = 0;
  const own = (dtype: DType, shape: Shape, release: () => void): DeviceTensor => {
    const bytes = byteLength(dtype, shape);
    meter.add(bytes);
    const end = once(() => {
      meter.remove(bytes);
      release();
    });
    return { dtype, shape, bytes, dispose: end };
  };
  return {
    kind,
    description: kind,
    hasFloat16,
    isFallback: false,
    lost: new Promise(() => undefined),
    compile: (graph) => Promise.resolve(plannedProgram(device, graph)),
    upload: (dtype, shape) => own(dtype, shape, device.hold(byteLength(dtype, shape))),
    run: async (program, feeds) => {
      const { graph, runs, multiplyAdds: arithmetic } = (program as unknown as Planned).planned(feeds);
      requireFeeds(graph, feeds);
      runs.run();
      computed += arithmetic;
      return Promise.resolve(
        resultsOf(graph as typeof program.graph, ({ value: { dtype, shape } }) => own(dtype, shape, runs.take(byteLength(dtype, shape)))),
      );
    },
    hostNumber: () => own("int32", [1], () => undefined),
    firstRows: ({ dtype, shape }, rows) => {
      const first = shape.with(0, rows);
      return { dtype, shape: first, bytes: byteLength(dtype, first), dispose: () => undefined };
    },
    read: ({ dtype, shape }) => Promise.resolve(zerosOf(dtype, shape)),
    readAll: (tensors) => Promise.resolve(tensors.map(({ dtype, shape }) => zerosOf(dtype, shape))),
    settled: () => Promise.resolve(),
    copyInto: () => undefined,
    memory: () => {
      const tensors = meter.read();
      const { runtimeBytes, heapBytes, largestBuffer } = device;
      return { ...tensors, allocatedBytes: device.allocatedBytes(tensors.peakBytes), runtimeBytes, heapBytes, largestBuffer };
    },
    multiplyAdds: () => computed,
    dispose: () => Promise.resolve(),
  };
}

/** One with open sizes is planned anew for sizes that it was not yet fed; what it holds is there once. */
function plannedProgram<Output extends string>(device: PlannedDevice, graph: Graph<Output>): Program<Output> & Planned {
  if (!hasOpenSizes(graph)) {
    const runs = device.compile(planMemory(graph, device.kernels));
    const plan = { graph, runs, multiplyAdds: multiplyAdds(graph) };
    return { graph, planned: () => plan, dispose: once(runs.dispose) };
  }
  const held = device.compile(planMemory(constantsOf(graph), device.kernels));
  const known = new Map<string, ReturnType<Planned["planned"]>>();
  const planned: Planned["planned"] = (feeds) => {
    const bound = boundGraph(graph, (input) => feeds[input]?.shape);
    const key = bound.inputs.map(({ value }) => value.shape.join()).join(" ");
    const plan = known.get(key) ?? { graph: bound, runs: device.compile(plannedRuns(device, bound)), multiplyAdds: multiplyAdds(bound) };
    known.set(key, plan);
    return plan;
  };
  return { graph, planned, dispose: once(held.dispose) };
}

function plannedRuns({ kernels }: PlannedDevice, graph: Graph) {
  return { ...planMemory(graph, kernels), constantBytes: 0, weightBytes: 0 };
}

/** What a program holds whether it runs or not. */
function constantsOf(graph: Graph): Graph {
  return { ...graph, inputs: [], nodes: [], outputs: [] };
}

/** As the real engine refuses them. */
function requireFeeds(graph: Graph, feeds: Readonly<Record<string, DeviceTensor>>): void {
  for (const { name, value, viewOf } of graph.inputs) {
    const fed = feeds[viewOf ?? name];
    if (!fed) throw new AtelierError("engine/missing-feed", { graph: graph.name, input: name });
    if (fed.bytes === byteLength(value.dtype, value.shape)) continue;
    throw new AtelierError("engine/feed-shape", { found: fed.shape.join(", "), expected: value.shape.join(", ") });
  }
}

const arrays = {
  float32: Float32Array,
  float16: Uint16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  uint4: Uint8Array,
  bool: Uint8Array,
} as const satisfies Record<DType, new (length: number) => TensorData>;

function zerosOf(dtype: DType, shape: Shape): TensorData {
  return new arrays[dtype](dtype === "uint4" ? byteLength(dtype, shape) : elementCount(shape));
}

function once(end: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) end();
    isDone = true;
  };
}
