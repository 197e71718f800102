// What the times of a training step's stages are asked by, and how they are told.
import type { OwnQuantization } from "../config/quantizations.ts";
import type { BenchMemory, Budget, RunShape } from "./budget-api.ts";

export interface BenchStage {
  readonly ms: number;
  readonly gflops: number;
  readonly shareOfMatmul: number;
}

export interface BenchRequest {
  readonly shape: "smollm2-135m" | "loaded";
  /** Of a shape that is not loaded. */
  readonly quantization: OwnQuantization;
  readonly provider?: Budget["provider"];
  readonly run: RunShape;
}

export interface BenchReport {
  readonly ep: Budget["provider"];
  /** As in ModelInfo. */
  readonly fallback?: true;
  readonly matmulGflops: number;
  readonly stages: Readonly<Record<"blockForward" | "blockBackward" | "head" | "optimizer" | "step", BenchStage>>;
  readonly tokensPerSecond: number;
  readonly memory: BenchMemory;
}
