// Calls that look at the engine and at a model without changing anything, for scripts, checks and comparisons. Everything here survives structured clone.
import type { RunConfig } from "../config/run-config.ts";
import type { Batch } from "../tokens/batch.ts";
import type { Text } from "../words/message.ts";
import type { BenchReport, BenchRequest } from "./bench-api.ts";
import type { CompareEnd, CompareNews, CompareRequest } from "./compare-api.ts";

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

export interface LossResult {
  readonly loss: number;
  readonly tokenCount: number;
  /** Null for the base model: what is frozen has no gradient. */
  readonly gradNorm: number | null;
}

/** A run by its id, what a run so configured would start from, or null: the base. */
export type LossOf = string | RunConfig | null;

export interface DiagnosticsApi {
  probe(): Promise<EngineReport>;
  /** Logits after the last id, [vocabulary]; all finite. */
  logits(ids: readonly number[], runId: string | null): Promise<Float32Array>;
  /**
   * Mean loss over the batch's labels; when asked, also the gradients of what is trained, by the names that parameters have in PEFT.
   * @throws AtelierError `config/invalid` where the method does not fit the model
   */
  loss(batch: Batch, of: LossOf, gradients: boolean): Promise<LossResult & { readonly gradients?: Uint8Array }>;
  /** Times the stages on a shape with random weights, or on the loaded model. */
  bench(request: BenchRequest): Promise<BenchReport>;
  /**
   * Measures forms of the loaded model's weights one after the other; the model stays loaded and can be chatted with. A form that
   * fails or does not fit is told and left out. Runs wait until it has ended; a load ends it.
   * @throws AtelierError `run/busy`, `quality/nothing-to-measure`, and where the files or the engine cannot be had
   */
  compareForms(request: CompareRequest, onNews: (news: CompareNews) => void): Promise<CompareEnd>;
  cancelComparison(): Promise<void>;
}
