// Compares forms beside the loaded model: what the comparison needs of the session, put together.
import type { CompareEnd, CompareRequest } from "../protocol/compare-api.ts";
import type { EngineApi } from "../protocol/engine-api.ts";
import type { Budgets } from "./budget-requests.ts";
import { trackCallback } from "./callback.ts";
import { compareForms } from "./compare-forms.ts";
import type { Engines } from "./engines.ts";
import type { Exclusive } from "./exclusive.ts";
import { loadSession, type Loaded } from "./loaded.ts";
import { requireRoomBeside } from "./room-beside.ts";

interface Shared {
  readonly exclusive: Exclusive;
  readonly budgets: Budgets;
  readonly engines: Engines;
}

export async function compareBeside(
  own: Loaded,
  request: CompareRequest,
  { exclusive, budgets, engines }: Shared,
  onNews: Parameters<EngineApi["compareForms"]>[1],
  signal: AbortSignal,
): Promise<CompareEnd> {
  const { tell, arrived } = trackCallback(onNews);
  const end = await compareForms(request, {
    own,
    exclusive,
    load: (asked, onProgress) => exclusive(() => loadSession(asked, () => Promise.resolve(own.engine), onProgress, signal)),
    requireRoom: async (asked, run) => requireRoomBeside(own.model, await budgets.report({ ...asked, run }, undefined, signal)),
    requireEngine: () => engines.requireAlive(own.engine),
    tell,
    signal,
  });
  await arrived();
  return end;
}
