// What a run's configuration asks for, looked up in the tables of methods, objectives and optimizers.
import type { RunConfig } from "../config/run-config.ts";
import { applyMethod } from "../model/methods/methods.ts";
import type { ModelSpec } from "../model/spec.ts";
import { makeObjective } from "./objectives/objectives.ts";
import { optimizers } from "./optimizers/optimizers.ts";
import type { Training } from "./training.ts";

/** @throws AtelierError `config/invalid` where the method does not fit the model */
export function makeTraining(spec: ModelSpec, { data, method, objective, optimizer }: RunConfig): Training {
  return {
    method: applyMethod(spec, method),
    objective: makeObjective(objective),
    optimizer: optimizers[optimizer.kind],
    settings: optimizer,
    neftune: objective.neftune,
    seed: data.seed,
    precision: optimizer.precision,
  };
}
