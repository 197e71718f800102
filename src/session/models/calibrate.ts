// GPTQ over a whole model: layer by layer, with what the layers before make of the calibration's texts once they are rounded. What
// comes out is a checkpoint's matrices in a form that is held as it is.
import { itemOf } from "../../base/the.ts";
import { AtelierError } from "../../base/errors.ts";
import type { HeldMatrix } from "../../model/held-weights.ts";
import { calibratedForm, inEightBits } from "../../model/quantization/calibrated-form.ts";
import { gptqEncoder } from "../../model/quantization/gptq-encoder.ts";
import { piecesOf } from "../../model/quantization/pieces.ts";
import { encodeWhole } from "../../model/quantization/quantizers.ts";
import type { EncodedMatrix } from "../../model/quantization/scheme.ts";
import type { PublishedMatrix } from "../../model/tensor-reader.ts";
import type { Batch } from "../../tokens/batch.ts";
import { Calibration, type Gram, type LayerOnHost } from "../../train/calibration.ts";
import type { CalibrationStore, LayerCodes } from "./calibration-store.ts";
import { macrotask } from "../listening.ts";
import { embedded, floatsOf, matricesOf, wholeLayer, withRounded, type Checkpoint } from "./layer-on-host.ts";

export interface CalibrationRequest extends Checkpoint {
  readonly batches: readonly Batch[];
  readonly store: CalibrationStore | null;
  /** @param fraction of all layers @param layers that were rounded now, not found; a part of the one under way counts */
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
          form: calibratedForm(matrix.name),
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
    const { engine, spec, batches, store, onProgress } = this.#request;
    this.#calibration ??= new Calibration(engine, spec, await embedded(this.#request, batches));
    const previous = await before;
    if (previous) await this.#calibration.advance(asHeld(this.#request, previous));
    const [matrices, whole] = [matricesOf(spec, layer), await wholeLayer(this.#request, layer)];
    const known = (await store?.read(layer)) ?? null;
    const codes = known ?? (await this.#round(matrices, whole, await this.#calibration.grams(whole), layer));
    if (!known) {
      this.#rounded++;
      // A disk that is full costs only what would be saved after an interruption.
      await store?.write(layer, codes).catch(() => undefined);
    }
    onProgress((layer + 1) / spec.layers, this.#rounded);
    return { layer, matrices, whole, codes };
  }

  async #round(matrices: readonly HeldMatrix[], { tensors }: LayerOnHost, grams: readonly Gram[], layer: number): Promise<LayerCodes> {
    const { check, onProgress, spec } = this.#request;
    const codes = new Map<string, EncodedMatrix[]>();
    for (const { linears, width, sum } of grams) {
      const encode = gptqEncoder(sum, width);
      for (const { name, tensor, shape } of matrices.filter((matrix) => linears.includes(matrix.name))) {
        const pieces: EncodedMatrix[] = [];
        for (const piece of piecesOf(name, shape)) {
          const numbers = floatsOf(tensors, piece.name);
          pieces.push(inEightBits(name) ? encodeWhole("int8", numbers, piece.shape) : encode(numbers, piece.shape.rows));
          await macrotask();
          check();
        }
        codes.set(tensor, pieces);
        const share = codes.size / (matrices.length + 1);
        onProgress((layer + share) / spec.layers, this.#rounded + share);
      }
    }
    return codes;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#current?.catch(() => undefined);
    await this.#calibration?.[Symbol.asyncDispose]();
  }
}

function pieceAt({ name, shape }: HeldMatrix, row: number): number {
  const { shape: first } = itemOf(piecesOf(name, shape), 0);
  return Math.floor(row / first.rows);
}

function numbersOf({ tensors }: LayerOnHost, { name, shape }: HeldMatrix, piece: number): Float32Array {
  return floatsOf(tensors, itemOf(piecesOf(name, shape), piece).name);
}

/** The layer as it will be held. */
function asHeld(request: CalibrationRequest, { matrices, whole, codes }: Current): LayerOnHost {
  const rounded = matrices.map((matrix) => ({ matrix, form: calibratedForm(matrix.name), pieces: codes.get(matrix.tensor) ?? [] }));
  return withRounded(request, whole, rounded);
}
