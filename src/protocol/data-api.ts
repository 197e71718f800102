// All calls that the page may make of the data worker: it parses files and tokenizes chats, and never touches the GPU.
import type { DataIssue, Example } from "../data/example.ts";
import type { HubListing, ModelSource, TrainingData } from "./engine-api.ts";

export interface DatasetReport {
  readonly name: string;
  readonly format: string;
  readonly lineCount: number;
  readonly validCount: number;
  readonly issues: readonly DataIssue[];
}

/** A run of text that is learned or not; consecutive tokens with the same answer to that are still separate tokens. */
export interface PreviewToken {
  readonly text: string;
  readonly learned: boolean;
}

export interface ExamplePreview {
  readonly example: Example;
  /** Null where the tokenizer is not open yet, or the chat template refuses this chat. */
  readonly tokens: readonly PreviewToken[] | null;
  readonly tooLong: boolean;
}

export interface PrepareRequest {
  readonly seqLength: number;
  readonly validationFraction: number;
  readonly seed: number;
}

export interface PreparedData {
  readonly data: TrainingData;
  /** Longest example in tokens, after leaving out those that are too long. */
  readonly longest: number;
  readonly learnedTokens: number;
  readonly totalTokens: number;
  /** Examples that were left out, by line, and why. */
  readonly issues: readonly DataIssue[];
}

export interface DataApi {
  /**
   * Opens the tokenizer of a model; previews and prepare use it from then on. The token is for gated models and is not kept.
   * Of several calls the last one counts, whichever ends last; `prepare` waits for it.
   * @param cached the id of a copy on this device, which is read instead where it is there
   * @param listing the hub's list of files that the model was loaded by, so that it need not be asked for again
   */
  openTokenizer(source: ModelSource, token?: string, cached?: string, listing?: HubListing): Promise<void>;
  /** Forgets the tokenizer, where the model that it belonged to is no longer loaded. */
  closeTokenizer(): Promise<void>;
  /** Parses a file and keeps its examples. On failure what was parsed before stays. */
  parse(file: File, onProgress: (fraction: number) => void): Promise<DatasetReport>;
  preview(from: number, count: number, seqLength: number): Promise<readonly ExamplePreview[]>;
  /** Tokenizes, splits and checks. Throws `data/nothing-to-learn` where no token would be learned. */
  prepare(request: PrepareRequest, onProgress: (fraction: number) => void): Promise<PreparedData>;
  clear(): Promise<void>;
}
