// How much memory a training step takes, from shapes alone: plans the very graphs that network.ts and trainer.ts run and
// walks through a step as they do. What an engine does with memory is in runtime/kernel-memory.ts.
import { planMemory, type KernelMemory, type MemoryPlan, type PlannedBuffer } from "../graph/plan-memory.ts";
import type { AdapterLayout } from "../model/adapter-layout.ts";
import { formsKey, type HeldForms, type LayerForms } from "../model/held-weights.ts";
import type { ParameterGroup } from "../model/parameters.ts";
import type { LayerKind, ModelSpec } from "../model/spec.ts";
import { blockBackwardGraph, blockForwardGraph, type BatchShape } from "../model/stages/block.ts";
import { headChunk, headGradientGraph } from "../model/stages/head.ts";
import {
  BufferPool,
  dispatchesPerSubmit,
  gpuRuntimeBytes,
  uploadedBytes,
  wasmHeapBytes,
  wasmKernels,
  webgpuKernels,
} from "../runtime/kernel-memory.ts";
import { gradNormGraph, optimizerGraph } from "./optimizer-graphs.ts";
import { adamwPlan, adapterGroups } from "./trainer.ts";

export interface StepKind {
  readonly spec: ModelSpec;
  readonly forms: HeldForms;
  readonly layout: AdapterLayout;
  readonly shape: BatchShape;
}

/** Bytes beside the weights. */
export interface StepMemory {
  readonly adapter: number;
  /** Both moments and the gradient. */
  readonly optimizer: number;
  /** All else that a step holds at its peak: kept inputs of layers, intermediates, copies, caches of buffers. */
  readonly activations: number;
  /** What the runtime takes before any model. */
  readonly runtime: number;
  /** The part of all this that lies in the WASM heap; 0 on a GPU. */
  readonly heap: number;
  /** The largest buffer that a GPU has to give. */
  readonly largestBuffer: number;
}

interface Plans extends Readonly<Record<"head" | "gradNorm" | "adamw", MemoryPlan>> {
  /** By layer; layers that are held alike share one. */
  readonly blocks: readonly Readonly<Record<"forward" | "backward", MemoryPlan>>[];
}

/** Each once. */
const allPlans = ({ blocks, ...plans }: Plans): readonly MemoryPlan[] => [
  ...new Set([...Object.values(plans), ...blocks.flatMap(({ forward, backward }) => [forward, backward])]),
];

export function stepMemory(provider: "wasm" | "webgpu", kind: StepKind): StepMemory {
  const plans = planStep(kind, provider === "wasm" ? wasmKernels : webgpuKernels);
  const adapter = 4 * kind.layout.size * kind.spec.layers;
  return { adapter, optimizer: 3 * adapter, ...(provider === "wasm" ? onWasm(kind, plans, adapter) : onWebGpu(kind, plans, adapter)) };
}

function planStep({ spec, forms, layout, shape }: StepKind, kernels: KernelMemory): Plans {
  const tokens = shape.batch * shape.seq;
  const known = new Map<string, Plans["blocks"][number]>();
  const block = (layer: LayerForms): Plans["blocks"][number] => {
    const kind = { spec, layer: largestKind(spec), forms: layer, layout };
    const key = formsKey(layer);
    const plans = known.get(key) ?? {
      forward: planMemory(blockForwardGraph(kind, shape), kernels),
      backward: planMemory(blockBackwardGraph(kind, shape), kernels),
    };
    known.set(key, plans);
    return plans;
  };
  return {
    blocks: forms.layers.map(block),
    head: planMemory(headGradientGraph({ spec, headForm: forms.head }, tokens, headChunk(spec, tokens)), kernels),
    gradNorm: planMemory(gradNormGraph(adapterGroups(spec.layers, layout)), kernels),
    adamw: planMemory(optimizerGraph(adamwPlan, adapterGroups(1, layout)[0] as ParameterGroup), kernels),
  };
}

type EngineMemory = Omit<StepMemory, "adapter" | "optimizer">;

/** Tensors are arrays beside the heap; a run copies all its inputs into the heap, computes there, and copies its outputs out. */
function onWasm({ spec, layout, shape }: StepKind, plans: Plans, adapter: number): EngineMemory {
  const all = allPlans(plans);
  const run = Math.max(...all.map(({ copiedInputBytes, peakBytes }) => copiedInputBytes + peakBytes));
  const heap = run + sum(all.map(({ constantBytes }) => constantBytes));
  const hidden = 4 * shape.batch * shape.seq * spec.hiddenSize;
  // The inputs of all layers, the last output, dy and dx; one layer's gradient before and after.
  const backward = (spec.layers + 3) * hidden + sum(sharedBytes(spec, shape)) + 4 * layout.size;
  // Adapter and moments before and after the update.
  const tensors = Math.max(backward, 3 * adapter);
  return { activations: heap + tensors, runtime: wasmHeapBytes, heap: heap + wasmHeapBytes, largestBuffer: 0 };
}

/** Walks through three steps: later ones find what the first left in the runtime's cache. */
function onWebGpu(kind: StepKind, plans: Plans, adapter: number): EngineMemory {
  const walk = new GpuWalk();
  for (const { constantBytes } of allPlans(plans)) walk.upload(constantBytes);
  let state = Array.from({ length: 3 * kind.spec.layers }, () => walk.upload(4 * kind.layout.size));
  for (let step = 0; step < 3; step++) state = walkStep(walk, kind, plans, state);
  const largestBuffer = Math.max(...allPlans(plans).map((plan) => plan.largestBytes));
  return { activations: walk.peakBytes - 4 * adapter, runtime: gpuRuntimeBytes, heap: 0, largestBuffer };
}

/** As Trainer.update and Network.gradient, for one batch. Takes the state's tensors and returns those of the next step. */
function walkStep(walk: GpuWalk, { spec, layout, shape }: StepKind, plans: Plans, state: readonly Held[]): Held[] {
  const tokens = shape.batch * shape.seq;
  const hidden = 4 * tokens * spec.hiddenSize;
  const gradient = Array.from({ length: spec.layers }, () => walk.upload(4 * layout.size));
  const pass = sharedBytes(spec, shape).map((bytes) => walk.upload(bytes));
  const inputs = [walk.upload(hidden)];
  for (const { forward } of plans.blocks) inputs.push(...walk.run(forward));
  let dy = walk.upload(hidden);
  const chunk = headChunk(spec, tokens);
  for (let at = 0; at < tokens; at += chunk) {
    pass.push(...[0, 1, 2].map(() => walk.upload(4 * chunk)));
    const [logProbs, dHidden] = walk.run(plans.head).toSorted((a, b) => a.bytes - b.bytes) as [Held, Held];
    pass.push(logProbs);
    walk.drop(dy);
    dy = dHidden;
  }
  for (const [layer, { backward }] of [...plans.blocks.entries()].toReversed()) {
    const results = walk.run(backward);
    // dx is the first output that the graph gives the size of a hidden state.
    const dx = results.find((result) => result.bytes === hidden) as Held;
    walk.drop(gradient[layer] as Held, dy, inputs[layer] as Held);
    gradient[layer] = results.find((result) => result !== dx) as Held;
    dy = dx;
  }
  walk.drop(dy, inputs[spec.layers] as Held, ...pass);
  walk.drop(...walk.run(plans.gradNorm));
  const next = Array.from({ length: spec.layers }, () => walk.run(plans.adamw)).flat();
  walk.drop(...state, ...gradient);
  return next;
}

interface Held {
  readonly bytes: number;
  /** Size in the runtime's cache; undefined for a buffer of our own. */
  readonly pooled?: number;
}

class GpuWalk {
  readonly #pool = new BufferPool();
  #own = 0;
  #peak = 0;

  get peakBytes(): number {
    return this.#peak;
  }

  upload(bytes: number): Held {
    this.#own += uploadedBytes(bytes);
    this.#note();
    return { bytes };
  }

  /** Gives the outputs. */
  run({ buffers, computes }: MemoryPlan): Held[] {
    const sizes = new Map<PlannedBuffer, number>();
    const [starting, ending] = [byNode(buffers, "start"), byNode(buffers, "end")];
    let dispatches = 0;
    for (const [at, isDispatch] of computes.entries()) {
      for (const buffer of starting.get(at) ?? []) sizes.set(buffer, this.#pool.acquire(buffer.bytes));
      this.#note();
      for (const buffer of ending.get(at) ?? []) if (!buffer.isOutput) this.#pool.release(sizes.get(buffer) as number);
      if (isDispatch && ++dispatches % dispatchesPerSubmit === 0) this.#pool.submit();
    }
    this.#pool.submit();
    return buffers.filter(({ isOutput }) => isOutput).map((buffer) => ({ bytes: buffer.bytes, pooled: sizes.get(buffer) as number }));
  }

  drop(...held: readonly Held[]): void {
    for (const { bytes, pooled } of held) {
      if (pooled === undefined) this.#own -= uploadedBytes(bytes);
      else this.#pool.release(pooled);
    }
  }

  #note(): void {
    this.#peak = Math.max(this.#peak, this.#own + this.#pool.heldBytes);
  }
}

function byNode(buffers: readonly PlannedBuffer[], end: "start" | "end"): ReadonlyMap<number, PlannedBuffer[]> {
  const found = new Map<number, PlannedBuffer[]>();
  for (const buffer of buffers) found.set(buffer[end], [...(found.get(buffer[end]) ?? []), buffer]);
  return found;
}

/** positions, cos, sin and mask, which all layers share. */
function sharedBytes({ ropes, layerKinds }: ModelSpec, { batch, seq }: BatchShape): readonly number[] {
  const tokens = batch * seq;
  const windows = new Set(layerKinds.map(({ window }) => window));
  const masks = [...windows].map(() => 4 * batch * seq * seq);
  return [8 * tokens, ...ropes.flatMap(({ dims }) => [2 * tokens * dims, 2 * tokens * dims]), ...masks];
}

/** Layers that turn positions compute more than those that do not; all else is alike. */
function largestKind({ layerKinds }: ModelSpec): LayerKind {
  return (layerKinds.find(({ rope }) => rope !== null) ?? layerKinds[0]) as LayerKind;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
