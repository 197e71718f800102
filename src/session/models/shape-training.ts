// The training of a run shape, for whoever times or plans steps of it: what has no part in time and memory takes its default.
import { parseStoredConfig } from "../../config/run-config.ts";
import type { LoadedModel } from "../../model/weights.ts";
import type { RunShape } from "../../protocol/budget-api.ts";
import { makeTraining } from "../../train/make-training.ts";
import type { Training } from "../../train/training.ts";
import { requireFittingBase, requirePrecision, type PrecisionEngine } from "../runs/run-checks.ts";

/** @throws AtelierError `config/invalid` where the method does not fit the model, or how its weights are held, or the engine the precision */
export function shapeTraining(
  model: Pick<LoadedModel, "spec" | "quantizationConfig"> & { readonly engine: PrecisionEngine },
  { method, objective, optimizer }: Pick<RunShape, "method" | "objective" | "optimizer">,
): Training {
  // A text to start from takes a tokenizer.
  const plain = method.kind === "prompt" ? { ...method, promptText: "" } : method;
  const training = makeTraining(model.spec, parseStoredConfig({ method: plain, objective, optimizer }));
  requireFittingBase(training.method, model);
  requirePrecision(optimizer, model.engine);
  return training;
}
