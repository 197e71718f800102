// What a provider allocates while a planning engine's tensors come and go and its programs run. On a GPU tensors of our own lie beside
// the runtime's cache of buffers; on WASM tensors are arrays beside a heap that never shrinks.
import type { MemoryPlan, KernelMemory } from "../graph/plan-memory.ts";
import {
  BufferPool,
  dispatchesPerSubmit,
  gpuRuntimeBytes,
  pooledBytes,
  uploadedBytes,
  wasmHeapBytes,
  wasmKernels,
  webgpuKernels,
} from "./kernel-memory.ts";

type Release = () => void;

export interface PlannedDevice {
  readonly kernels: KernelMemory;
  /** What the runtime takes before any model. */
  readonly runtimeBytes: number;
  /** The part of what was allocated that lies in the WASM heap; 0 on a GPU. */
  readonly heapBytes: number;
  /** The largest buffer that a GPU had to give. */
  readonly largestBuffer: number;
  /** @param tensors the most bytes of tensors that were alive at once */
  readonly allocatedBytes: (tensors: number) => number;
  /** A tensor of our own. */
  readonly hold: (bytes: number) => Release;
  readonly compile: (plan: MemoryPlan) => PlannedRuns;
}

interface PlannedRuns {
  readonly run: () => void;
  /** An output of the last run becomes a tensor. */
  readonly take: (bytes: number) => Release;
  readonly dispose: Release;
}

const nothing: Release = () => undefined;

/** A run copies all its inputs into the heap, computes there, and copies its outputs out. */
export class PlannedHeap implements PlannedDevice {
  readonly kernels = wasmKernels;
  readonly runtimeBytes = wasmHeapBytes;
  readonly largestBuffer = 0;
  #live = 0;
  #most = 0;

  get heapBytes(): number {
    return this.runtimeBytes + this.#most;
  }

  allocatedBytes = (tensors: number): number => this.heapBytes + tensors;

  hold = (): Release => nothing;

  /** A program's weights are copied in, and then packed one after the other. */
  compile = ({ constantBytes, weightBytes, copiedInputBytes, peakBytes }: MemoryPlan): PlannedRuns => {
    const held = constantBytes + weightBytes;
    this.#add(held + weightBytes);
    this.#add(-weightBytes);
    return {
      run: () => {
        this.#add(copiedInputBytes + peakBytes);
        this.#add(-copiedInputBytes - peakBytes);
      },
      take: this.hold,
      dispose: () => this.#add(-held),
    };
  };

  #add(bytes: number): void {
    this.#live += bytes;
    this.#most = Math.max(this.#most, this.#live);
  }
}

export class PlannedGpu implements PlannedDevice {
  readonly kernels = webgpuKernels;
  readonly runtimeBytes = gpuRuntimeBytes;
  readonly heapBytes = 0;
  readonly #pool = new BufferPool();
  #own = 0;
  #most = 0;
  #largest = 0;

  get largestBuffer(): number {
    return this.#largest;
  }

  allocatedBytes = (): number => this.runtimeBytes + this.#most;

  hold = (bytes: number): Release => {
    this.#largest = Math.max(this.#largest, bytes);
    return this.#holdOwn(uploadedBytes(bytes));
  };

  compile = (plan: MemoryPlan): PlannedRuns => {
    this.#largest = Math.max(this.#largest, plan.largestBytes);
    const nodes = nodesOf(plan);
    return {
      run: () => this.#run(nodes),
      take: (bytes) => () => this.#pool.release(pooledBytes(bytes)),
      dispose: this.#holdOwn(uploadedBytes(plan.constantBytes + plan.weightBytes)),
    };
  };

  #holdOwn(bytes: number): Release {
    this.#own += bytes;
    this.#note();
    return () => {
      this.#own -= bytes;
    };
  }

  #run(nodes: readonly PlannedStep[]): void {
    let dispatches = 0;
    for (const { takes, gives, computes } of nodes) {
      for (const bytes of takes) this.#pool.acquire(bytes);
      this.#note();
      for (const bytes of gives) this.#pool.release(pooledBytes(bytes));
      if (computes && ++dispatches % dispatchesPerSubmit === 0) this.#pool.submit();
    }
    this.#pool.submit();
  }

  #note(): void {
    this.#most = Math.max(this.#most, this.#own + this.#pool.heldBytes);
  }
}

/** Sizes of the buffers that a node of a run takes from the cache before it computes, and gives back after. */
interface PlannedStep {
  readonly takes: readonly number[];
  readonly gives: readonly number[];
  readonly computes: boolean;
}

/** Outputs are not given back: they become tensors. */
function nodesOf({ buffers, computes }: MemoryPlan): readonly PlannedStep[] {
  const steps = computes.map((isDispatch) => ({ takes: [] as number[], gives: [] as number[], computes: isDispatch }));
  for (const { bytes, isOutput, start, end } of buffers) {
    steps[start]?.takes.push(bytes);
    if (!isOutput) steps[end]?.gives.push(bytes);
  }
  return steps;
}
