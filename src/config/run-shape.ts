// What of a run configuration decides how much memory it takes and how long a step lasts.
import type { DataConfig, MethodConfig, OptimizerConfig, RunConfig } from "./run-config.ts";

export interface RunShape extends Pick<DataConfig, "batchSize" | "accumulate" | "seqLength"> {
  readonly method: MethodConfig;
  readonly optimizer: OptimizerShape;
}

/** The kind, and the momentum, without which some keep nothing. */
interface OptimizerShape {
  readonly kind: OptimizerConfig["kind"];
  readonly momentum?: number;
}

export function shapeOf({ data: { batchSize, accumulate, seqLength }, method, optimizer }: RunConfig): RunShape {
  return { batchSize, accumulate, seqLength, method, optimizer: optimizerShape(optimizer) };
}

function optimizerShape(optimizer: OptimizerConfig): OptimizerShape {
  const { kind } = optimizer;
  return "momentum" in optimizer ? { kind, momentum: optimizer.momentum } : { kind };
}
