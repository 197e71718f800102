// Training from scratch: every weight of a model whose weights mean nothing yet. What is trained is the new model alone; on any other
// the settings of its shape would be settings of nothing.
import { AtelierError } from "../../base/errors.ts";
import type { NewModelShape } from "../../config/new-model.ts";
import type { ModelSpec } from "../spec.ts";
import type { AppliedMethod } from "./method.ts";
import { full } from "./selective.ts";

/** @throws AtelierError `config/invalid` where the model has another shape */
export function scratch(spec: ModelSpec, { width, depth, heads, context }: NewModelShape): AppliedMethod {
  const { hiddenSize, layers, heads: has, contextLength } = spec;
  if (hiddenSize !== width || layers !== depth || has !== heads || contextLength !== context)
    throw new AtelierError("config/invalid#not-new", { width, depth, heads, context });
  return { ...full(spec), kind: "scratch" };
}
