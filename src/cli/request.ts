// What the command asks of the page in Chromium, and what it gets back. Files do not go through here: the page has one
// file input per role, and sends what it makes to the command's own server.
import type { ErrorRecord } from "../base/errors.ts";
import type { ModelSource } from "../config/model-source.ts";
import type { Quantization, RequestedQuantization } from "../config/quantizations.ts";
import type { Given, MethodKind, RunConfig, TurnChoice } from "../config/run-config.ts";
import type { Mapping } from "../data/mapped-roles.ts";
import type { Text } from "../words/message.ts";
import type { RunShape } from "../protocol/budget-api.ts";
import type { ExecutionProvider } from "../protocol/execution-providers.ts";
import type { NamedBytes } from "../protocol/exchange-api.ts";
import type { AdapterCard } from "../protocol/transfer-api.ts";

export const fileRoles = ["model", "adapter", "data", "validation-data", "text", "resume"] as const;
export type FileRole = (typeof fileRoles)[number];

interface Common {
  /** Name of the model folder, whose files are in the page's input; a source that needs no files of this computer. */
  readonly model: { readonly folder: string } | Exclude<ModelSource, { kind: "files" }>;
  /** For gated models of the hub. */
  readonly token: string | null;
  readonly adapterName: string | null;
  readonly provider: ExecutionProvider | null;
  /** Fail where WebGPU's adapter computes on the CPU, or where there is none. */
  readonly requireGpu: boolean;
  /** Of `bench` a row of the table. */
  readonly quantization: RequestedQuantization;
  readonly quantizeHead: boolean;
}

export type HeadlessRequest =
  | ({ readonly verb: "engines" } & Common)
  | ({ readonly verb: "logits"; readonly ids: readonly number[] } & Common)
  | ({ readonly verb: "loss" } & LossOptions & Common)
  | ({ readonly verb: "train" } & TrainOptions & Common)
  | ({ readonly verb: "data" } & DataOptions & Common)
  | ({ readonly verb: "chat" } & ChatOptions & Common)
  | ({ readonly verb: "bench"; readonly shape: "smollm2-135m" | "loaded"; readonly run: RunShape } & Common)
  | ({ readonly verb: "info"; readonly run: RunShape } & Common)
  | ({ readonly verb: "quality" } & QualityOptions & Common)
  | ({ readonly verb: "quantize"; readonly tokens: number } & Common);

export interface LossOptions {
  /** Parsed JSON. */
  readonly batch: unknown;
  readonly wantGradients: boolean;
  /** The run whose start is meant; absent: the adapter, or the base. */
  readonly start?: RunConfig;
}

export interface TrainOptions {
  /** What keys are, where their names do not say it. */
  readonly mapping?: Mapping;
  /** Parsed JSON; undefined where examples come from the data file, or from the run that is resumed. */
  readonly batch?: unknown;
  /** The settings that were given. */
  readonly config: Given;
  readonly stopAfter?: number;
  readonly resume: boolean;
  readonly wantFiles: boolean;
  /** Whether taught examples are asked again, on the published weights too. */
  readonly wantCheck: boolean;
}

export interface DataOptions {
  /** What keys are, where their names do not say it. */
  readonly mapping?: Mapping;
  readonly seqLength: number;
  readonly turns: TurnChoice;
  /** Examples to print as they are learned. */
  readonly show: number;
}

/** What the user says, or a whole chat up to the answer. */
export type PromptLine = string | readonly { readonly role: "system" | "user" | "assistant"; readonly content: string }[];

export interface ChatOptions {
  readonly prompt?: string;
  readonly system?: string;
  readonly ids?: readonly number[];
  /** Answered in one go, in their order. */
  readonly prompts?: readonly PromptLine[];
  readonly raw: boolean;
  readonly maxTokens: number;
  readonly temperature: number;
  readonly topP: number;
  readonly topK: number;
  readonly seed: number;
}

export interface QualityOptions {
  /** Beside the reference, which is always measured. */
  readonly forms: readonly Quantization[];
  /** Whether by the programs that answer as well. */
  readonly asChatted: boolean;
  /** Predicted tokens to measure. */
  readonly tokens: number;
  /** What is measured: a text or a dataset in the page's input, the batch, or the text that comes with the app. */
  readonly over: "text" | "data" | "batch" | "neutral";
  /** Parsed JSON. */
  readonly batch?: unknown;
}

/** What a verb gives the command. */
export interface VerbResult {
  readonly result: object;
  readonly files: readonly NamedBytes[];
  /** Of files that are an adapter. */
  readonly card?: AdapterCard;
  /** Of a run whose files are wanted. */
  readonly config?: RunConfig;
}

/** Card and configuration go with the files; the command writes them out. */
export type HeadlessOutcome = Omit<VerbResult, "files"> | { readonly error: ErrorRecord };

/** Where the page sends a file; the name follows. */
export const outputPath = "/headless-output/";

export interface HeadlessPage {
  run(request: HeadlessRequest): Promise<HeadlessOutcome>;
  /** Ends training after the step under way, and a measure after the batch; what was done is kept and returned. */
  pause(): Promise<void>;
}

/** What the measure of the first minute asks of the same page. */
export interface FirstMinutePage {
  /** Greedy answers of the bundled model, or of a run. */
  answer(questions: readonly string[], runId: string | null): Promise<readonly string[]>;
  /** Learns the file in the data input with the default recipe, all of it. */
  teach(): Promise<{ readonly runId: string; readonly seconds: number }>;
}

/** One method on the bundled base. */
export interface MethodsRequest {
  readonly kind: MethodKind;
  readonly provider: ExecutionProvider;
  readonly quantization: RequestedQuantization;
  /** At most, where it is asked in between. */
  readonly steps: number;
  /** It is asked after every so many steps, and is done once all is right; null: asked at the end alone. */
  readonly askEvery: number | null;
  readonly batchSize: number;
  /** Whether a run is cut off and resumed as well, which doubles the time. */
  readonly wantsResume: boolean;
  /** What is taught, and asked again. */
  readonly questions: readonly { readonly question: string; readonly answer: string }[];
}

export interface MethodMeasure {
  readonly kind: MethodKind;
  readonly trainable: number;
  /** Of a training step, the weights included, as planned. */
  readonly memoryBytes: number;
  /** Median. */
  readonly stepMs: number;
  /** That it trained. */
  readonly steps: number;
  readonly lossBefore: number;
  readonly lossAfter: number;
  readonly right: number;
  readonly asked: number;
  /** Whether a run that was cut off and resumed has the same bits; null where that is not promised. */
  readonly resumed: boolean | null;
  readonly files: "PEFT" | "safetensors" | "model";
  /** Whether what was written and read again gives the same logits. */
  readonly reloaded: boolean;
}

/** Why a method cannot train this base. */
export interface MethodRefused {
  readonly kind: MethodKind;
  readonly refused: ErrorRecord;
}

export type MethodsPage = (request: MethodsRequest) => Promise<MethodMeasure | MethodRefused>;

declare global {
  interface Window {
    atelierHeadless?: HeadlessPage;
    atelierFirstMinute?: FirstMinutePage;
    atelierMethods?: MethodsPage;
    /** Given by the command: prints a line on stderr. */
    atelierProgress?: (line: Text) => void;
    /** Most bytes that this page's process has held; null where the system does not say. */
    atelierPeakBytes?: () => Promise<number | null>;
  }
}
