// What is done on an engine, from the weights to an answer, each piece with the disposal that its user owes it. For tests that
// let any operation fail.
import { blobSource } from "../../src/base/byte-source.ts";
import { Decoder } from "../../src/generate/decoder.ts";
import { DecoderPrograms } from "../../src/generate/decoder-programs.ts";
import { openSafetensors, readTensor } from "../../src/interchange/safetensors.ts";
import { parseModelConfig } from "../../src/model/architectures.ts";
import type { TensorReader } from "../../src/model/tensor-reader.ts";
import { loadModel, type LoadedModel } from "../../src/model/weights.ts";
import { disposeAll, type Engine } from "../../src/runtime/engine.ts";
import { collate } from "../../src/tokens/batches.ts";
import { Network } from "../../src/train/network.ts";
import { makeTraining } from "../../src/train/make-training.ts";
import type { Trainer } from "../../src/train/trainer.ts";
import { configWith } from "./configs.ts";
import { example } from "./session.ts";
import { tinyConfig, tinyWeights } from "./tiny-model.ts";
import { randomParameters, trainerOf } from "./training.ts";

const weights = await openSafetensors(blobSource("tiny", new Blob([tinyWeights()])));
const shapes = new Map([...weights.tensors].map(([name, { shape }]) => [name, shape]));
const reader = { shapes, read: (...range: Parameters<TensorReader["read"]>) => readTensor(weights, ...range) };
const spec = parseModelConfig(tinyConfig);
const training = makeTraining(spec, configWith({ rank: 2, alpha: 4, targets: ["q_proj", "down_proj"] }));
const parameters = randomParameters(training.method);
const batch = collate([example(1, "", "b")], 4);

async function onModel(engine: Engine, work: (model: LoadedModel) => Promise<void>): Promise<void> {
  const model = await loadModel(engine, spec, reader, { quantization: "int4" });
  try {
    await work(model);
  } finally {
    model.dispose();
  }
}

async function onTrainer(engine: Engine, work: (trainer: Trainer) => Promise<void>): Promise<void> {
  await onModel(engine, async (model) => {
    const trainer = await trainerOf(model, { training, parameters });
    try {
      await work(trainer);
    } finally {
      await trainer.dispose();
    }
  });
}

export const works: Readonly<Record<string, (engine: Engine) => Promise<void>>> = {
  "loading a model": (engine) => onModel(engine, () => Promise.resolve()),
  "a step of two batches, and a checkpoint": (engine) =>
    onTrainer(engine, async (trainer) => {
      await trainer.update([batch, batch], 1e-3);
      await trainer.snapshot();
    }),
  "gradients and an evaluation": (engine) =>
    onTrainer(engine, async (trainer) => {
      const { gradient } = await trainer.gradient([batch]);
      disposeAll(gradient);
      await trainer.evaluate([batch]);
    }),
  logits: (engine) =>
    onModel(engine, async (model) => {
      const network = new Network(model, null);
      try {
        await network.logits(batch, Int32Array.of(0, 1), null);
      } finally {
        await network.dispose();
      }
    }),
  "which labels are the likeliest tokens": (engine) =>
    onModel(engine, async (model) => {
      const network = new Network(model, null);
      try {
        await network.topLabels(batch, null);
      } finally {
        await network.dispose();
      }
    }),
  "an answer": (engine) =>
    onModel(engine, async (model) => {
      const programs = new DecoderPrograms(model, null);
      try {
        using decoder = new Decoder(programs, 12, null);
        await decoder.read([1, 2]);
      } finally {
        await programs.dispose();
      }
    }),
};
