// What a model and a run will take of an engine's memory, before anything is loaded or trained, against what that engine
// can give. Pure: shapes in, bytes out; limits come as an argument.
import { cacheCapacity } from "../generate/decoder.ts";
import { layoutOfMethod } from "../model/adapter-layout.ts";
import type { ModelSpec } from "../model/spec.ts";
import { heldBytes, heldForms, type Holding } from "../model/held-weights.ts";
import type { Budget, BudgetLimits, BudgetPart, RunShape } from "../protocol/budget-api.ts";
import type { ExecutionProvider } from "../protocol/engine-api.ts";
import { stepMemory, type StepMemory } from "../train/step-memory.ts";

export interface BudgetSubject {
  readonly spec: ModelSpec;
  readonly provider: ExecutionProvider;
  readonly holding: Holding;
  /** Whether the engine has; WASM always. */
  readonly hasFloat16: boolean;
  readonly run: RunShape;
}

export function estimateBudget(subject: BudgetSubject, limits: BudgetLimits): Budget {
  const { spec, holding, hasFloat16, run } = subject;
  const weights = heldBytes(spec, holding, hasFloat16);
  const step = cachedStep(subject);
  const cache = cacheBytes(spec, run.seqLength);
  const parts: Record<BudgetPart, number> = {
    weights: weights.engine,
    adapter: step.adapter,
    optimizer: step.optimizer,
    activations: step.activations,
    cache,
    runtime: step.runtime,
  };
  const totalBytes = Object.values(parts).reduce((sum, bytes) => sum + bytes, 0);
  const needs = { totalBytes, heapBytes: step.heap, largestBuffer: step.largestBuffer };
  const obstacle = obstacleOf(needs, limits);
  return {
    provider: subject.provider,
    quantization: holding.quantization,
    quantizeHead: holding.quantizeHead ?? false,
    run,
    parts,
    ...needs,
    stepBytes: totalBytes - cache,
    hostBytes: weights.host,
    limits,
    fits: obstacle === null,
    obstacle,
    roomBytes: roomOf(needs, limits),
  };
}

type Needs = Pick<Budget, "totalBytes" | "heapBytes" | "largestBuffer">;

/** The limit that is exceeded most; null where all are kept. */
function obstacleOf(needs: Needs, limits: BudgetLimits): Budget["obstacle"] {
  const needed: Readonly<Record<keyof BudgetLimits, number>> = {
    memory: needs.totalBytes,
    heap: needs.heapBytes,
    buffer: needs.largestBuffer,
  };
  const share = (limit: keyof BudgetLimits): number => needed[limit] / (limits[limit] ?? Infinity);
  const [worst] = (["memory", "heap", "buffer"] as const).toSorted((a, b) => share(b) - share(a));
  return worst !== undefined && share(worst) > 1 ? worst : null;
}

/** Null where no limit is known. */
function roomOf(needs: Needs, { memory, heap }: BudgetLimits): number | null {
  const rooms = [...(memory === null ? [] : [memory - needs.totalBytes]), ...(heap === null ? [] : [heap - needs.heapBytes])];
  return rooms.length === 0 ? null : Math.min(...rooms);
}

/** Keys and values of a chat as long as a training sequence. */
function cacheBytes({ layers, kvHeads, headDim, contextLength }: ModelSpec, tokens: number): number {
  return 2 * 4 * layers * cacheCapacity(Math.min(tokens, contextLength)) * kvHeads * headDim;
}

const remembered = new Map<string, StepMemory>();
const mostRemembered = 200;

function cachedStep({ spec, provider, holding, hasFloat16, run }: BudgetSubject): StepMemory {
  const { block: _block, names: _names, ...numbers } = spec;
  const { batchSize, seqLength, method, optimizer } = run;
  const key = JSON.stringify([provider, holding, hasFloat16, batchSize, seqLength, method, optimizer, numbers]);
  const known = remembered.get(key);
  if (known) return known;
  const layout = layoutOfMethod(spec, method);
  const fresh = stepMemory(provider, {
    spec,
    forms: heldForms(spec, holding, hasFloat16),
    layout,
    shape: { batch: batchSize, seq: seqLength },
  });
  if (remembered.size >= mostRemembered) remembered.clear();
  remembered.set(key, fresh);
  return fresh;
}
