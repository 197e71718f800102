// Calls about models: what is loaded, what is stored on this device, what it takes of memory. Everything here survives structured clone.
import type { ErrorRecord } from "../base/errors.ts";
import type { ModelSource } from "../config/model-source.ts";
import type { Quantization, RequestedQuantization } from "../config/quantizations.ts";
import type { RunShape } from "../config/run-shape.ts";
import type { DownloadProgress } from "../sources/download-meter.ts";
import type { HubListing } from "../sources/hub-listing.ts";
import type { TokenizedExample } from "../tokens/batch.ts";
import type { Text, Words } from "../words/message.ts";
import type { BudgetReport, HeldAs, MemoryProbe, ModelFileInfo } from "./budget-api.ts";
import type { ExecutionProvider } from "./execution-providers.ts";

export type { DownloadProgress } from "../sources/download-meter.ts";
export type { HubListing } from "../sources/hub-listing.ts";

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

export interface ModelsApi {
  /** Replaces the loaded model. On failure the model that was loaded stays usable. */
  load(request: LoadRequest, onProgress: (progress: LoadProgress) => void): Promise<ModelInfo>;
  /** Loads under way or waiting reject with `load/cancelled`; the model that was loaded stays usable. */
  cancelLoad(): Promise<void>;
  /** The models stored on this device; empty where the browser cannot store any. */
  cachedModels(): Promise<CachedModels>;
  /** @throws AtelierError `cache/in-use` */
  deleteCached(id: string): Promise<void>;
  /**
   * Calls when the engine under the loaded model was lost and all on it has ended: the next load makes another one. Only one
   * listener: the last.
   */
  onEngineLost(listener: (error: ErrorRecord) => void): Promise<void>;
  /** What a model and a run would take, and what to change where that is too much. Nothing is loaded. */
  budget(request: BudgetRequest): Promise<BudgetReport>;
  /** From config.json and the header of the weights alone. */
  info(request: BudgetRequest & { readonly source: ModelSource }): Promise<ModelFileInfo>;
  /** Asks the engine for so many bytes and gives them back: within two seconds, and at most 4 GiB. */
  probeMemory(bytes: number, provider?: ExecutionProvider): Promise<MemoryProbe>;
}
