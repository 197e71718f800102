// Trainings of odd models on the float64 reference engine: parameters on a grid that float32 holds exactly when a step is added, the loss
// anywhere near them, and derivatives by fourth-order central differences.
import { seededRandom } from "../../src/base/random.ts";
import { baseNumbers } from "../../src/model/base-numbers.ts";
import type { NamedVectors } from "../../src/model/parameters.ts";
import { uploadTuned } from "../../src/model/tuned-stages.ts";
import type { LoadedModel } from "../../src/model/weights.ts";
import { disposeAll, readFloats } from "../../src/runtime/engine.ts";
import { createReferenceEngine } from "../../src/runtime/reference/reference-engine.ts";
import { TensorOwner } from "../../src/runtime/tensor-owner.ts";
import type { Batch } from "../../src/tokens/batch.ts";
import { collate } from "../../src/tokens/batches.ts";
import { Network } from "../../src/train/network.ts";
import { Trainer } from "../../src/train/trainer.ts";
import { freshSnapshot, type Training } from "../../src/train/training.ts";
import { placeTiny } from "./base-numbers.ts";
import { randoms } from "./finite-differences.ts";

export async function oddModel(config: Readonly<Record<string, unknown>>, quantization: "int4" | "none" = "int4"): Promise<LoadedModel> {
  const { model } = await placeTiny(createReferenceEngine(), config, { quantization, quantizeHead: quantization !== "none" });
  return model;
}

const random = seededRandom(3);
/** Rows of 9 and 4 tokens, of which the first two are not learned. */
export const oddBatch: Batch = collate(
  [9, 4].map((length, line) => {
    const row = Array.from({ length }, () => random.below(67));
    return { line, ids: Int32Array.from(row), labels: Int32Array.from(row, (id, at) => (at < 2 ? -100 : id)) };
  }),
  64,
);

/** What a method starts from, every number moved by up to `spread` times a normal one. */
export async function movedStart(model: LoadedModel, { method }: Training, spread: number) {
  const { parameters, fixed } = await method.start(baseNumbers(model), seededRandom(1));
  const moved = Object.entries(parameters).map(([name, flat], at) => {
    const by = randoms(flat.length, 7 + at, false);
    return [name, flat.map((value, index) => Math.round((value + spread * (by[index] ?? 0)) * 4096) / 4096)] as const;
  });
  return { parameters: Object.fromEntries(moved) as NamedVectors, fixed };
}

export type Start = Awaited<ReturnType<typeof movedStart>>;

export interface At {
  readonly loss: number;
  readonly gradient: NamedVectors;
}

/** Loss and gradient of a training's step there. */
export async function lossAt(model: LoadedModel, training: Training, start: Start, use?: "training" | "evaluation", step = 0): Promise<At> {
  const trainer = await Trainer.create(model, training, { ...freshSnapshot(training, start), step });
  try {
    const { loss, gradient } = await trainer.gradient([oddBatch], use);
    const vectors: Record<string, Float32Array> = {};
    for (const [name, tensor] of Object.entries(gradient)) vectors[name] = Float32Array.from(await readFloats(model.engine, tensor));
    disposeAll(gradient);
    return { loss, gradient: vectors };
  } finally {
    await trainer.dispose();
  }
}

/** A direction on a grid of eighths, along every seventh number: along all of them a step would lead too far. */
export function directionOf(parameters: NamedVectors, seed: number): NamedVectors {
  const rows = Object.entries(parameters).map(([name, flat], at) => {
    const by = randoms(flat.length, seed + at, false);
    return [name, by.map((value, place) => (place % 7 === seed % 7 ? Math.round(value * 8) / 8 : 0))] as const;
  });
  return Object.fromEntries(rows);
}

export function moved(parameters: NamedVectors, direction: NamedVectors, by: number): NamedVectors {
  const rows = Object.entries(parameters).map(
    ([name, flat]) => [name, flat.map((value, at) => value + by * (direction[name]?.[at] ?? 0))] as const,
  );
  return Object.fromEntries(rows);
}

/** The loss as it is evaluated; programs are the network's. */
export async function evaluatedAt(network: Network, start: Start): Promise<number> {
  using owner = new TensorOwner(network.model.engine);
  const logProbs = await network.logProbs(oddBatch, network.method && uploadTuned(owner, network.method, start));
  return -logProbs.reduce((sum, value) => sum + value, 0) / logProbs.length;
}

/** d loss / d t along parameters + t · direction. */
export async function slope(lossThere: (by: number) => Promise<number>): Promise<number> {
  const step = 2 ** -10;
  const [a, b, c, d] = [await lossThere(2 * step), await lossThere(step), await lossThere(-step), await lossThere(-2 * step)];
  return (-a + 8 * b - 8 * c + d) / (12 * step);
}

export function dot(a: NamedVectors, b: NamedVectors): number {
  return Object.entries(a).reduce((sum, [name, flat]) => sum + flat.reduce((part, value, at) => part + value * (b[name]?.[at] ?? 0), 0), 0);
}
