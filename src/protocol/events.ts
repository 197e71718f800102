// News from the engine worker. Every event has the run it is about and a number that grows by one within the run, so
// that a replay is harmless. Steps come in batches, at most about ten messages a second.
import type { ErrorRecord } from "../base/errors.ts";
import type { RunPhase, StepReport, ValidationReport } from "../checkpoint/run-record.ts";

interface EventBase {
  readonly runId: string;
  readonly seq: number;
}

export type EngineEvent =
  | (EventBase & { readonly kind: "phase"; readonly phase: RunPhase; readonly error?: ErrorRecord })
  | (EventBase & { readonly kind: "steps"; readonly steps: readonly StepReport[] })
  | (EventBase & { readonly kind: "validation"; readonly report: ValidationReport })
  | (EventBase & { readonly kind: "checkpoint"; readonly step: number; readonly bytes: number })
  /** A checkpoint that could not be stored: it is in memory alone, and training goes on. The next one that is stored ends this. */
  | (EventBase & { readonly kind: "unsaved"; readonly step: number; readonly error: ErrorRecord });
