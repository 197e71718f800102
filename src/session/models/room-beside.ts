// Whether a second model and a run on it fit beside the one that is loaded, asked before anything of it is read: a GPU that
// refuses a buffer takes the loaded model with it.
import { AtelierError } from "../../base/errors.ts";
import type { LoadedModel } from "../../model/weights.ts";
import type { BudgetReport } from "../../protocol/budget-api.ts";
import { probeGpu } from "../../runtime/memory-probe.ts";

/** @throws AtelierError `compare/no-room` */
export async function requireRoomBeside({ weightBytes }: Pick<LoadedModel, "weightBytes">, report: BudgetReport): Promise<void> {
  const { provider, stepBytes, heapBytes, largestBuffer, limits } = report;
  refuse(stepBytes + weightBytes, limits.memory);
  if (provider === "wasm") refuse(heapBytes + weightBytes, limits.heap);
  refuse(largestBuffer, limits.buffer);
  if (provider === "wasm" || limits.memory !== null) return;
  // A GPU does not say what it has; what it refuses on a device of its own costs nothing.
  const { askedBytes, grantedBytes, note } = await probeGpu(stepBytes);
  if (grantedBytes < askedBytes && note.key === "engine/gpu-refused-more") refuse(stepBytes, grantedBytes);
}

function refuse(needed: number, limit: number | null): void {
  if (limit !== null && needed > limit) throw new AtelierError("compare/no-room", { needed, limit });
}
