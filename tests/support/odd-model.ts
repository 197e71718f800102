// Opens a model of odd shapes with random weights, and a batch that goes with it.
import { blobSource } from "../../src/base/byte-source.ts";
import { seededRandom } from "../../src/base/random.ts";
import type { Quantization } from "../../src/config/quantizations.ts";
import { openSafetensors, readTensor } from "../../src/interchange/safetensors.ts";
import { parseModelConfig } from "../../src/model/architectures.ts";
import { loadModel, type LoadedModel } from "../../src/model/weights.ts";
import type { Engine } from "../../src/runtime/engine.ts";
import { collate } from "../../src/tokens/batches.ts";
import type { Batch } from "../../src/tokens/batch.ts";
import { tinyWeights } from "./tiny-model.ts";

export async function openOddModel(
  engine: Engine,
  config: Readonly<Record<string, unknown>>,
  quantization: Quantization = "none",
): Promise<LoadedModel> {
  const weights = await openSafetensors(blobSource("odd", new Blob([tinyWeights(config)])));
  const shapes = new Map([...weights.tensors].map(([name, { shape }]) => [name, shape]));
  const read = (...range: [string, ...number[]]) => readTensor(weights, ...range);
  return loadModel(engine, parseModelConfig(config), { shapes, read }, { quantization, quantizeHead: quantization !== "none" });
}

/** Ids of the odd models' vocabulary of 67. */
export function oddIds(length: number, seed = 3): number[] {
  const random = seededRandom(seed);
  return Array.from({ length }, () => Math.floor(random.uniform() * 67));
}

/** Rows of 7 and 5 tokens; the first two of each are not learned. */
export function oddBatch(): Batch {
  const rows = [oddIds(7, 4), oddIds(5, 5)].map((ids, line) => {
    return { line, ids: Int32Array.from(ids), labels: Int32Array.from(ids, (id, at) => (at < 2 ? -100 : id)) };
  });
  return collate(rows, 64);
}
