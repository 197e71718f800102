// Which matrices 4 bits cost most, measured: each alone is rounded, and what its layer gives is compared with what it would give. The most
// sensitive ones get 8 bits, as many as the bits per weight allow.
import { itemOf } from "../../base/the.ts";
import { mostSensitive, type SensitiveMatrix } from "../../model/quantization/most-sensitive.ts";
import { piecesOf } from "../../model/quantization/pieces.ts";
import { encodeWhole, quantizers } from "../../model/quantization/quantizers.ts";
import type { HeldMatrix } from "../../model/held-weights.ts";
import type { Batch } from "../../tokens/batch.ts";
import { Calibration, type LayerOnHost } from "../../train/calibration.ts";
import { macrotask } from "../listening.ts";
import { low, mixBits } from "./mix-bits.ts";
import { embedded, floatsOf, matricesOf, wholeLayer, withRounded, type Checkpoint, type RoundedMatrix } from "./layer-on-host.ts";

export interface MixRequest extends Checkpoint {
  readonly batches: readonly Batch[];
  readonly onProgress: (fraction: number, layers: number) => void;
  /** Throws where the work is not wanted any more. */
  readonly check: () => void;
}

/**
 * @returns the matrices for 8 bits, by their names in the checkpoint
 * @throws what the reader, the engine and `check` throw; nothing stays allocated
 */
export async function measureMix(request: MixRequest): Promise<readonly string[]> {
  const { engine, spec, batches, onProgress } = request;
  await using calibration = new Calibration(engine, spec, await embedded(request, batches));
  const found: SensitiveMatrix[] = [];
  for (let layer = 0; layer < spec.layers; layer++) {
    const whole = await wholeLayer(request, layer);
    const exact = await calibration.outputs(whole);
    const matrices = matricesOf(spec, layer);
    for (const [at, matrix] of matrices.entries()) {
      const outputs = await calibration.outputs(withRounded(request, whole, [rounded(matrix, whole)]));
      const elements = matrix.shape.rows * matrix.shape.columns;
      found.push({ name: matrix.tensor, elements, cost: difference(batches, exact, outputs) });
      onProgress((layer + (at + 1) / matrices.length) / spec.layers, layer);
      await macrotask();
      request.check();
    }
    await calibration.advance(whole);
  }
  return [...mostSensitive(found, mixBits(spec))];
}

function rounded(matrix: HeldMatrix, { tensors }: LayerOnHost): RoundedMatrix {
  const pieces = piecesOf(matrix.name, matrix.shape).map(({ name, shape }) => encodeWhole(low, floatsOf(tensors, name), shape));
  return { matrix, form: quantizers[low].form, pieces };
}

/** Mean over the tokens of ‖b − a‖² / ‖a‖². */
function difference(batches: readonly Batch[], a: readonly Float32Array[], b: readonly Float32Array[]): number {
  let [sum, tokens] = [0, 0];
  for (const [text, { attention }] of batches.entries()) {
    const [exact, other] = [itemOf(a, text), itemOf(b, text)];
    const width = exact.length / attention.length;
    for (const [token, isReal] of attention.entries()) {
      if (!isReal) continue;
      let [error, size] = [0, 0];
      for (let at = token * width; at < (token + 1) * width; at++) {
        error += ((other[at] as number) - (exact[at] as number)) ** 2;
        size += (exact[at] as number) ** 2;
      }
      sum += size === 0 ? 0 : error / size;
      tokens++;
    }
  }
  return sum / Math.max(1, tokens);
}
