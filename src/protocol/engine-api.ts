// All calls that the page may make of the engine worker, and what they return. News that nobody asked for (training
// progress) comes as events: see events.ts. Everything here survives structured clone.
import type { RunHistory, RunRecord } from "../checkpoint/run-record.ts";
import type { ModelSource } from "../config/model-source.ts";
import type { Quantization, RequestedQuantization } from "../config/quantizations.ts";
import type { RunConfig } from "../config/run-config.ts";
import type { DownloadProgress } from "../sources/download-meter.ts";
import type { HubListing } from "../sources/hub-listing.ts";
import type { Batch, TokenizedExample } from "../tokens/batch.ts";
import type { BenchReport, BenchRequest } from "./bench-api.ts";
import type { BudgetReport, HeldAs, MemoryProbe, ModelFileInfo, RunShape } from "./budget-api.ts";
import type { CompareEnd, CompareNews, CompareRequest } from "./compare-api.ts";
import type { ErrorRecord } from "../base/errors.ts";
import type { Text, Words } from "../words/message.ts";
import type { EngineEvent } from "./events.ts";
import type { GenerateRequest, GenerateResult } from "./generate-api.ts";
import type { AdapterCard, PublishedSource, TransferProgress, TransferReport } from "./transfer-api.ts";

export const executionProviders = ["webgpu", "wasm"] as const;
export type ExecutionProvider = (typeof executionProviders)[number];

export interface EngineReport {
  readonly webgpu: {
    readonly available: boolean;
    /** Why not, when not available. */
    readonly reason?: Text;
    readonly adapter: Text | null;
    /** Whether the adapter computes on the CPU. */
    readonly fallback: boolean;
    readonly f16: boolean;
    readonly limits: Readonly<Record<string, number>>;
  };
  readonly wasm: { readonly threads: number; readonly simd: boolean };
  /** Model families that can be loaded: values of model_type in config.json. */
  readonly families: readonly string[];
}

export type { ModelSource } from "../config/model-source.ts";
export type { DownloadProgress } from "../sources/download-meter.ts";
export type { HubListing } from "../sources/hub-listing.ts";
export type { GenerateRequest, GenerateResult, Sampling } from "./generate-api.ts";

export interface LoadRequest {
  readonly source: ModelSource;
  readonly quantization: RequestedQuantization;
  /** Whether the embedding table and the head are held so as well; else they are float32. */
  readonly quantizeHead?: boolean;
  /** Undefined: WebGPU where there is an adapter, else WASM. A named provider is never replaced by another. */
  readonly provider?: ExecutionProvider;
  /** A folder without tokenizer.json loads all the same; text is refused then, token ids are not. */
  readonly tokenizerOptional?: boolean;
  /** What "gptq" rounds with, where there is no copy that is rounded already. */
  readonly calibration?: readonly TokenizedExample[];
  /** For gated models. Apart from the source, because sources may be kept and a token never is. */
  readonly token?: string;
  /** False: neither read from the copies on this device nor stored among them; "read": only read. */
  readonly useCache?: false | "read";
  /** The hub's list of files, where it was asked for already; one of another model or revision is not used. */
  readonly listing?: HubListing;
  /** The id of a copy to load, whatever has become of its source; quantization and head are then the copy's. */
  readonly cached?: string;
}

/** Whether a model lies on this device after its load, and if not, why. */
export interface CacheState {
  readonly state: "stored" | "from-cache" | "not-stored";
  /** Where it is stored. */
  readonly id?: string;
  /** Why it is not stored, why its source was not asked, or what became of an older copy. */
  readonly reason?: Words;
}

export interface CachedModel {
  readonly id: string;
  readonly name: string;
  readonly source: ModelSource;
  readonly quantization: Quantization;
  readonly quantizeHead: boolean;
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly lastUsedAt: number;
  /** False where another version of the app made it; `note` says so. */
  readonly usable: boolean;
  readonly note?: Words;
}

export interface CachedModels {
  readonly entries: readonly CachedModel[];
  /** What this site takes of the disk, and may take, as the browser estimates it. */
  readonly usageBytes: number;
  readonly quotaBytes: number;
}

export interface LoadProgress {
  readonly stage: "engine" | "download" | "weights" | "tokenizer" | "calibration";
  /** 0 … 1 within the whole load. */
  readonly fraction: number;
  readonly detail: Text;
  /** File by file; absent where nothing has been fetched. */
  readonly download?: DownloadProgress;
}

export interface ModelInfo {
  readonly name: string;
  readonly source: ModelSource["kind"];
  /** The commit on the hub that all files are of. */
  readonly commit?: string;
  /** The hub's list of files that the load went by; absent where none was asked for or a copy was read. */
  readonly listing?: HubListing;
  /** Files whose checksum the hub announces and that could not be checked, because their parts were read out of order. */
  readonly unchecked?: readonly string[];
  readonly family: string;
  readonly parameters: number;
  readonly layers: number;
  readonly hiddenSize: number;
  readonly vocabularySize: number;
  readonly contextLength: number;
  /** The linear layers that may get an adapter, under PEFT's names. */
  readonly targetModules: readonly string[];
  readonly quantization: Quantization;
  readonly quantizeHead: boolean;
  readonly held: HeldAs;
  /** What the embedding table and the head take as they are held, on engine and host together. */
  readonly headBytes: number;
  /** Bytes of weights as held by the engine. */
  readonly weightBytes: number;
  readonly hasChatTemplate: boolean;
  /** Fingerprint of tokenizer and chat template; absent where the model was loaded without. */
  readonly tokenizer?: string;
  readonly provider: ExecutionProvider;
  /** Present where WebGPU's adapter computes on the CPU. */
  readonly fallback?: true;
  /** The GPU adapter's name, or how many threads WASM runs on and why not WebGPU. */
  readonly engineDescription: Words;
  /** Present where the description says why it is not WebGPU: none was asked for, and WebGPU cannot be had or is no gain. */
  readonly saysWhyNotWebGpu?: true;
  readonly cache: CacheState;
}

export interface TrainingData {
  readonly name: string;
  readonly train: readonly TokenizedExample[];
  readonly validation: readonly TokenizedExample[];
  /** Fingerprint of the tokenizer and chat template that made the ids; absent in runs stored before there was one. */
  readonly tokenizer?: string;
}

export interface TrainRequest {
  readonly name: string;
  readonly config: RunConfig;
  /** Examples, or one fixed batch that every step uses. */
  readonly data: RunData;
  /** A run whose adapter this one starts from; its method then replaces that of the configuration. */
  readonly startFrom?: string;
  /** End after this many steps although the schedule is longer; the run can be resumed. */
  readonly stopAfter?: number;
}

/** What training needs of its examples, stored with the run so that it can be resumed after a reload. */
export type RunData = TrainingData | { readonly fixedBatch: Batch };

export interface LossResult {
  readonly loss: number;
  readonly tokenCount: number;
  /** Null for the base model: what is frozen has no gradient. */
  readonly gradNorm: number | null;
}

export interface BudgetRequest {
  /** Null: the loaded model. Of another, only config.json is read. */
  readonly source: ModelSource | null;
  /** For gated models, as in {@link LoadRequest}. */
  readonly token?: string;
  /** As in {@link LoadRequest}. */
  readonly listing?: HubListing;
  readonly quantization: RequestedQuantization;
  readonly quantizeHead?: boolean;
  readonly provider?: ExecutionProvider;
  readonly run: RunShape;
}

/** A file of an exported adapter or run state. */
export interface NamedBytes {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface EngineApi {
  probe(): Promise<EngineReport>;
  /** Replaces the loaded model. On failure the model that was loaded stays usable. */
  load(request: LoadRequest, onProgress: (progress: LoadProgress) => void): Promise<ModelInfo>;
  /** Loads under way or waiting reject with `load/cancelled`; the model that was loaded stays usable. */
  cancelLoad(): Promise<void>;
  /** The models stored on this device; empty where the browser cannot store any. */
  cachedModels(): Promise<CachedModels>;
  /** @throws AtelierError `cache/in-use` */
  deleteCached(id: string): Promise<void>;
  /** All news of all runs, from now on. Only one listener: the last. */
  subscribe(listener: (event: EngineEvent) => void): Promise<void>;
  /**
   * Calls when the engine under the loaded model was lost and all on it has ended: the next load makes another one. Only one
   * listener: the last.
   */
  onEngineLost(listener: (error: ErrorRecord) => void): Promise<void>;

  /**
   * Starts a run and returns its id once its first checkpoint is stored; progress comes as events.
   * @param onProgress told how far the parameters' start is, from 0 to 1, where that takes time
   */
  startRun(request: TrainRequest, onProgress?: (share: number) => void): Promise<string>;
  /** Continues a stored run from its last checkpoint, with the model it was started with. */
  resumeRun(runId: string, options?: { readonly stopAfter?: number }): Promise<void>;
  /** Takes effect after the step under way; a checkpoint is stored. */
  pauseRun(runId: string): Promise<void>;
  /** Ends the run after the step under way; its adapter is kept. */
  stopRun(runId: string): Promise<void>;
  listRuns(): Promise<readonly RunRecord[]>;
  runHistory(runId: string): Promise<RunHistory>;
  /** Tries again to store a run whose newest state is in memory alone. @returns whether it is stored now */
  storeAgain(runId: string): Promise<boolean>;
  deleteRun(runId: string): Promise<void>;

  generate(request: GenerateRequest, onText: (delta: string) => void): Promise<GenerateResult>;
  /** Ends the generation under way; what was generated so far is its result. */
  stopGeneration(): Promise<void>;

  /** PEFT adapter_config.json and adapter_model.safetensors, and history.jsonl. */
  exportAdapter(runId: string): Promise<readonly NamedBytes[]>;
  /** What goes with an exported adapter as README.md: the weights that it was trained on, and what to run it on. */
  adapterCard(runId: string): Promise<AdapterCard>;
  /**
   * Asks for taught examples again, on the weights a run was trained on and on the published ones, which are read from where the loaded
   * model came from. What cannot be counted is said in the report.
   * @throws AtelierError `transfer/nothing-taught`, `run/other-model`, `run/busy`; `load/cancelled`
   */
  checkTransfer(runId: string, from: PublishedSource, onProgress: (progress: TransferProgress) => void): Promise<TransferReport>;
  cancelCheck(): Promise<void>;
  /** The resumable state of a run (data, checkpoint, history) as one file. */
  exportState(runId: string): Promise<NamedBytes>;
  importState(bytes: Uint8Array): Promise<string>;
  /** An adapter's files, PEFT's or mlx-lm's, as a finished run that generate, loss and logits accept; notes are in its record. */
  importAdapter(name: string, files: readonly NamedBytes[]): Promise<string>;

  /** Logits after the last id, [vocabulary]; all finite. */
  logits(ids: readonly number[], runId: string | null): Promise<Float32Array>;
  /** Mean loss over the batch's labels; with a run, also its adapter's gradients under PEFT names when asked. */
  loss(batch: Batch, runId: string | null, gradients: boolean): Promise<LossResult & { readonly gradients?: Uint8Array }>;
  /** Mean loss of a run's adapter, as it is now, over the data it trains on. */
  evaluateRun(runId: string): Promise<number>;
  /** Times the stages on a shape with random weights, or on the loaded model. */
  bench(request: BenchRequest): Promise<BenchReport>;
  /**
   * Measures forms of the loaded model's weights one after the other; the model stays loaded and can be chatted with. A form that
   * fails or does not fit is told and left out. Runs wait until it has ended; a load ends it.
   * @throws AtelierError `run/busy`, `quality/nothing-to-measure`, and where the files or the engine cannot be had
   */
  compareForms(request: CompareRequest, onNews: (news: CompareNews) => void): Promise<CompareEnd>;
  cancelComparison(): Promise<void>;

  /** What a model and a run would take, and what to change where that is too much. Nothing is loaded. */
  budget(request: BudgetRequest): Promise<BudgetReport>;
  /** Asks the engine for so many bytes and gives them back: within two seconds, and at most 4 GiB. */
  probeMemory(bytes: number, provider?: ExecutionProvider): Promise<MemoryProbe>;
  /** From config.json and the header of the weights alone. */
  info(request: BudgetRequest & { readonly source: ModelSource }): Promise<ModelFileInfo>;
}
