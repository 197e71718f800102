// Calls about runs: started, resumed, ended and listed. News of them comes as events: see events.ts. Everything here survives structured clone.
import type { RunHistory, RunRecord } from "../checkpoint/run-record.ts";
import type { RunConfig } from "../config/run-config.ts";
import type { Batch, TokenizedExample } from "../tokens/batch.ts";
import type { Text } from "../words/message.ts";
import type { EngineEvent } from "./events.ts";

export interface TrainingData {
  readonly name: string;
  readonly train: readonly TokenizedExample[];
  readonly validation: readonly TokenizedExample[];
  /** Fingerprint of the tokenizer and chat template that made the ids; absent in runs stored before there was one. */
  readonly tokenizer?: string;
}

/** Of a run from scratch: its model's files but the weights, which the run's seed gives. Texts by file names. */
export interface MadeModel {
  readonly model?: Readonly<Record<string, string>>;
}

export interface TrainRequest {
  readonly name: string;
  readonly config: RunConfig;
  /** Examples, or one fixed batch that every step uses. */
  readonly data: RunData;
  /** A run whose adapter this one starts from; its method then replaces that of the configuration. */
  readonly startFrom?: string;
  /** What there is to say of it, kept with its record. */
  readonly notes?: readonly Text[];
  /** End after this many steps although the schedule is longer; the run can be resumed. */
  readonly stopAfter?: number;
}

/** What training needs of its examples, stored with the run so that it can be resumed after a reload. */
export type RunData = (TrainingData | { readonly fixedBatch: Batch }) & MadeModel;

/** Rows, and tokens of each, padding included: what a program is compiled for. */
export interface BatchSize {
  readonly batch: number;
  readonly seq: number;
}

/** Sizes of a run's batches, each once, in the order in which they come: of its first steps, and of what it is measured by. */
export interface BatchSizes {
  readonly steps: readonly BatchSize[];
  readonly validation: readonly BatchSize[];
}

export interface PrepareRunRequest {
  readonly config: RunConfig;
  readonly sizes: BatchSizes;
}

export interface RunsApi {
  /** All news of all runs, from now on. Only one listener: the last. */
  subscribe(listener: (event: EngineEvent) => void): Promise<void>;
  /**
   * Starts a run and returns its id once its first checkpoint is stored; progress comes as events. Cancelled before that, it rejects with
   * `run/start-cancelled` and nothing of it is left.
   * @param onProgress told how far the parameters' start is, from 0 to 1, where that takes time
   */
  startRun(request: TrainRequest, onProgress?: (share: number) => void): Promise<string>;
  /** Continues a stored run from its last checkpoint, with the model it was started with. Cancelled before, the run stays as it was. */
  resumeRun(runId: string, options?: { readonly stopAfter?: number }): Promise<void>;
  /**
   * Compiles what such a run will need, so that its first step comes sooner; no run is started. Gives way to whatever else is asked for, and
   * what was prepared for another run goes.
   * @returns whether all is there
   */
  prepareRun(request: PrepareRunRequest): Promise<boolean>;
  /** What is about to start or to be resumed is not; a run that trains goes on. */
  cancelStart(): Promise<void>;
  /** Takes effect after the step under way; a checkpoint is stored. */
  pauseRun(runId: string): Promise<void>;
  /** Ends the run after the step under way; its adapter is kept. */
  stopRun(runId: string): Promise<void>;
  listRuns(): Promise<readonly RunRecord[]>;
  runHistory(runId: string): Promise<RunHistory>;
  /** Tries again to store a run whose newest state is in memory alone. @returns whether it is stored now */
  storeAgain(runId: string): Promise<boolean>;
  deleteRun(runId: string): Promise<void>;
  /** Mean loss of a run's adapter, as it is now, over the data it trains on. */
  evaluateRun(runId: string): Promise<number>;
}
