// What of a run configuration decides how much memory it takes and how long a step lasts.
import { fedKnobs } from "./optimizers.ts";
import type { DataConfig, MethodConfig, ObjectiveConfig, OptimizerConfig, RunConfig } from "./run-config.ts";

export interface RunShape extends Pick<DataConfig, "batchSize" | "accumulate" | "seqLength"> {
  readonly method: MethodConfig;
  readonly objective: ObjectiveConfig;
  readonly optimizer: OptimizerShape;
}

type WithoutFed<O> = O extends unknown ? Omit<O, keyof typeof fedKnobs> : never;
/** All but what a step is told as numbers. */
type OptimizerShape = WithoutFed<OptimizerConfig>;

export function shapeOf({ data: { batchSize, accumulate, seqLength }, method, objective, optimizer }: RunConfig): RunShape {
  return { batchSize, accumulate, seqLength, method, objective, optimizer: optimizerShape(optimizer) };
}

function optimizerShape(optimizer: OptimizerConfig): OptimizerShape {
  return Object.fromEntries(Object.entries(optimizer).filter(([name]) => !(name in fedKnobs))) as OptimizerShape;
}
