// What is kept of a run. Every stored value carries the format version; a newer one is refused in its own words, an older
// one goes through the migrations of migrations.ts and config-migrations.ts.
import type { ErrorRecord } from "../base/errors.ts";
import type { RandomState } from "../base/random.ts";
import type { SourceKind } from "../config/model-source.ts";
import type { Quantization } from "../config/quantizations.ts";
import type { RunConfig } from "../config/run-config.ts";
import type { Text } from "../words/message.ts";

export const formatVersion = 3;

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
  /** Steps just before this one whose gradient was infinite in float16: nothing was learned of what they read. Absent: none. */
  readonly skipped?: number;
}

export interface ValidationReport {
  /** Steps done when it was measured. */
  readonly step: number;
  readonly loss: number;
}

export interface ModelReference {
  readonly name: string;
  readonly source: SourceKind;
  /** The commit on the hub that all files were of. */
  readonly commit?: string;
  /** Of the published numbers, in whatever form they were held: what is trained on one form fits all others. */
  readonly fingerprint: string;
  readonly quantization: Quantization;
  /** Present where texts decided how the weights were held. */
  readonly codes?: string;
  /** Present where the embedding table and the head were held so as well. */
  readonly quantizeHead?: true;
  /** What the quantization came to: as published the publisher's names, e.g. "Q8_0, Q4_1". */
  readonly form: string;
  /** Of all matrices; absent in runs stored before it was kept. */
  readonly bitsPerWeight?: number;
}

/** A run as listed; its data, checkpoint and history are stored beside it. */
export interface RunRecord {
  readonly version: typeof formatVersion;
  readonly id: string;
  readonly name: string;
  readonly createdAt: number;
  readonly phase: RunPhase;
  readonly config: RunConfig;
  readonly model: ModelReference;
  /** A file's name; words where there was none. */
  readonly datasetName: Text;
  /** Rows that are learned. */
  readonly exampleCount: number;
  /** Numbers that are trained; absent in runs stored before it was kept. */
  readonly trainable?: number;
  readonly stepsDone: number;
  readonly checkpointStep: number | null;
  readonly lastLoss: number | null;
  readonly lastValidationLoss: number | null;
  readonly error?: ErrorRecord;
  /** Of an imported adapter: what is true of it and not seen in what it does. Absent where there is nothing to say. */
  readonly notes?: readonly Text[];
  /** In a listing only, never stored: why the newest state of the run is in memory alone. */
  readonly unsaved?: ErrorRecord;
  /** In a listing only, never stored: nothing but what identifies the run could be read, its configuration stands for one. */
  readonly isUnreadable?: true;
}

/** Where the data sampler stands; null for a fixed batch. */
export interface DataCursor {
  readonly epoch: number;
  readonly cursor: number;
  readonly random: RandomState;
}

/** Flat vectors by the names of the groups of parameters: "layer.0", "embedding" and so on. */
export type GroupVectors = Readonly<Record<string, Float32Array>>;

/** Everything from which a run goes on exactly where it stopped. */
export interface Checkpoint {
  readonly version: typeof formatVersion;
  readonly step: number;
  /** What is trained. */
  readonly parameters: GroupVectors;
  /** What the method made at the start and does not train. */
  readonly fixed: GroupVectors;
  /** What the optimizer keeps, by its names for it. */
  readonly optimizer: Readonly<Record<string, GroupVectors>>;
  readonly cursor: DataCursor | null;
  /** By what the loss is multiplied, and for how many steps; in float16 alone. */
  readonly lossScale?: { readonly factor: number; readonly goodSteps: number };
}

export interface RunHistory {
  readonly steps: readonly StepReport[];
  readonly validations: readonly ValidationReport[];
}

/** What was measured up to a step; what came after the checkpoint is measured again on resume. */
export function historyUpTo({ steps, validations }: RunHistory, step: number): RunHistory {
  return { steps: steps.filter((report) => report.step < step), validations: validations.filter((report) => report.step <= step) };
}
