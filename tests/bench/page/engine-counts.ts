// Counts what an engine is asked for, and what the GPU is asked for below it: a run costs the host time whatever it computes, and so does
// each node; what crosses to the device and back is waited for.
import type { DeviceTensor, Engine, Program, TensorCopy } from "../../../src/runtime/engine.ts";
import { asEncoded } from "../../../src/graph/encoded-nodes.ts";
import type { Graph } from "../../../src/graph/ir.ts";
import { after } from "../../../src/runtime/allocations.ts";

/** Dispatches, submissions and buffers are those of a GPU: 0 on WASM. */
const counted = [
  "runs",
  "nodes",
  "uploads",
  "uploadedBytes",
  "readbacks",
  "readBytes",
  "copies",
  "dispatches",
  "submits",
  "buffers",
  "bufferBytes",
] as const;
type Counted = (typeof counted)[number];
export type Counts = Readonly<Record<Counted, number>>;

const nodesOf = new WeakMap<Graph, number>();

export class EngineCounts {
  readonly #counts = new Map<Counted, number>();

  constructor() {
    if (typeof GPUDevice === "undefined") return;
    after(GPUDevice.prototype, "createBuffer", (_device, _buffer, [descriptor]) => {
      this.add("buffers", 1);
      this.add("bufferBytes", (descriptor as GPUBufferDescriptor).size);
    });
    after(GPUQueue.prototype, "submit", () => this.add("submits", 1));
    for (const dispatch of ["dispatchWorkgroups", "dispatchWorkgroupsIndirect"])
      after(GPUComputePassEncoder.prototype, dispatch, () => this.add("dispatches", 1));
  }

  add(what: Counted, by: number): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + by);
  }

  /** What is counted while it works; nothing else may be under way. */
  async of(work: () => Promise<unknown>): Promise<Counts> {
    this.#counts.clear();
    await work();
    return Object.fromEntries(counted.map((what) => [what, this.#counts.get(what) ?? 0])) as Counts;
  }
}

/** @returns the counts of the one without those of the other */
export function difference(whole: Counts, part: Counts): Counts {
  return Object.fromEntries(counted.map((what) => [what, whole[what] - part[what]])) as Counts;
}

/** The same engine; what it is asked for is counted on the way. */
export function countingEngine(engine: Engine, counts: EngineCounts): Engine {
  const watched = {
    run: (program: Program) => {
      counts.add("runs", 1);
      counts.add("nodes", nodes(program.graph));
    },
    read: ({ bytes }: DeviceTensor) => {
      counts.add("readbacks", 1);
      counts.add("readBytes", bytes);
    },
    readAll: (tensors: readonly DeviceTensor[]) => {
      counts.add("readbacks", 1);
      for (const { bytes } of tensors) counts.add("readBytes", bytes);
    },
    copyInto: (copies: readonly TensorCopy[]) => counts.add("copies", copies.length),
  };
  return new Proxy(engine, {
    get: (of, name) => {
      const member: unknown = Reflect.get(of, name, of);
      if (typeof member !== "function") return member;
      return (...args: unknown[]): unknown => {
        if (Object.hasOwn(watched, name)) (watched[name as keyof typeof watched] as (...given: unknown[]) => void)(...args);
        const result: unknown = Reflect.apply(member, of, args);
        if (name === "upload") {
          counts.add("uploads", 1);
          counts.add("uploadedBytes", (result as DeviceTensor).bytes);
        }
        return result;
      };
    },
  });
}

/** As written to ONNX; the runtime may join some. */
function nodes(graph: Graph): number {
  const known = nodesOf.get(graph) ?? asEncoded(graph).nodes.length;
  nodesOf.set(graph, known);
  return known;
}
