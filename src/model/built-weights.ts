// The frozen weights of a loaded model as programs have them built in, under the input names of graphs that hold them so: read back from
// where they lie, matrix by matrix, and never more than one of them at a time.
import { byteLength } from "../base/tensor.ts";
import { itemOf } from "../base/the.ts";
import type { GraphInput, GraphWeight } from "../graph/ir.ts";
import { readFloats } from "../runtime/engine.ts";
import { rowReader, type RowReader } from "./base-numbers.ts";
import { headName, type LayerForms } from "./held-weights.ts";
import { schemeOf } from "./quantization/form-schemes.ts";
import type { FloatForm, MatrixForm, RowsForm } from "./quantization/forms.ts";
import { piecesOf } from "./quantization/pieces.ts";
import { encodeRows } from "./quantization/rows-form.ts";
import type { MatrixShape } from "./quantization/scheme.ts";
import type { ModelSpec } from "./spec.ts";
import type { LoadedModel, NamedWeights } from "./weights.ts";

/** How programs have the frozen matrices built in; all else is float32. */
export type BuiltForm = (FloatForm & { readonly dtype: "float32" }) | RowsForm;

export const floatForm: BuiltForm = { kind: "float", dtype: "float32" };

/** Measured: docs/performance.md. */
export const chatForm: BuiltForm = { kind: "rows", activationParts: 2 };

type Built = Readonly<Record<string, Float32Array | Uint8Array>>;
type Encode = (shape: MatrixShape, readRow: RowReader) => Built;

const encoders: { readonly [Kind in BuiltForm["kind"]]: Encode } = {
  float: ({ rows, columns }, readRow) => {
    const weight = new Float32Array(rows * columns);
    for (let row = 0; row < rows; row++) readRow(row, weight, row * columns);
    return { weight };
  },
  rows: encodeRows,
};

export function builtForms({ linears }: Pick<ModelSpec, "linears">, form: BuiltForm): LayerForms {
  return Object.fromEntries(linears.map(({ name }) => [name, form]));
}

type Read = GraphWeight["read"];

/** @param group a layer by its number, or the head with the final norm */
export function builtReader(model: LoadedModel, group: number | "head", form: BuiltForm): (input: string) => Read {
  const { spec, engine } = model;
  const weights = group === "head" ? model.head : itemOf(model.layers, group);
  const parts = new Map<string, Read>();
  const add = (held: MatrixForm | undefined, name: string, shape: MatrixShape): void => {
    if (!held) return;
    for (const piece of piecesOf(name, shape)) {
      const make = async (): Promise<Built> => encoders[form.kind](piece.shape, await rowReader(engine, weights, held, piece));
      for (const [part, read] of inParts(Object.keys(schemeOf(form).parts(piece.shape)), make)) parts.set(`${piece.name}.${part}`, read);
    }
  };
  if (group === "head") add(model.headForm, headName, { rows: spec.vocabularySize, columns: spec.hiddenSize });
  else
    for (const { name, inFeatures, outFeatures } of spec.linears)
      add(model.layerForms[group]?.[name], name, { rows: outFeatures, columns: inFeatures });
  return (input) => parts.get(input) ?? (async () => (await readFloats(engine, weights[input] as NamedWeights[string])).slice());
}

/** Made when the first is asked for, and let go when all were. */
function inParts(names: readonly string[], make: () => Promise<Built>): readonly (readonly [string, Read])[] {
  let made: Promise<Built> | undefined;
  const given = new Set<string>();
  const read = async (name: string): Promise<Built[string]> => {
    made ??= make();
    try {
      return (await made)[name] as Built[string];
    } catch (error) {
      made = undefined;
      throw error;
    } finally {
      given.add(name);
      if (given.size === names.length) {
        given.clear();
        made = undefined;
      }
    }
  };
  return names.map((name) => [name, () => read(name)]);
}

/** Bytes of inputs of a graph. */
export function builtBytes(inputs: readonly GraphInput[]): number {
  return inputs.reduce((sum, { value: { dtype, shape } }) => sum + byteLength(dtype, shape), 0);
}
