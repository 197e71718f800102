// Parts of the engine worker that a first answer and a first step do without. Each is fetched with the first call that needs it, or after
// the first model, so that they are here when the host has gone.
import { ggufReader } from "./models/model-parts.ts";
import { calibration } from "./models/open-model.ts";

export const later = {
  bench: () => import("./diagnostics/bench.ts"),
  compare: () => import("./diagnostics/compare-beside.ts"),
  inspect: () => import("./diagnostics/inspect.ts"),
  card: () => import("./exchange/adapter-card.ts"),
  exchange: () => import("./exchange/exchange.ts"),
  stateFiles: () => import("./exchange/state-files.ts"),
  transfer: () => import("./exchange/transfer-check.ts"),
  gguf: ggufReader,
  calibration,
} as const;

/** What cannot be fetched now is asked for again by whoever needs it. */
export function fetchLater(): void {
  for (const part of Object.values(later)) part().catch(() => undefined);
}
