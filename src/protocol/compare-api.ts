// What forms of the weights are compared by: each is loaded beside the model that is there, measured and let go again.
import type { ErrorRecord } from "../base/errors.ts";
import type { ModelSource } from "../config/model-source.ts";
import type { Quantization } from "../config/quantizations.ts";
import type { DownloadProgress } from "../sources/download-meter.ts";
import type { HubListing } from "../sources/hub-listing.ts";
import type { Batch, TokenizedExample } from "../tokens/batch.ts";
import type { RunShape } from "./budget-api.ts";

export interface ComparedForm {
  readonly quantization: Quantization;
  /** As in LoadRequest; of what is held as published it says nothing. */
  readonly quantizeHead: boolean;
}

export interface CompareRequest {
  /** Where the loaded model came from. */
  readonly source: ModelSource;
  /** For gated models, as in LoadRequest. */
  readonly token?: string;
  /** As in LoadRequest. */
  readonly listing?: HubListing;
  /** What "gptq" rounds with, as in LoadRequest. */
  readonly calibration?: readonly TokenizedExample[];
  /** In the order in which they are measured. The form that is loaded is not loaded again. */
  readonly forms: readonly ComparedForm[];
  /** Rows of which the first so many predicted tokens count, or one batch. */
  readonly over: { readonly rows: readonly TokenizedExample[]; readonly tokens: number } | Batch;
  /**
   * The training whose step is timed in each form, which is left out where that would not fit. Null: no step is timed, and
   * what fits is found by trying.
   */
  readonly run: RunShape | null;
  /** Whether the loss is measured once more by the programs that answer; absent: not. */
  readonly asChatted?: boolean;
}

export interface MeasuredForm {
  readonly form: ComparedForm;
  readonly bitsPerWeight: number;
  /** Of the weights on the engine. */
  readonly bytes: number;
  /** Nats per predicted token. */
  readonly loss: number;
  readonly tokens: number;
  /** The loss by the programs that answer, where it was asked for and these do not go layer by layer as those that train do. */
  readonly chatLoss?: number;
  /** Of a whole training step, what is accumulated included; null where none was asked for. */
  readonly stepMs: number | null;
}

export type CompareNews =
  /** Before the first form, where the files of the model come over a network. */
  | { readonly kind: "fetching"; readonly download: DownloadProgress }
  /** @property fraction of the load */
  | { readonly kind: "loading"; readonly form: ComparedForm; readonly fraction: number }
  /** @property tokens measured so far, of `of` */
  | { readonly kind: "measuring"; readonly form: ComparedForm; readonly tokens: number; readonly of: number }
  | { readonly kind: "timing"; readonly form: ComparedForm }
  | { readonly kind: "measured"; readonly found: MeasuredForm }
  | { readonly kind: "left-out"; readonly form: ComparedForm; readonly error: ErrorRecord };

/** "ended" where it was cancelled; what was measured until then has been told. */
export type CompareEnd = "done" | "ended";
