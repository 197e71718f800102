// What the next run and the next load would take of memory. The worker counts; here is what it last said.
import { create } from "zustand";
import type { LoadChoice } from "./model-store.ts";
import type { BudgetReport, ErrorRecord, MemoryProbe } from "./view-types.ts";

export interface BudgetState {
  /** Of the training form as it stands, with the loaded model; null until it is known. */
  readonly run: BudgetReport | null;
  /** Why the form as it stands cannot be trained on the loaded model; null where it can, or is not known. */
  readonly refused: ErrorRecord | null;
  /** The last answer to "does the device grant this?". */
  readonly probe: MemoryProbe | null;
  readonly isProbing: boolean;
  /** The last load that was asked for. */
  readonly load: AskedLoad | null;
}

export interface AskedLoad {
  readonly requested: LoadChoice;
  /** With the training form as it stands, or with the least training there is: where not even that fits, or the form is refused. */
  readonly report: BudgetReport;
  readonly held: HeldLoad;
  /** Why the training form as it stands cannot be for this model. */
  readonly refused: ErrorRecord | null;
}

/** too-large: not even the least training would fit; review: something large is about to come, and the user has not seen what. */
export type HeldLoad = "too-large" | "review" | null;

export const useBudget = create<BudgetState>(() => ({ run: null, refused: null, probe: null, isProbing: false, load: null }));
