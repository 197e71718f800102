// What a model and a run will take of an engine's memory, before anything is loaded or trained, against what that engine
// can give. Pure: shapes in, bytes out; limits come as an argument.
import { heldBytes } from "../../model/held-weights.ts";
import type { Budget, BudgetLimits, BudgetPart } from "../../protocol/budget-api.ts";
import { planRun, type PlannedRun, type RunPlan } from "./plan-run.ts";

export type BudgetSubject = PlannedRun;

export async function estimateBudget(subject: BudgetSubject, limits: BudgetLimits): Promise<Budget> {
  const { spec, quantizationConfig, hasFloat16, run } = subject;
  const weights = heldBytes(spec, quantizationConfig, hasFloat16);
  const { heap: heapBytes, largestBuffer, multiplyAdds, ...planned } = await rememberedRun(subject);
  const parts: Record<BudgetPart, number> = { weights: weights.engine, ...planned };
  const totalBytes = Object.values(parts).reduce((sum, bytes) => sum + bytes, 0);
  const needs = { totalBytes, heapBytes, largestBuffer };
  const obstacle = obstacleOf(needs, limits);
  return {
    provider: subject.provider,
    quantization: quantizationConfig.quantization,
    quantizeHead: quantizationConfig.quantizeHead ?? false,
    run,
    parts,
    ...needs,
    stepBytes: totalBytes - parts.cache,
    hostBytes: weights.host,
    multiplyAdds,
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

const remembered = new Map<string, Promise<RunPlan>>();
const mostRemembered = 200;

function rememberedRun(subject: BudgetSubject): Promise<RunPlan> {
  const { spec, ...rest } = subject;
  const { block: _block, names: _names, ...numbers } = spec;
  const key = JSON.stringify([rest, numbers]);
  const known = remembered.get(key);
  if (known) return known;
  const fresh = planRun(subject);
  if (remembered.size >= mostRemembered) remembered.clear();
  remembered.set(key, fresh);
  fresh.catch(() => remembered.delete(key));
  return fresh;
}
