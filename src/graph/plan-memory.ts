// How much memory a graph's intermediate results take while it runs, without running it. Follows ONNX Runtime's planner
// (onnxruntime/core/framework/allocation_planner.cc, core/graph/graph_viewer.cc, 1.30): its order of execution, its reuse of
// an input's buffer for an output, and its reuse of dead buffers of the same shape, which then live until their last reuse.
import { byteLength, elementCount, sameShape, type DType, type Shape } from "../base/tensor.ts";
import { asEncoded, type EncodedGraph, type KernelName, type PlannedNode } from "./encoded-nodes.ts";
import type { Graph } from "./ir.ts";
import type { Value } from "./value.ts";

/** What an execution provider's kernels do with memory. */
export interface KernelMemory {
  /** Operations whose output may take the place of an input that dies there. */
  readonly inPlace: ReadonlySet<KernelName>;
  /** Bytes that the kernel of a node takes beside its outputs while it runs. */
  readonly workspace: (node: PlannedNode) => number;
}

/** Alive from one node of the order to another, both included; an output outlives the run. */
export interface PlannedBuffer {
  readonly bytes: number;
  readonly isOutput: boolean;
  readonly start: number;
  readonly end: number;
}

interface Buffer extends PlannedBuffer {
  readonly dtype: DType;
  readonly shape: Shape;
  end: number;
}

export interface MemoryPlan {
  /** Most bytes alive at once: intermediates, outputs and the workspace of the kernel that runs. */
  readonly peakBytes: number;
  /** Sizes of all buffers that a run asks for, in the order in which they are asked for. */
  readonly buffers: readonly PlannedBuffer[];
  /** The nodes in their order: whether each computes something, or only renames what is there. */
  readonly computes: readonly boolean[];
  readonly inputBytes: number;
  /** The same, where an input that is viewed under another type is handed over twice. */
  readonly copiedInputBytes: number;
  /** The largest buffer, inputs included. */
  readonly largestBytes: number;
  /** Constants, which the compiled program holds. */
  readonly constantBytes: number;
  /** Those that are read when it is compiled: it holds them as well. */
  readonly weightBytes: number;
}

export function planMemory(graph: Graph, kernels: KernelMemory): MemoryPlan {
  const { nodes, outputs, inPlace } = asEncoded(graph);
  const order = executionOrder(nodes);
  const buffers = new Planner(graph, { outputs, inPlace }, order, kernels).place();
  let peakBytes = 0;
  for (const [at, node] of order.entries()) {
    let live = kernels.workspace(node);
    for (const { bytes, start, end } of buffers) if (start <= at && at <= end) live += bytes;
    peakBytes = Math.max(peakBytes, live);
  }
  const total = (values: readonly Value[]): number => values.reduce((sum, value) => sum + bytesOf(value), 0);
  return {
    peakBytes,
    buffers,
    computes: order.map(({ op }) => !isRenaming(op)),
    inputBytes: total(graph.inputs.flatMap(({ value, viewOf }) => (viewOf === undefined ? [value] : []))),
    copiedInputBytes: total(graph.inputs.map(({ value }) => value)),
    largestBytes: Math.max(...buffers.map(({ bytes }) => bytes), ...graph.inputs.map(({ value }) => bytesOf(value))),
    constantBytes: total(graph.constants.map(({ value }) => value)),
    weightBytes: total((graph.weights ?? []).map(({ value }) => value)),
  };
}

/** Depth first from the leaves upwards, of a node's inputs the latest first (Graph::ReverseDFSFrom). */
function executionOrder(nodes: readonly PlannedNode[]): PlannedNode[] {
  const producers = new Map(nodes.flatMap((node, at) => node.outputs.map(({ id }) => [id, at] as const)));
  const inputsOf = nodes.map(({ inputs }) => [...new Set(inputs.flatMap(({ id }) => producers.get(id) ?? []))].toSorted((a, b) => a - b));
  const used = new Set(inputsOf.flat());
  const stack: { at: number; leave: boolean }[] = [...nodes.keys()].filter((at) => !used.has(at)).map((at) => ({ at, leave: false }));
  const visited = new Set<number>();
  const order: PlannedNode[] = [];
  for (let entry = stack.pop(); entry; entry = stack.pop()) {
    const { at, leave } = entry;
    if (leave) order.push(nodes[at] as PlannedNode);
    if (leave || visited.has(at)) continue;
    visited.add(at);
    stack.push({ at, leave: true });
    for (const input of inputsOf[at] ?? []) if (!visited.has(input)) stack.push({ at: input, leave: false });
  }
  return order;
}

/** Gives every value a buffer: its own, that of an input that dies, or a dead one of the same shape. */
class Planner {
  readonly #order: readonly PlannedNode[];
  readonly #kernels: KernelMemory;
  readonly #outputs: ReadonlySet<number>;
  /** What is written into an input. */
  readonly #inPlace: ReadonlySet<number>;
  readonly #uses = new Map<number, number>();
  readonly #of = new Map<number, Buffer>();
  /** Uses of a buffer that are still to come. */
  readonly #left = new Map<Buffer, number>();
  readonly #all: Buffer[] = [];
  #dead: Buffer[] = [];

  constructor(
    graph: Graph,
    { outputs, inPlace }: Pick<EncodedGraph, "outputs" | "inPlace">,
    order: readonly PlannedNode[],
    kernels: KernelMemory,
  ) {
    this.#order = order;
    this.#inPlace = inPlace;
    this.#kernels = kernels;
    this.#outputs = new Set(outputs.map(({ id }) => id));
    for (const node of order) for (const { id } of node.inputs) this.#uses.set(id, (this.#uses.get(id) ?? 0) + 1);
    for (const { value } of [...graph.inputs, ...graph.constants, ...(graph.weights ?? [])]) this.#of.set(value.id, held(value));
  }

  place(): readonly Buffer[] {
    for (const [at, node] of this.#order.entries()) {
      for (const value of node.outputs) {
        const buffer = this.#bufferFor(node, value, at);
        this.#of.set(value.id, buffer);
        this.#left.set(buffer, (this.#left.get(buffer) ?? 0) + (this.#uses.get(value.id) ?? 0));
      }
      this.#use(node, at);
    }
    return this.#all;
  }

  #use(node: PlannedNode, at: number): void {
    const touched = new Set<Buffer>();
    for (const { id } of [...node.inputs, ...node.outputs]) {
      const buffer = this.#of.get(id);
      if (!buffer || buffer.isOutput) continue;
      touched.add(buffer);
      buffer.end = Math.max(buffer.end, at);
    }
    for (const { id } of node.inputs) {
      const buffer = this.#of.get(id);
      if (buffer) this.#left.set(buffer, (this.#left.get(buffer) ?? 0) - 1);
    }
    this.#dead = [...[...touched].filter((buffer) => this.#left.get(buffer) === 0), ...this.#dead];
  }

  #bufferFor(node: PlannedNode, value: Value, at: number): Buffer {
    if (this.#inPlace.has(value.id)) return held(value);
    if (this.#outputs.has(value.id)) return this.#fresh(value, at, true);
    const inputs = node.inputs.map(({ id }) => this.#of.get(id) as Buffer);
    if (isRenaming(node.op)) return inputs[0] as Buffer;
    const mayTake = (buffer: Buffer): boolean =>
      !buffer.isOutput &&
      this.#left.get(buffer) === 1 &&
      buffer.dtype === value.dtype &&
      elementCount(buffer.shape) === elementCount(value.shape);
    const taken = this.#kernels.inPlace.has(node.op) ? inputs.find(mayTake) : undefined;
    if (taken) return taken;
    const dead = this.#dead.findIndex(
      ({ dtype, shape }) => byteLength(dtype, [8]) === byteLength(value.dtype, [8]) && sameShape(shape, value.shape),
    );
    return dead < 0 ? this.#fresh(value, at, false) : (this.#dead.splice(dead, 1)[0] as Buffer);
  }

  #fresh(value: Value, at: number, isOutput: boolean): Buffer {
    const { dtype, shape } = value;
    const buffer = { bytes: bytesOf(value), dtype, shape, isOutput, start: at, end: isOutput ? this.#order.length : at };
    this.#all.push(buffer);
    return buffer;
  }
}

function isRenaming(op: KernelName): boolean {
  return op === "reshape" || op === "squeeze" || op === "unsqueeze" || op === "detach";
}

/** What the graph is given: nothing is allocated for it, and nothing may take its place. */
function held({ dtype, shape }: Value): Buffer {
  return { bytes: 0, dtype, shape, isOutput: true, start: 0, end: 0 };
}

function bytesOf({ dtype, shape }: Value): number {
  return byteLength(dtype, shape);
}
