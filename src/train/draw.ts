// What is drawn at random for one micro-batch of a step: masks of dropout and noise on embeddings. Seed, step and place within the step
// say all of it, so that a resumed run draws what the uninterrupted one would have.
import { itemOf } from "../base/the.ts";
import { seedOf } from "../base/random.ts";
import { dropoutKey, dropoutNumbers, maskNumbers } from "../graph/dropout-mask.ts";
import type { ModelSpec } from "../model/spec.ts";
import { maskInputs, maskSizes } from "../model/stages/dropout.ts";
import type { DeviceTensor } from "../runtime/engine.ts";
import type { TensorOwner } from "../runtime/tensor-owner.ts";

export interface Draw {
  /** Of the run. */
  readonly seed: number;
  /** Steps done before. */
  readonly step: number;
  /** Place of the micro-batch within the step. */
  readonly microBatch: number;
}

/** Of what is not a mask. */
export function drawSeed({ seed, step, microBatch }: Draw): number {
  return seedOf(seed, step, microBatch);
}

/**
 * The feeds of {@link maskInputs}, by layer.
 * @param tokens of the micro-batch
 */
export function uploadMaskNumbers(
  owner: TensorOwner,
  spec: ModelSpec,
  { seed, step, microBatch }: Draw,
  tokens: number,
): (layer: number) => Readonly<Record<string, DeviceTensor>> {
  const sizes = maskSizes(spec, tokens);
  const upload = (numbers: Float32Array): DeviceTensor => owner.upload("float32", [numbers.length / maskNumbers, maskNumbers], numbers);
  const side = (which: "rows" | "columns"): DeviceTensor => upload(dropoutNumbers(seed, step, microBatch, which, sizes[which]));
  const shared = { [maskInputs.rows]: side("rows"), [maskInputs.columns]: side("columns") };
  const keys = Array.from({ length: spec.layers }, (_, layer) => {
    const own = spec.linears.map((_slot, linear) => dropoutKey(seed, step, microBatch, layer, linear));
    return upload(Float32Array.from(own.flatMap((key) => [...key])));
  });
  return (layer) => ({ ...shared, [maskInputs.keys]: itemOf(keys, layer) });
}
