// A layer of a checkpoint on the host, whole or with some of its matrices rounded, and what comes into the first one: for work that goes
// through a model layer by layer.
import { entryOf } from "../../base/the.ts";
import { AtelierError } from "../../base/errors.ts";
import { embed } from "../../model/embed.ts";
import { heldForms, heldTensors, type HeldMatrix, type HeldTensor } from "../../model/held-weights.ts";
import { layerNumbers } from "../../model/prepare-weights.ts";
import { onEngine } from "../../model/quantization/form-schemes.ts";
import type { MatrixForm } from "../../model/quantization/forms.ts";
import { piecesOf } from "../../model/quantization/pieces.ts";
import type { EncodedMatrix } from "../../model/quantization/scheme.ts";
import type { ModelSpec } from "../../model/spec.ts";
import type { TensorReader } from "../../model/tensor-reader.ts";
import type { Engine } from "../../runtime/engine.ts";
import type { Batch } from "../../tokens/batch.ts";
import { encodedTensors, type LayerOnHost } from "../../train/calibration.ts";

export interface Checkpoint {
  readonly engine: Engine;
  readonly spec: ModelSpec;
  readonly reader: TensorReader;
}

/** The matrices of a layer, as numbers. */
export function matricesOf(spec: ModelSpec, layer: number): readonly HeldMatrix[] {
  const isMatrix = (held: HeldTensor): held is HeldMatrix => held.kind === "matrix";
  return [...heldTensors(spec, { quantization: "none" })].filter(isMatrix).filter(({ group }) => group === layer);
}

/** All of a layer in float32. */
export async function wholeLayer({ engine, spec, reader }: Checkpoint, layer: number): Promise<LayerOnHost> {
  const { layers } = heldForms(spec, { quantization: "none" }, engine.hasFloat16);
  return { forms: layers[layer] ?? {}, tensors: await layerNumbers(spec, reader, layer) };
}

/** The numbers of a matrix of {@link wholeLayer}, or of a piece of it. */
export function floatsOf(tensors: LayerOnHost["tensors"], name: string): Float32Array {
  const { data } = entryOf(tensors, `${name}.weight`);
  if (data instanceof Float32Array) return data;
  throw new AtelierError("internal/missing", { name });
}

export interface RoundedMatrix {
  readonly matrix: HeldMatrix;
  readonly form: MatrixForm;
  readonly pieces: readonly EncodedMatrix[];
}

/** The layer with some of its matrices rounded, the others and the vectors as they are. */
export function withRounded({ engine }: Pick<Checkpoint, "engine">, whole: LayerOnHost, rounded: readonly RoundedMatrix[]): LayerOnHost {
  const replaced = new Set(rounded.flatMap(({ matrix: { name, shape } }) => piecesOf(name, shape).map((piece) => `${piece.name}.weight`)));
  const forms = rounded.map(({ matrix, form }) => [matrix.name, onEngine(form, engine.hasFloat16)] as const);
  const tensors = rounded.flatMap(({ matrix: { name, shape }, form, pieces }) =>
    piecesOf(name, shape).flatMap((piece, at) =>
      encodedTensors(piece.name, form, pieces[at] ?? {}, [piece.shape.rows, piece.shape.columns]),
    ),
  );
  return {
    forms: { ...whole.forms, ...Object.fromEntries(forms) },
    tensors: new Map([...[...whole.tensors].filter(([name]) => !replaced.has(name)), ...tensors]),
  };
}

/** Elements read at once: 16 MiB of float32. */
const chunkElements = 2 ** 22;

/** The hidden states before the first layer. Of the table only the rows of the texts are kept, however large it is. */
export async function embedded({ spec, reader }: Checkpoint, batches: readonly Batch[]) {
  const rows = await rowsOf(spec, reader, new Set(batches.flatMap(({ ids }) => [...ids])));
  const embedding = { bytes: 0, copyRow: (id: number, target: Float32Array, at: number) => target.set(rows.get(id) ?? [], at) };
  const positions = spec.learnedPositions ? await reader.read(spec.names.positions) : null;
  return batches.map((batch) => ({ batch, embedded: embed({ spec, embedding, positions }, batch.ids, (at) => at % batch.seq) }));
}

async function rowsOf({ names, vocabularySize, hiddenSize }: ModelSpec, reader: TensorReader, ids: ReadonlySet<number>) {
  const found = new Map<number, Float32Array>();
  const step = Math.max(1, Math.floor(chunkElements / hiddenSize));
  for (let row = 0; row < vocabularySize; row += step) {
    const end = Math.min(row + step, vocabularySize);
    const wanted = [...ids].filter((id) => id >= row && id < end);
    if (wanted.length === 0) continue;
    const numbers = await reader.read(names.embedding, row, end);
    for (const id of wanted) found.set(id, numbers.slice((id - row) * hiddenSize, (id - row + 1) * hiddenSize));
  }
  return found;
}
