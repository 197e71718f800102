// The frozen weights of a loaded model as float32 numbers under the input names of graphs that hold them so, read back from where they
// lie, matrix by matrix: for programs that have them built in.
import { elementCount } from "../base/tensor.ts";
import type { GraphInput, GraphWeight } from "../graph/ir.ts";
import { readFloats } from "../runtime/engine.ts";
import { readMatrix } from "./base-numbers.ts";
import { headName, type LayerForms } from "./held-weights.ts";
import type { MatrixForm } from "./quantization/forms.ts";
import { piecesOf } from "./quantization/pieces.ts";
import type { MatrixShape } from "./quantization/scheme.ts";
import type { ModelSpec } from "./spec.ts";
import type { LoadedModel, NamedWeights } from "./weights.ts";

export const floatForm: MatrixForm = { kind: "float", dtype: "float32" };

export function floatForms({ linears }: Pick<ModelSpec, "linears">): LayerForms {
  return Object.fromEntries(linears.map(({ name }) => [name, floatForm]));
}

type Read = GraphWeight["read"];

/** @param group a layer by its number, or the head with the final norm */
export function floatReader(model: LoadedModel, group: number | "head"): (input: string) => Read {
  const { spec, engine } = model;
  const weights = (group === "head" ? model.head : model.layers[group]) as NamedWeights;
  const matrices = new Map<string, Read>();
  const add = (form: MatrixForm | undefined, name: string, shape: MatrixShape): void => {
    if (!form) return;
    for (const piece of piecesOf(name, shape))
      matrices.set(`${piece.name}.weight`, () => readMatrix(engine, weights, form, piece.name, piece.shape, [piece]));
  };
  if (group === "head") add(model.headForm, headName, { rows: spec.vocabularySize, columns: spec.hiddenSize });
  else
    for (const { name, inFeatures, outFeatures } of spec.linears)
      add(model.layerForms[group]?.[name], name, { rows: outFeatures, columns: inFeatures });
  return (input) => matrices.get(input) ?? (async () => (await readFloats(engine, weights[input] as NamedWeights[string])).slice());
}

/** Bytes of inputs of a graph. */
export function floatBytes(inputs: readonly GraphInput[]): number {
  return inputs.reduce((sum, { value }) => sum + 4 * elementCount(value.shape), 0);
}
