// GPTQ over a whole model: layer by layer, with what the layers before make of the calibration's texts once they are rounded. What
// comes out is a checkpoint's matrices in a form that is held as it is.
import { AtelierError } from "../base/errors.ts";
import { embed } from "../model/embed.ts";
import { heldForms, heldTensors, type HeldMatrix, type HeldTensor } from "../model/held-weights.ts";
import { layerNumbers } from "../model/prepare-weights.ts";
import { onEngine } from "../model/quantization/form-schemes.ts";
import { gptqEncoder, gptqForm } from "../model/quantization/gptq-encoder.ts";
import { piecesOf, type Piece } from "../model/quantization/pieces.ts";
import type { EncodedMatrix } from "../model/quantization/scheme.ts";
import type { ModelSpec } from "../model/spec.ts";
import type { PublishedMatrix, TensorReader } from "../model/tensor-reader.ts";
import type { Engine } from "../runtime/engine.ts";
import type { Batch } from "../tokens/batch.ts";
import { Calibration, encodedTensors, type Gram, type LayerOnHost } from "../train/calibration.ts";
import type { CalibrationStore, LayerCodes } from "./calibration-store.ts";
import { macrotask } from "./exclusive.ts";

export interface CalibrationRequest {
  readonly engine: Engine;
  readonly spec: ModelSpec;
  readonly reader: TensorReader;
  readonly batches: readonly Batch[];
  readonly store: CalibrationStore | null;
  /** @param fraction of all layers @param layers that were rounded now, not found */
  readonly onProgress: (fraction: number, layers: number) => void;
  /** Throws where the work is not wanted any more. */
  readonly check: () => void;
}

/** The layer at which the rounding is. */
interface Current {
  readonly layer: number;
  readonly matrices: readonly HeldMatrix[];
  readonly whole: LayerOnHost;
  readonly codes: LayerCodes;
}

/**
 * Layers are rounded when they are first asked for, in their order: so that they can be placed, stored and let go one after the other,
 * and a checkpoint is read once.
 */
export class Rounding implements AsyncDisposable {
  readonly #request: CalibrationRequest;
  #calibration: Calibration | undefined;
  #current: Promise<Current> | undefined;
  #at = -1;
  #rounded = 0;

  constructor(request: CalibrationRequest) {
    this.#request = request;
  }

  /** The matrices of all layers by their names in the checkpoint. */
  matrices(): ReadonlyMap<string, PublishedMatrix> {
    const { spec } = this.#request;
    const found = new Map<string, PublishedMatrix>();
    for (let layer = 0; layer < spec.layers; layer++) {
      for (const matrix of matricesOf(spec, layer)) {
        found.set(matrix.tensor, {
          form: gptqForm,
          name: "GPTQ",
          read: async (fromRow) => (await this.#layer(layer)).codes.get(matrix.tensor)?.[pieceAt(matrix, fromRow)] ?? {},
          numbers: async (fromRow) => numbersOf((await this.#layer(layer)).whole, matrix, pieceAt(matrix, fromRow)),
        });
      }
    }
    return found;
  }

  /** @throws AtelierError `model/reader` where layers are asked for out of their order */
  #layer(layer: number): Promise<Current> {
    if (layer === this.#at && this.#current) return this.#current;
    if (layer !== this.#at + 1)
      throw new AtelierError("model/reader", { tensor: this.#request.spec.names.layer(layer), found: layer, expected: this.#at + 1 });
    this.#at = layer;
    this.#current = this.#next(layer, this.#current);
    return this.#current;
  }

  async #next(layer: number, before: Promise<Current> | undefined): Promise<Current> {
    const { engine, spec, reader, batches, store, onProgress } = this.#request;
    this.#calibration ??= new Calibration(engine, spec, await embedded(spec, reader, batches));
    const previous = await before;
    if (previous) await this.#calibration.advance(asHeld(this.#request, previous));
    const [matrices, whole] = [matricesOf(spec, layer), await wholeLayer(this.#request, layer)];
    const known = (await store?.read(layer)) ?? null;
    const codes = known ?? (await round(this.#request, matrices, whole, await this.#calibration.grams(whole), layer));
    if (!known) {
      this.#rounded++;
      // A disk that is full costs only what would be saved after an interruption.
      await store?.write(layer, codes).catch(() => undefined);
    }
    onProgress((layer + 1) / spec.layers, this.#rounded);
    return { layer, matrices, whole, codes };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#current?.catch(() => undefined);
    await this.#calibration?.[Symbol.asyncDispose]();
  }
}

function pieceAt({ name, shape }: HeldMatrix, row: number): number {
  const [{ shape: first }] = piecesOf(name, shape) as [Piece];
  return Math.floor(row / first.rows);
}

function numbersOf({ tensors }: LayerOnHost, { name, shape }: HeldMatrix, piece: number): Float32Array {
  return tensors.get(`${piecesOf(name, shape)[piece]?.name}.weight`)?.data as Float32Array;
}

function matricesOf(spec: ModelSpec, layer: number): readonly HeldMatrix[] {
  const isMatrix = (held: HeldTensor): held is HeldMatrix => held.kind === "matrix";
  return [...heldTensors(spec, { quantization: "none" })].filter(isMatrix).filter(({ group }) => group === layer);
}

async function wholeLayer({ engine, spec, reader }: CalibrationRequest, layer: number): Promise<LayerOnHost> {
  const { layers } = heldForms(spec, { quantization: "none" }, engine.hasFloat16);
  return { forms: layers[layer] ?? {}, tensors: await layerNumbers(spec, reader, layer) };
}

async function round(
  { check, onProgress, spec }: CalibrationRequest,
  matrices: readonly HeldMatrix[],
  { tensors }: LayerOnHost,
  grams: readonly Gram[],
  layer: number,
): Promise<LayerCodes> {
  const codes = new Map<string, EncodedMatrix[]>();
  for (const { linears, width, sum } of grams) {
    const encode = gptqEncoder(sum, width);
    for (const { name, tensor, shape } of matrices.filter((matrix) => linears.includes(matrix.name))) {
      const pieces: EncodedMatrix[] = [];
      for (const piece of piecesOf(name, shape)) {
        pieces.push(encode(tensors.get(`${piece.name}.weight`)?.data as Float32Array, piece.shape.rows));
        await macrotask();
        check();
      }
      codes.set(tensor, pieces);
      onProgress((layer + codes.size / (matrices.length + 1)) / spec.layers, 0);
    }
  }
  return codes;
}

/** The layer as it will be held: its vectors as they are, its matrices rounded. */
function asHeld({ engine }: CalibrationRequest, { matrices, whole, codes }: Current): LayerOnHost {
  const replaced = new Set(matrices.flatMap(({ name, shape }) => piecesOf(name, shape).map((piece) => `${piece.name}.weight`)));
  const vectors = [...whole.tensors].filter(([name]) => !replaced.has(name));
  const rounded = matrices.flatMap(({ name, tensor, shape }) =>
    piecesOf(name, shape).flatMap((piece, at) =>
      encodedTensors(piece.name, gptqForm, codes.get(tensor)?.[at] ?? {}, [piece.shape.rows, piece.shape.columns]),
    ),
  );
  const held = onEngine(gptqForm, engine.hasFloat16);
  return { forms: Object.fromEntries(matrices.map(({ name }) => [name, held])), tensors: new Map([...vectors, ...rounded]) };
}

/** Elements read at once: 16 MiB of float32. */
const chunkElements = 2 ** 22;

/** The hidden states before the first layer. Of the table only the rows of the texts are kept, however large it is. */
async function embedded(spec: ModelSpec, reader: TensorReader, batches: readonly Batch[]) {
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
