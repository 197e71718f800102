// The reference numbers of methods, optimizers and objectives (real PEFT, Hugging Face and PyTorch) on the tied Llama, and the one check
// that all of them get: loss, every gradient under its name in files, and the losses of five AdamW steps.
import { expect } from "vitest";
import { blobSource } from "../../src/base/byte-source.ts";
import { seededRandom } from "../../src/base/random.ts";
import { groupTensors } from "../../src/interchange/adapter-tensors.ts";
import { fileTensors, split } from "../../src/interchange/file-tensors.ts";
import { openSafetensors, readTensor, type SafetensorsFile } from "../../src/interchange/safetensors.ts";
import { baseNumbers } from "../../src/model/base-numbers.ts";
import type { NamedVectors, ParameterLayout } from "../../src/model/parameters.ts";
import { disposeAll, readFloats, type Engine } from "../../src/runtime/engine.ts";
import { makeTraining } from "../../src/train/make-training.ts";
import type { Optimizer } from "../../src/train/optimizers/optimizer.ts";
import { learningRateAt } from "../../src/train/schedule.ts";
import { Trainer } from "../../src/train/trainer.ts";
import { freshSnapshot, type Training } from "../../src/train/training.ts";
import numbersUrl from "../fixtures/goldens/methods/numbers.safetensors?url";
import methodsJson from "../fixtures/goldens/methods/methods.json";
import { relativeError, type Golden } from "./goldens.ts";
import { goldenConfig } from "./method-config.ts";

export { goldenConfig };

export const references = methodsJson;

const same = (tensor: string): string => tensor;

let opened: Promise<SafetensorsFile> | undefined;

/** Tensors by names such as "dora.grad.base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight". */
export function methodNumbers(): Promise<SafetensorsFile> {
  opened ??= fetch(numbersUrl)
    .then((response) => response.blob())
    .then((blob) => openSafetensors(blobSource("numbers.safetensors", blob)));
  return opened;
}

export interface ReferenceRun {
  readonly loss: number;
  readonly grad_norm?: number;
  readonly adamw?: {
    readonly losses: readonly number[] /** After the last step; absent where it is not what is measured after it. */;
    readonly final_loss?: number;
  };
}

export interface MethodCheck {
  /** Sections of the configuration; the optimizer is that of the goldens if absent. */
  readonly sections: Readonly<Record<string, unknown>>;
  /** Where start values and gradients lie: `${tag}.init.` and `${tag}.grad.`. */
  readonly tag: string;
  readonly expected: ReferenceRun;
  /** Values of tensors that the tag has no start values for, e.g. those of the golden's own adapter. */
  readonly start?: ((tensor: string) => Promise<Float32Array | undefined>) | undefined;
  /** What the golden calls a tensor, where files call it otherwise. */
  readonly nameOf?: (tensor: string) => string;
  /** Not all gradients are recorded: those that are must be there and equal. */
  readonly someGradients?: boolean;
  /** Instead of the configured one. */
  readonly optimizer?: Optimizer;
  /** Of the optimizer, beyond its knobs. */
  readonly settings?: Readonly<Record<string, number | boolean>>;
  /** Tolerance of losses on the way; 2e-5 if absent. */
  readonly lossTolerance?: number;
}

/** Starts as the reference did, and compares loss, gradients and the way of five steps. */
export async function checkMethod({ model, batch }: Pick<Golden, "model" | "batch">, check: MethodCheck): Promise<void> {
  const config = goldenConfig(check.sections);
  const made = makeTraining(model.spec, config);
  const training = { ...made, optimizer: check.optimizer ?? made.optimizer, settings: { ...made.settings, ...check.settings } };
  const trainer = await startedTrainer(model, training, check);
  try {
    await checkGradient(trainer, training.method.layout, model.engine, batch, check);
    const { adamw, loss } = check.expected;
    const tolerance = check.lossTolerance ?? 2e-5;
    for (const [step, expected] of (adamw?.losses ?? [loss]).entries()) {
      const result = await trainer.update([batch], learningRateAt(step, config.stopping.steps, config.optimizer));
      expect(Math.abs(result.loss - expected), `loss of step ${step}`).toBeLessThan(tolerance);
    }
    if (adamw?.final_loss !== undefined)
      expect(Math.abs((await trainer.evaluate([batch])) - adamw.final_loss), "final loss").toBeLessThan(tolerance);
  } finally {
    await trainer.dispose();
  }
}

async function startedTrainer(model: Golden["model"], training: Training, { tag, start, nameOf = same }: MethodCheck): Promise<Trainer> {
  const numbers = await methodNumbers();
  const own = await training.method.start(baseNumbers(model), seededRandom(1));
  const value = async (tensor: string): Promise<Float32Array | undefined> => {
    const name = `${tag}.init.${nameOf(tensor)}`;
    return numbers.tensors.has(name) ? readTensor(numbers, name) : start?.(tensor);
  };
  const parameters = await overwritten(training.method.layout, own.parameters, value);
  const fixed = await overwritten(training.method.fixed, own.fixed, value);
  return Trainer.create(model, training, freshSnapshot(training, { parameters, fixed }));
}

async function overwritten(
  layout: ParameterLayout,
  vectors: NamedVectors,
  value: (tensor: string) => Promise<Float32Array | undefined>,
): Promise<NamedVectors> {
  const out = Object.fromEntries(Object.entries(vectors).map(([name, flat]) => [name, flat.slice()]));
  for (const file of fileTensors(layout)) {
    const given = await value(file.tensor);
    if (given) split(file, given, out);
  }
  return out;
}

async function checkGradient(
  trainer: Trainer,
  layout: ParameterLayout,
  engine: Engine,
  batch: Golden["batch"],
  { tag, expected, someGradients, nameOf = same }: MethodCheck,
): Promise<void> {
  const { loss, gradNorm, gradient } = await trainer.gradient([batch]);
  const vectors: Record<string, Float32Array> = {};
  for (const [group, tensor] of Object.entries(gradient)) vectors[group] = (await readFloats(engine, tensor)).slice();
  disposeAll(gradient);
  expect(Math.abs(loss - expected.loss), "loss").toBeLessThan(1e-5);
  if (expected.grad_norm !== undefined) expect(Math.abs(gradNorm / expected.grad_norm - 1), "gradient norm").toBeLessThan(1e-4);
  const numbers = await methodNumbers();
  const recorded = [...numbers.tensors.keys()].filter((name) => name.startsWith(`${tag}.grad.`)).toSorted();
  const tensors = groupTensors(layout, vectors).map((tensor) => ({ ...tensor, name: nameOf(tensor.name) }));
  if (!someGradients && recorded.length > 0) expect(tensors.map(({ name }) => `${tag}.grad.${name}`)).toEqual(recorded);
  const byName = new Map(tensors.map(({ name, data }) => [name, data]));
  for (const name of recorded) {
    const data = byName.get(name.slice(`${tag}.grad.`.length));
    expect(data, name).toBeDefined();
    expect(relativeError(data ?? [], await readTensor(numbers, name)), name).toBeLessThan(1e-4);
  }
}
