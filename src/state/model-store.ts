// The loaded model and the engine that holds it. A load that fails changes nothing but the error.
import { create } from "zustand";
import type { EngineReport, ErrorRecord, ExecutionProvider, LoadProgress, ModelInfo, ModelSource, Quantization } from "./view-types.ts";

export interface ModelState {
  readonly report: EngineReport | null;
  readonly model: ModelInfo | null;
  /** Where the loaded model came from, to load it again on another engine. */
  readonly source: ModelSource;
  readonly loading: LoadProgress | null;
  readonly error: ErrorRecord | null;
}

export const useModel = create<ModelState>(() => ({
  report: null,
  model: null,
  source: { kind: "bundled" },
  loading: null,
  error: null,
}));

export interface LoadWish {
  readonly source?: ModelSource;
  readonly quantization?: Quantization;
  readonly quantizeHead?: boolean;
  readonly provider?: ExecutionProvider;
  /** The id of a copy on this device. */
  readonly cached?: string;
  /** The user has seen what it takes; also where the budget says that it does not fit. */
  readonly regardless?: boolean;
}
