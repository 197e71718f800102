// Training in float16 against float32, on the float64 reference engine, which rounds what is float16 and nothing else: what differs is the
// rounding of activations and of their gradients alone.
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../src/base/random.ts";
import type { LoadedModel } from "../../src/model/weights.ts";
import { makeTraining } from "../../src/train/make-training.ts";
import type { Training } from "../../src/train/training.ts";
import type { NamedVectors } from "../../src/model/parameters.ts";
import { Trainer } from "../../src/train/trainer.ts";
import { freshSnapshot } from "../../src/train/training.ts";
import { readFloats, disposeAll } from "../../src/runtime/engine.ts";
import { collate } from "../../src/tokens/batches.ts";
import type { Batch } from "../../src/tokens/batch.ts";
import { configWith } from "../support/configs.ts";
import { oddModels } from "../support/odd-models.ts";
import { oddModel, movedStart, oddBatch } from "../support/odd-training.ts";

async function at(model: LoadedModel, training: Training, start: any, batch: Batch) {
  const trainer = await Trainer.create(model, training, freshSnapshot(training, start));
  const { loss, gradNorm, gradient, factor } = await trainer.gradient([batch]);
  const out: Record<string, Float64Array> = {};
  for (const [n, t] of Object.entries(gradient)) out[n] = Float64Array.from(await readFloats(model.engine, t), (v) => v / factor);
  disposeAll(gradient);
  await trainer.dispose();
  return { loss, gradNorm, out };
}
const norm = (v: Float64Array) => Math.hypot(...v);
describe("x", () => {
  for (const name of Object.keys(oddModels)) for (const q of ["none", "int4"] as const) it(`${name} ${q}`, async () => {
    const model = await oddModel(oddModels[name]!, q);
    const training = makeTraining(model.spec, configWith({ rank: 4, alpha: 8 }));
    const start = await movedStart(model, training, 0.05);
    const wide = await at(model, training, start, oddBatch);
    const half = await at(model, { ...training, precision: "float16" }, start, oddBatch);
    const rel = Object.keys(wide.out).map((n) => norm(wide.out[n]!.map((v, i) => v - half.out[n]![i]!)) / norm(wide.out[n]!));
    console.log(name, q, wide.loss, half.loss - wide.loss, wide.gradNorm, half.gradNorm / wide.gradNorm - 1, rel.map((r) => r.toExponential(1)).join(" "));
  });
});
