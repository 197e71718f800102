// News from the engine worker. Every event has the run it is about and a number that grows by one within the run, so
// that a replay is harmless. Steps come in batches, at most about ten messages a second.
import type { ErrorRecord } from "../base/errors.ts";

/** running → paused | finished | stopped | failed; "interrupted": the tab closed while it ran; resumable. */
export type RunPhase = "running" | "paused" | "interrupted" | "finished" | "stopped" | "failed";

export interface StepReport {
  /** 0-based; the loss is measured before the update of this step. */
  readonly step: number;
  /** Mean over the learned tokens of the step. */
  readonly loss: number;
  readonly learningRate: number;
  /** Global norm before clipping. */
  readonly gradNorm: number;
  /** Tokens computed, padding excluded. */
  readonly tokens: number;
  /** Wall time of the step in milliseconds. */
  readonly ms: number;
}

export interface ValidationReport {
  /** Steps done when it was measured. */
  readonly step: number;
  readonly loss: number;
}

interface EventBase {
  readonly runId: string;
  readonly seq: number;
}

export type EngineEvent =
  | (EventBase & { readonly kind: "phase"; readonly phase: RunPhase; readonly error?: ErrorRecord })
  | (EventBase & { readonly kind: "steps"; readonly steps: readonly StepReport[] })
  | (EventBase & { readonly kind: "validation"; readonly report: ValidationReport })
  | (EventBase & { readonly kind: "checkpoint"; readonly step: number; readonly bytes: number });
