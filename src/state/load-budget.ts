// Asks, before a model is loaded, what it would take: what cannot fit is held back, and the user chooses how to go on.
import { allLinear } from "../config/run-config.ts";
import { engine } from "../client/engine-client.ts";
import { useBudget } from "./budget-store.ts";
import type { LoadWish } from "./model-store.ts";
import type { LoadRequest } from "./view-types.ts";

/** The least that anyone would train: what does not even fit so is not worth a download. */
const leastRun = { batchSize: 1, accumulate: 1, seqLength: 64, rank: 1, targets: [allLinear] };

/** Whether the load may go on. What the files are at fault for is left to the load, which says it better. */
export async function mayLoad(wish: LoadWish, { source, quantization, quantizeHead, provider }: LoadRequest): Promise<boolean> {
  useBudget.setState({ load: null });
  const how = { quantization, quantizeHead: quantizeHead ?? false, ...(provider ? { provider } : {}) };
  const report = await engine.budget({ source, ...how, run: leastRun }).catch(() => null);
  if (!report) return true;
  const isHeld = !report.fits && wish.regardless !== true;
  useBudget.setState({ load: { wish, report, isHeld } });
  return !isHeld;
}

export function dropHeldLoad(): void {
  useBudget.setState({ load: null });
}
