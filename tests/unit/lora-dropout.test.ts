// Claims about dropout on what LoRA and its kin see of a layer, in float64: none is the graph as it was; the same seed, step and place
// leave out the same, others leave out others; the gradient is the slope of the loss with the masks as they are; on average nothing
// changes; what is evaluated leaves out nothing.
import { afterAll, beforeAll, expect, it } from "vitest";
import type { LoadedModel } from "../../src/model/weights.ts";
import { tunedLayer } from "../../src/model/tuned-stages.ts";
import { blockForwardGraph } from "../../src/model/stages/block.ts";
import { spanGraphs } from "../../src/model/stages/span.ts";
import { blockKey, type BlockKind } from "../../src/model/stages/scope.ts";
import { makeTraining } from "../../src/train/make-training.ts";
import { Trainer } from "../../src/train/trainer.ts";
import { freshSnapshot, type Training } from "../../src/train/training.ts";
import { goldenConfig } from "../support/method-config.ts";
import { directionOf, dot, lossAt, moved, movedStart, oddBatch, oddModel, slope } from "../support/odd-training.ts";
import { the } from "../support/the.ts";
import { tinyConfig } from "../support/tiny-model.ts";
import { isSoaking } from "../support/soak.ts";

const slow = { timeout: 60_000 };

let model: LoadedModel;
beforeAll(async () => {
  model = await oddModel(tinyConfig);
});
afterAll(() => model.dispose());

function trainingOf(method: Readonly<Record<string, unknown>>, seed = 42): Training {
  return makeTraining(model.spec, goldenConfig({ data: { seed }, method: { rank: 3, alpha: 7, ...method } }));
}

const kindOf = (training: Training, use: "training" | "evaluation"): BlockKind => ({
  spec: model.spec,
  layer: the(model.spec.layerKinds[0]),
  forms: the(model.layerForms[0]),
  tuned: tunedLayer(training.method, 0, use),
});

it("no dropout is the graph as it was, and evaluation knows none", () => {
  const [none, some] = [trainingOf({ kind: "lora" }), trainingOf({ kind: "lora", dropout: 0.3 })];
  const plain = kindOf(none, "evaluation");
  const shape = { batch: 2, seq: 9 };
  for (const kind of [kindOf(none, "training"), kindOf(some, "evaluation")]) {
    expect(blockKey(kind)).toBe(blockKey(plain));
    expect(blockForwardGraph(kind, shape)).toEqual(blockForwardGraph(plain, shape));
    for (const keeping of ["products", "inputs"] as const)
      expect(spanGraphs({ kinds: [kind], shape }, keeping)).toEqual(spanGraphs({ kinds: [plain], shape }, keeping));
  }
  const dropping = kindOf(some, "training");
  expect(blockKey(dropping)).not.toBe(blockKey(plain));
  const inputs = blockForwardGraph(dropping, shape).inputs.map(({ name }) => name);
  expect(inputs).toEqual(expect.arrayContaining(["dropout.rows", "dropout.columns", "dropout.keys"]));
});

it("seed, step and place say what is left out", slow, async () => {
  const training = trainingOf({ kind: "lora", dropout: 0.4 });
  const start = await movedStart(model, training, 0.1);
  const at = async (seed: number, step: number) =>
    (await lossAt(model, trainingOf({ kind: "lora", dropout: 0.4 }, seed), start, "training", step)).loss;
  const [first, again] = [await at(1, 5), await at(1, 5)];
  expect(again).toBe(first);
  const others = [await at(2, 5), await at(1, 6), (await lossAt(model, training, start, "evaluation")).loss];
  expect(new Set([first, ...others]).size).toBe(4);
  const without = await lossAt(model, trainingOf({ kind: "lora" }), start);
  expect((await lossAt(model, training, start, "evaluation")).loss).toBe(without.loss);
});

it.each(["lora", "dora", "pissa"])("%s: the gradient is the slope with the masks as they are", slow, async (kind) => {
  const training = trainingOf({ kind, dropout: 0.4 });
  const start = await movedStart(model, training, 0.1);
  const { gradient } = await lossAt(model, training, start);
  // DoRA's row lengths are constants to the gradient: only what they do not depend on is moved.
  const direction = directionOf(start.parameters, 90);
  if (kind === "dora") {
    for (const { name: group, entries } of training.method.layout)
      for (const { name, offset, size } of entries)
        if (!name.endsWith("magnitude_vector")) the(direction[group]).fill(0, offset, offset + size);
  }
  const found = await slope(
    async (by) => (await lossAt(model, training, { ...start, parameters: moved(start.parameters, direction, by) })).loss,
  );
  expect(dot(direction, direction)).toBeGreaterThan(1);
  expect(Math.abs(found - dot(gradient, direction))).toBeLessThan(5e-4 * Math.max(1, Math.abs(found)));
});

it.each(isSoaking ? ["lora", "dora"] : ["lora"])("%s: on average nothing changes", slow, async (kind) => {
  const training = trainingOf({ kind, dropout: 0.2 });
  // So near to the base that the loss is as good as linear in what is left out.
  const start = await movedStart(model, training, 0.01);
  const trainer = await Trainer.create(model, training, freshSnapshot(training, start));
  const loss = await trainer.evaluate([oddBatch]);
  const losses: number[] = [];
  while (losses.length < 12) losses.push((await trainer.update([oddBatch], 0)).loss);
  await trainer.dispose();
  const mean = losses.reduce((sum, value) => sum + value, 0) / losses.length;
  const deviation = Math.sqrt(losses.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (losses.length - 1));
  expect(deviation).toBeGreaterThan(0);
  expect(Math.abs(mean - loss)).toBeLessThan((4 * deviation) / Math.sqrt(losses.length));
});

it("the places of a step leave out others", slow, async () => {
  const training = trainingOf({ kind: "lora", dropout: 0.4 });
  const start = freshSnapshot(training, await movedStart(model, training, 0.1));
  const trainer = await Trainer.create(model, training, start);
  const [one, two] = [await trainer.gradient([oddBatch]), await trainer.gradient([oddBatch, oddBatch])];
  expect(two.loss).not.toBe(one.loss);
  await trainer.dispose();
});
