// How much memory a graph's intermediate results take while it runs, without running it. Follows ONNX Runtime's planner
// (onnxruntime/core/framework/allocation_planner.cc, core/graph/graph_viewer.cc, 1.30): its order of execution, its reuse of
// an input's buffer for an output, and its reuse of dead buffers of the same shape, which then live until their last reuse.
import { byteLength, elementCount, sameShape, type DType, type Shape } from "../base/tensor.ts";
import { blockedSum } from "./blocked-sum.ts";
import type { Graph } from "./ir.ts";
import type { OpName } from "./ops.ts";
import type { Value } from "./value.ts";

/** The operations of the table, and those that only exist inside the encoding of one. */
export type KernelName = OpName | "equal" | "cast" | "log" | "reduceMax" | "unsqueeze";

/** What an execution provider's kernels do with memory. */
export interface KernelMemory {
  /** Operations whose output may take the place of an input that dies there. */
  readonly inPlace: ReadonlySet<KernelName>;
  /** Bytes that the kernel of a node takes beside its outputs while it runs. */
  readonly workspace: (node: PlannedNode) => number;
}

export interface PlannedNode {
  readonly op: KernelName;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
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
}

export function planMemory(graph: Graph, kernels: KernelMemory): MemoryPlan {
  const order = executionOrder(asEncoded(graph));
  const buffers = new Planner(graph, order, kernels).place();
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
  };
}

/** The nodes as onnx.ts writes them: where one operation becomes several, its temporaries take memory too. */
function asEncoded({ nodes }: Graph): readonly PlannedNode[] {
  let next = -1;
  const temporary = (dtype: DType, shape: Shape): Value => ({ id: next--, dtype, shape });
  const oneHot = (index: Value, output: Value): PlannedNode[] => {
    const column = temporary("int32", [...index.shape, 1]);
    const equal = temporary("bool", output.shape);
    return [
      { op: "unsqueeze", inputs: [index], outputs: [column] },
      { op: "equal", inputs: [column], outputs: [equal] },
      { op: "cast", inputs: [equal], outputs: [output] },
    ];
  };
  const tokenLogProb = ([logits, labels]: readonly Value[], outputs: readonly Value[]): PlannedNode[] => {
    const { shape } = logits as Value;
    const [count = 0, vocabulary = 0] = shape;
    const [output, exponentials, logTotal] = outputs as [Value, Value, Value];
    const like = (): Value => temporary("float32", shape);
    const [top, shifted, picks, product] = [temporary("float32", [count, 1]), like(), like(), like()];
    const picked = temporary("float32", output.shape);
    const summing: PlannedNode[] = [];
    const step = (op: KernelName, inputs: readonly Value[], to: Shape): Value => {
      const made = temporary("float32", to);
      summing.push({ op, inputs, outputs: [made] });
      return made;
    };
    const total = blockedSum(exponentials, vocabulary, {
      inBlocks: (from, block) => step("reshape", [from], [count, (from.shape[1] ?? 0) / block, block]),
      columns: (from, start, end) => step("slice", [from], [count, end - start]),
      sum: (from) => step("reduceSum", [from], from.shape.slice(0, -1)),
      add: (a, b) => step("add", [a, b], a.shape),
    });
    return [
      { op: "reduceMax", inputs: [logits as Value], outputs: [top] },
      { op: "sub", inputs: [logits as Value, top], outputs: [shifted] },
      { op: "exp", inputs: [shifted], outputs: [exponentials] },
      ...summing,
      { op: "log", inputs: [total], outputs: [logTotal] },
      ...oneHot(labels as Value, picks),
      { op: "mul", inputs: [shifted, picks], outputs: [product] },
      { op: "reduceSum", inputs: [product], outputs: [picked] },
      { op: "sub", inputs: [picked, logTotal], outputs: [output] },
    ];
  };
  const lookup = ([table, indices]: readonly Value[], output: Value): PlannedNode[] => {
    const wide = temporary("int32", (indices as Value).shape);
    return [
      { op: "cast", inputs: [indices as Value], outputs: [wide] },
      { op: "lookup", inputs: [table as Value, wide], outputs: [output] },
    ];
  };
  return nodes.flatMap((node): readonly PlannedNode[] => {
    const [output] = node.outputs;
    if (node.op === "oneHot") return oneHot(node.inputs[0] as Value, output as Value);
    if (node.op === "tokenLogProb") return tokenLogProb(node.inputs, node.outputs);
    if (node.op === "lookup") return lookup(node.inputs, output as Value);
    return node.op === "split" ? node.outputs.map((part) => ({ op: "slice", inputs: node.inputs, outputs: [part] })) : [node];
  });
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
  readonly #uses = new Map<number, number>();
  readonly #of = new Map<number, Buffer>();
  /** Uses of a buffer that are still to come. */
  readonly #left = new Map<Buffer, number>();
  readonly #all: Buffer[] = [];
  #dead: Buffer[] = [];

  constructor(graph: Graph, order: readonly PlannedNode[], kernels: KernelMemory) {
    this.#order = order;
    this.#kernels = kernels;
    this.#outputs = new Set(graph.outputs.map(({ value }) => value.id));
    for (const node of order) for (const { id } of node.inputs) this.#uses.set(id, (this.#uses.get(id) ?? 0) + 1);
    for (const { value } of [...graph.inputs, ...graph.constants]) this.#of.set(value.id, held(value));
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
  return op === "reshape" || op === "unsqueeze";
}

/** What the graph is given: nothing is allocated for it, and nothing may take its place. */
function held({ dtype, shape }: Value): Buffer {
  return { bytes: 0, dtype, shape, isOutput: true, start: 0, end: 0 };
}

function bytesOf({ dtype, shape }: Value): number {
  return byteLength(dtype, shape);
}
