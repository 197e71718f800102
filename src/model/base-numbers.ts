// The numbers of a loaded model, read back from where the engine holds them: some methods start from the weights (PiSSA from their
// singular vectors, DoRA from their norms). What is quantized comes as the float32 numbers that its codes stand for, which are those
// that the products are made with.
import { AtelierError } from "../base/errors.ts";
import { toFloat16 } from "../base/half.ts";
import type { DType } from "../base/tensor.ts";
import { readFloats, type DeviceTensor, type Engine, type TensorData } from "../runtime/engine.ts";
import { headName } from "./held-weights.ts";
import type { BaseNumbers } from "./methods/method.ts";
import { schemeOf } from "./quantization/form-schemes.ts";
import type { MatrixForm } from "./quantization/forms.ts";
import { piecesOf, type Piece } from "./quantization/pieces.ts";
import type { MatrixShape } from "./quantization/scheme.ts";
import type { LoadedModel, NamedWeights } from "./weights.ts";

/**
 * What it gives is the caller's.
 * @throws AtelierError `model/tensor-missing` where there is no tensor, or no row, of that name; and whatever the engine throws
 */
export function baseNumbers(model: LoadedModel): BaseNumbers {
  const { engine, spec } = model;
  const table = { rows: spec.vocabularySize, columns: spec.hiddenSize };
  const embedding = (ids?: readonly number[]): Promise<Float32Array> => Promise.resolve(embeddingRows(model, ids));
  return {
    weight: async (layer, linear) => {
      const slot = spec.linears.find(({ name }) => name === linear);
      const [form, weights] = [model.layerForms[layer]?.[linear], model.layers[layer]];
      if (!slot || !form || !weights) throw missing(`${layer}.${linear}`);
      return readMatrix(engine, weights, form, linear, { rows: slot.outFeatures, columns: slot.inFeatures });
    },
    vector: (layer, name) => readVector(engine, model.layers[layer], name),
    embedding,
    positions: () => model.positions?.slice() ?? new Float32Array(0),
    head: (name) => {
      if (name !== `${headName}.weight`) return readVector(engine, model.head, name);
      return spec.tiedHead ? embedding() : readMatrix(engine, model.head, model.headForm, headName, table);
    },
  };
}

/**
 * A matrix whose parts are the tensors `${name}.${part}`, [rows, columns] row-major.
 * @param form as the engine holds it
 * @param pieces as the loader cut it
 */
export async function readMatrix(
  engine: Engine,
  weights: NamedWeights,
  form: MatrixForm,
  name: string,
  shape: MatrixShape,
  pieces: readonly Piece[] = piecesOf(name, shape),
): Promise<Float32Array> {
  const out = new Float32Array(shape.rows * shape.columns);
  let at = 0;
  for (const piece of pieces) {
    const readRow = await rowReader(engine, weights, form, piece);
    for (let row = 0; row < piece.shape.rows; row++, at += shape.columns) readRow(row, out, at);
  }
  return out;
}

/** Writes a row of a piece to `target` from the element `at` on. */
export type RowReader = (row: number, target: Float32Array, at: number) => void;

/** Of a piece, whose parts are read at once and whose rows are decoded as they are asked for. */
export async function rowReader(engine: Engine, weights: NamedWeights, form: MatrixForm, { name, shape }: Piece): Promise<RowReader> {
  const scheme = schemeOf(form);
  const encoded: Record<string, TensorData> = {};
  for (const [part, { dtype }] of Object.entries(scheme.parts(shape)))
    encoded[part] = await readPart(engine, tensorOf(weights, `${name}.${part}`), dtype);
  return (row, target, at) => scheme.decodeRow(encoded, shape, row, target, at);
}

/** In the arrays that forms are decoded from; engines may give floats in others. */
async function readPart(engine: Engine, tensor: DeviceTensor, dtype: DType): Promise<TensorData> {
  if (dtype === "float32") return readFloats(engine, tensor);
  const data = await engine.read(tensor);
  if (dtype !== "float16" || data instanceof Uint16Array) return data;
  return toFloat16(Float32Array.from(data as Float64Array));
}

async function readVector(engine: Engine, weights: NamedWeights | undefined, name: string): Promise<Float32Array> {
  return (await readFloats(engine, tensorOf(weights, name))).slice();
}

function embeddingRows({ embedding, spec }: LoadedModel, ids?: readonly number[]): Float32Array {
  const { hiddenSize, vocabularySize, names } = spec;
  const out = new Float32Array((ids?.length ?? vocabularySize) * hiddenSize);
  for (let row = 0; row * hiddenSize < out.length; row++) {
    const id = ids ? (ids[row] as number) : row;
    if (!(Number.isInteger(id) && id >= 0 && id < vocabularySize)) throw missing(`${names.embedding}[${id}]`);
    embedding.copyRow(id, out, row * hiddenSize);
  }
  return out;
}

function tensorOf(weights: NamedWeights | undefined, name: string): DeviceTensor {
  const tensor = weights?.[name];
  if (!tensor) throw missing(name);
  return tensor;
}

function missing(tensor: string): AtelierError {
  return new AtelierError("model/tensor-missing#asked", { tensor });
}
