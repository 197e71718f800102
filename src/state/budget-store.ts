// What the next run and the next load would take of memory. The worker counts; here is what it last said.
import { create } from "zustand";
import type { LoadWish } from "./model-store.ts";
import type { BudgetReport, MemoryProbe } from "./view-types.ts";

export interface BudgetState {
  /** Of the training form as it stands, with the loaded model; null until it is known. */
  readonly run: BudgetReport | null;
  /** The last answer to "does the device grant this?". */
  readonly probe: MemoryProbe | null;
  readonly isProbing: boolean;
  /** The last load that was asked for; held back where it would not fit. */
  readonly load: { readonly wish: LoadWish; readonly report: BudgetReport; readonly isHeld: boolean } | null;
}

export const useBudget = create<BudgetState>(() => ({ run: null, probe: null, isProbing: false, load: null }));
