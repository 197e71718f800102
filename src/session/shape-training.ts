// The training of a run shape, for whoever times or plans steps of it: what has no part in time and memory takes its default.
import { parseStoredConfig } from "../config/run-config.ts";
import type { ModelSpec } from "../model/spec.ts";
import type { RunShape } from "../protocol/budget-api.ts";
import { makeTraining } from "../train/make-training.ts";
import type { Training } from "../train/training.ts";

/** @throws AtelierError `config/invalid` where the method does not fit the model */
export function shapeTraining(spec: ModelSpec, { method, optimizer }: Pick<RunShape, "method" | "optimizer">): Training {
  // A text to start from takes a tokenizer.
  const plain = method.kind === "prompt" ? { ...method, promptText: "" } : method;
  return makeTraining(spec, parseStoredConfig({ method: plain, optimizer }));
}
