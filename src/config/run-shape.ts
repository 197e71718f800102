// What of a run configuration decides how much memory it takes and how long a step lasts.
import type { OptimizerConfig, RunConfig } from "./run-config.ts";

export function shapeOf({ data: { batchSize, accumulate, seqLength }, method, optimizer }: RunConfig) {
  return { batchSize, accumulate, seqLength, method, optimizer: optimizerShape(optimizer) };
}

/** The kind, and the momentum, without which some keep nothing. */
function optimizerShape(optimizer: OptimizerConfig): { readonly kind: OptimizerConfig["kind"]; readonly momentum?: number } {
  const { kind } = optimizer;
  return "momentum" in optimizer ? { kind, momentum: optimizer.momentum } : { kind };
}
