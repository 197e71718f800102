// What of a run configuration decides how much memory it takes and how long a step lasts.
import type { RunConfig } from "./run-config.ts";

export function shapeOf({ data: { batchSize, accumulate, seqLength }, method, optimizer }: RunConfig) {
  return { batchSize, accumulate, seqLength, method, optimizer: optimizer.kind };
}
