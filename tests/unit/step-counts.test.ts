// What a warmed-up training step costs a GPU's host, counted at the shape of SmolLM2-135M on an engine that computes nothing: runs, nodes,
// waits, uploads. None of it depends on the width of a layer.
import { beforeAll, describe, expect, it } from "vitest";
import { parseModelConfig } from "../../src/model/architectures.ts";
import { plannedModel } from "../../src/model/planned-model.ts";
import { createPlanningEngine } from "../../src/runtime/planning-engine.ts";
import type { Batch } from "../../src/tokens/batch.ts";
import { smolLm2Config } from "../../src/session/diagnostics/bench.ts";
import { fullBatch } from "../../src/session/runs/step-time.ts";
import { blankStart } from "../../src/train/training.ts";
import { Trainer } from "../../src/train/trainer.ts";
import { countedEngine, type Counts } from "../support/counted-engine.ts";
import { randomLora } from "../support/training.ts";

const spec = parseModelConfig(smolLm2Config);
const [batchSize, seqLength] = [1, 256];

/** What updates of one micro-batch and of two ask of an engine that has seen both. */
async function warmSteps(): Promise<{ readonly ofOne: Counts; readonly ofTwo: Counts }> {
  const { engine, take } = countedEngine(createPlanningEngine("webgpu", true));
  const model = plannedModel(engine, spec, { quantization: "int8" });
  const { training } = randomLora(spec, { rank: 16, alpha: 32 });
  const trainer = await Trainer.create(model, training, blankStart(training));
  const batch = fullBatch(spec, { batchSize, seqLength }, training.method);
  const counted = async (batches: readonly Batch[]): Promise<Counts> => {
    take();
    await trainer.update(batches, 1e-3);
    return take();
  };
  await counted([batch]);
  return { ofOne: await counted([batch]), ofTwo: await counted([batch, batch]) };
}

const total = (numbers: Readonly<Record<string, number>>): number => Object.values(numbers).reduce((sum, value) => sum + value, 0);

describe("a warmed-up step of a GPU", () => {
  let ofOne: Counts;
  let ofTwo: Counts;
  beforeAll(async () => {
    ({ ofOne, ofTwo } = await warmSteps());
  }, 60_000);

  it("takes at most a quarter of the layers and eight runs per micro-batch, and a few per step", () => {
    const perMicroBatch = total(ofTwo.runs) - total(ofOne.runs);
    expect(perMicroBatch).toBeLessThanOrEqual(spec.layers / 4 + 8);
    // The norm of the gradient, and the optimizer.
    expect(total(ofOne.runs) - perMicroBatch).toBeLessThanOrEqual(4);
  });

  it("has few nodes per layer", () => {
    const { nodes } = ofOne;
    const ofLayers = (nodes["block.forward"] ?? 0) + (nodes["block.backward"] ?? 0) + (nodes["optimizer"] ?? 0);
    expect(ofLayers / spec.layers).toBeLessThanOrEqual(215);
  });

  it("waits for the device once, however many micro-batches there are", () => {
    expect([ofOne.reads, ofTwo.reads]).toEqual([1, 1]);
  });

  it("brings the rows of the batch and a few numbers", () => {
    const embedded = 4 * batchSize * seqLength * spec.hiddenSize;
    const all = (counts: Counts): number => counts.uploads.reduce((sum, { bytes }) => sum + bytes, 0);
    expect(all(ofOne) - embedded).toBeLessThan(8192);
    expect(all(ofTwo) - 2 * embedded).toBeLessThan(16_384);
  });
});
