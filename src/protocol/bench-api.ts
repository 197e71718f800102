// What the times of a training step's stages are asked by, and how they are told.
import type { OwnQuantization } from "../config/quantizations.ts";
import type { BenchMemory, RunShape } from "./budget-api.ts";
import type { ExecutionProvider } from "./engine-api.ts";

export interface BenchStage {
  readonly ms: number;
  readonly gflops: number;
  readonly shareOfMatmul: number;
}

export interface BenchRequest {
  readonly shape: "smollm2-135m" | "loaded";
  /** Of a shape that is not loaded. */
  readonly quantization: OwnQuantization;
  readonly provider?: ExecutionProvider;
  readonly run: RunShape;
}

export interface BenchReport {
  readonly ep: ExecutionProvider;
  /** As in ModelInfo. */
  readonly fallback?: true;
  readonly matmulGflops: number;
  readonly stages: Readonly<Record<"blockForward" | "blockBackward" | "head" | "optimizer" | "step", BenchStage>>;
  readonly tokensPerSecond: number;
  readonly memory: BenchMemory;
}
