// All calls that the page may make of the data worker: it parses files, tokenizes examples and makes new models' files, and never touches the GPU.
import type { ErrorRecord } from "../base/errors.ts";
import type { NewModelShape } from "../config/new-model.ts";
import type { DataConfig, TurnChoice } from "../config/run-config.ts";
import type { DataIssue, ParsedDataset } from "../data/example.ts";
import type { Mapping } from "../data/mapped-roles.ts";
import type { SourceFile } from "../data/sources.ts";
import type { TokenizedExample } from "../tokens/batch.ts";
import type { HubListing } from "../sources/hub-listing.ts";
import type { ModelSource } from "../config/model-source.ts";
import type { Words } from "../words/message.ts";
import type { BatchSizes, TrainingData } from "./runs-api.ts";

export interface DatasetReport {
  readonly name: string;
  readonly format: string;
  readonly sources: readonly SourceFile[];
  /** What the user said that the keys are. */
  readonly mapping?: Mapping;
  /** What `line` counts: lines of the file, or the objects in it. */
  readonly unit: ParsedDataset["unit"];
  readonly lineCount: number;
  readonly validCount: number;
  readonly issues: readonly DataIssue[];
  /** Keys that are not used, with the number of records that have them. */
  readonly ignored: Readonly<Record<string, number>>;
}

/** A run of text that is learned or not; consecutive tokens with the same answer to that are still separate tokens. */
export interface PreviewToken {
  readonly text: string;
  readonly learned: boolean;
}

export interface PreviewMessage {
  readonly role: "system" | "user" | "assistant" | "tool" | "tools" | "document";
  readonly parts: readonly PreviewToken[];
  /** What the template leaves out of it. */
  readonly lost: string | null;
}

export interface ExamplePreview {
  readonly line: number;
  /** Where it stands, as the start of a sentence. */
  readonly place: Words;
  readonly messages: readonly PreviewMessage[];
  /** The tokens of each row; null where the tokenizer is not open yet, or the example cannot be used: then `problem` says why. */
  readonly rows: readonly (readonly PreviewToken[])[] | null;
  /** Why the example is left out. */
  readonly problem: DataIssue | null;
}

/** Something that was done with usable examples and should be known, once per file. */
export interface DataNote extends ErrorRecord {
  /** The first line that it is true of. */
  readonly line: number;
  /** Examples that it is true of. */
  readonly count: number;
}

export interface ShownExample {
  readonly line: number;
  /** Of several files the one that it stands in. */
  readonly file?: string;
  /** As the template renders it; several rows stand one after the other. */
  readonly text: string;
  /** The learned spans in order, special tokens visible. */
  readonly learned: readonly string[];
}

export interface PrepareRequest {
  readonly seqLength: number;
  readonly turns: TurnChoice;
  readonly validationFraction: number;
  readonly seed: number;
}

/** What of a dataset would be trained on. */
export interface DataCheck {
  /** Examples that are used. */
  readonly usable: number;
  /** Rows that they become: more where each answer has one of its own. */
  readonly rows: number;
  /** Longest row in tokens, after leaving out those that are too long. */
  readonly longest: number;
  readonly learnedTokens: number;
  readonly totalTokens: number;
  /** Examples that are left out, by line, and why. */
  readonly issues: readonly DataIssue[];
  readonly notes: readonly DataNote[];
  /** Null where no file was given to measure by: examples are split off the dataset then. */
  readonly validation: ValidationCheck | null;
}

/** What of the file to measure by would be used. */
export interface ValidationCheck extends Pick<DataCheck, "usable" | "issues" | "notes"> {
  readonly name: string;
}

export interface PreparedData extends DataCheck {
  readonly data: TrainingData;
}

/** What a count depends on; without a validation share nothing is said of the split. */
export type CheckRequest = Pick<PrepareRequest, "seqLength" | "turns"> & Partial<Pick<PrepareRequest, "validationFraction">>;

export interface TextRequest {
  readonly seqLength: number;
  readonly tokens: number;
}

export interface NewModelRequest {
  readonly shape: NewModelShape;
  readonly seed: number;
  /** No tokenizer: all goes by ids, below the vocabulary that is asked for. */
  readonly byIds?: true;
}

export interface NewModel {
  /** config.json, weights, and its tokenizer's. */
  readonly files: readonly File[];
  readonly parameters: number;
  /** Fewer than were asked for where the data have no more. */
  readonly vocabulary: number;
  /** The share of the texts that its tokenizer is made of: less than 1 where they have more words than memory. */
  readonly looked: number;
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
  /**
   * Parses files and keeps their examples as one dataset; a file to measure by belongs to the one before and goes. On failure what was parsed before stays.
   * @param mapping what keys are, where their names do not say it
   */
  parse(files: File | readonly File[], onProgress: (fraction: number) => void, mapping?: Mapping): Promise<DatasetReport>;
  /**
   * Parses a file that measures what is learned of the dataset that was parsed before it, with its mapping: then nothing of that one is split off.
   * On failure all stays as it was.
   */
  parseValidation(file: File, onProgress: (fraction: number) => void): Promise<DatasetReport>;
  preview(from: number, count: number, request: Pick<PrepareRequest, "seqLength" | "turns">): Promise<readonly ExamplePreview[]>;
  /** The first usable examples as text, with what is learned of them. */
  show(count: number, request: Pick<PrepareRequest, "seqLength" | "turns">): Promise<readonly ShownExample[]>;
  /** Tokenizes and counts; what was counted is not tokenized again by `prepare`. */
  check(request: CheckRequest, onProgress: (fraction: number) => void): Promise<DataCheck>;
  /** Tokenizes, splits and checks. Throws `data/nothing-to-learn` where no token would be learned, `validation/nothing-to-measure`. */
  prepare(request: PrepareRequest, onProgress: (fraction: number) => void): Promise<PreparedData>;
  /** Of the batches of a run with these settings, as far as they are known before it; what was counted is not tokenized again. */
  batchSizes(config: DataConfig): Promise<BatchSizes>;
  /**
   * The beginning of a plain text as rows to measure with, longer than so many tokens where the text is. No row is longer than what
   * the model takes; each begins as texts begin. What was parsed stays.
   * @throws AtelierError `data/empty`, `data/binary`
   */
  textRows(file: File, request: TextRequest): Promise<readonly TokenizedExample[]>;
  /**
   * A model with random weights, as files to load. Its tokenizer is made from the examples that were parsed, or is that of the model whose
   * tokenizer is open, where a vocabulary of 0 is asked for.
   * @throws AtelierError `tokens/vocabulary-too-small`, `config/invalid`, `data/none`, `model/not-loaded`
   */
  newModel(request: NewModelRequest, onProgress: (fraction: number) => void): Promise<NewModel>;
  /** The model that a stored run trains from scratch, as it was before its first step; null of other runs. */
  modelOfRun(runId: string): Promise<readonly File[] | null>;
  clear(): Promise<void>;
}
