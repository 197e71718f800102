// LoRA trainings whose B is not zero, so that every gradient flows, and their gradients as the host has them.
import { seededRandom } from "../../src/base/random.ts";
import type { AppliedMethod } from "../../src/model/methods/method.ts";
import type { NamedVectors } from "../../src/model/parameters.ts";
import type { ModelSpec } from "../../src/model/spec.ts";
import type { LoadedModel } from "../../src/model/weights.ts";
import { disposeAll, readFloats } from "../../src/runtime/engine.ts";
import type { Batch } from "../../src/tokens/batch.ts";
import { makeTraining } from "../../src/train/make-training.ts";
import { Trainer, type StepGradient } from "../../src/train/trainer.ts";
import { freshSnapshot, type Training } from "../../src/train/training.ts";
import { configWith, type Knobs } from "./configs.ts";

/** A training, and what its parameters start from. */
export interface Started {
  readonly training: Training;
  readonly parameters: NamedVectors;
}

/** @param knobs of LoRA on all linear layers with AdamW */
export function randomLora(spec: ModelSpec, knobs: Knobs): Started {
  const training = makeTraining(spec, configWith(knobs));
  return { training, parameters: randomParameters(training.method) };
}

export function randomParameters({ layout }: Pick<AppliedMethod, "layout">, spread = 0.2): NamedVectors {
  const random = seededRandom(6);
  return Object.fromEntries(layout.map(({ name, size }) => [name, Float32Array.from({ length: size }, () => spread * random.normal())]));
}

export function trainerOf(model: LoadedModel, { training, parameters }: Started): Promise<Trainer> {
  return Trainer.create(model, training, freshSnapshot(training, { parameters, fixed: {} }));
}

/** Of one step, its vectors by group. */
export async function gradientOf(
  model: LoadedModel,
  started: Started,
  batches: readonly Batch[],
): Promise<Omit<StepGradient, "gradient"> & { readonly vectors: NamedVectors }> {
  const trainer = await trainerOf(model, started);
  const { gradient, ...numbers } = await trainer.gradient(batches);
  const vectors: Record<string, Float32Array> = {};
  for (const [group, tensor] of Object.entries(gradient)) vectors[group] = (await readFloats(model.engine, tensor)).slice();
  disposeAll(gradient);
  await trainer.dispose();
  return { ...numbers, vectors };
}
