// The loaded model and the engine that holds it. A load that fails changes nothing but the error.
import { create } from "zustand";
import type { RequestedQuantization } from "../config/quantizations.ts";
import { words, type Words } from "../words/message.ts";
import type { EngineReport, ErrorRecord, ExecutionProvider, HubListing, LoadProgress, ModelInfo, ModelSource } from "./view-types.ts";

export interface ModelState {
  readonly report: EngineReport | null;
  readonly model: ModelInfo | null;
  /** Where the loaded model came from, to load it again on another engine. */
  readonly source: ModelSource;
  readonly loading: LoadProgress | null;
  /** Of the loaded model, where data is read; what is prepared before it is open would be of the model before. */
  readonly tokenizer: "none" | "opening" | "open";
  readonly error: ErrorRecord | null;
}

export const useModel = create<ModelState>(() => ({
  report: null,
  model: null,
  source: { kind: "bundled" },
  loading: null,
  tokenizer: "none",
  error: null,
}));

/** Each is one object, so that what selects it sees no change. */
const noModel = words("state/no-model");
const noTokenizer = words("state/no-tokenizer");

/** Why neither training nor chat can begin now; undefined where they can. */
export function modelNotReady({ model, loading, tokenizer }: ModelState): Words | undefined {
  if (model === null || loading !== null) return noModel;
  return tokenizer === "opening" ? noTokenizer : undefined;
}

export interface LoadChoice {
  readonly source?: ModelSource;
  readonly quantization?: RequestedQuantization;
  readonly quantizeHead?: boolean;
  readonly provider?: ExecutionProvider;
  /** The id of a copy on this device. */
  readonly cached?: string;
  /** The hub's list of files, where it was asked for to say what the load takes. */
  readonly listing?: HubListing;
  /** The user has seen what it takes; also where the budget says that it does not fit. */
  readonly regardless?: boolean;
  /** False: no copy is stored on this device. */
  readonly isKept?: false;
}
