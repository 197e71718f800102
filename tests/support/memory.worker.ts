// Makes a model in an engine of its own, trains it for some steps and tells what that allocated, beside the estimate: in a fresh worker,
// because neither heap nor caches ever shrink. Without the timing of a bench, which takes longer than the steps.
import { expose } from "comlink";
import { blobSource } from "../../src/base/byte-source.ts";
import { seededRandom } from "../../src/base/random.ts";
import { openSafetensors, readTensor } from "../../src/interchange/safetensors.ts";
import { parseModelConfig } from "../../src/model/architectures.ts";
import { baseNumbers } from "../../src/model/base-numbers.ts";
import type { TensorReader } from "../../src/model/tensor-reader.ts";
import { loadModel } from "../../src/model/weights.ts";
import type { ExecutionProvider } from "../../src/protocol/execution-providers.ts";
import { createOrtEngine } from "../../src/runtime/ort-engine.ts";
import { estimateBudget } from "../../src/session/models/budget.ts";
import { plannedUpdates } from "../../src/session/models/plan-run.ts";
import { shapeTraining } from "../../src/session/models/shape-training.ts";
import { fullBatch } from "../../src/session/runs/step-time.ts";
import { Trainer } from "../../src/train/trainer.ts";
import { freshSnapshot } from "../../src/train/training.ts";
import { runOf, type MadeCase } from "./budget-cases.ts";
import { tinyWeights } from "./tiny-model.ts";

export interface CountedMemory {
  readonly estimatedBytes: number;
  readonly allocatedBytes: number;
}

async function count(provider: ExecutionProvider, given: MadeCase): Promise<CountedMemory> {
  const { model: config, quantization = "int4", quantizeHead = false } = given;
  const run = runOf(given);
  const engine = await createOrtEngine(provider);
  const weights = await openSafetensors(blobSource("made", new Blob([tinyWeights(config)])));
  const shapes = new Map([...weights.tensors].map(([name, { shape }]) => [name, shape]));
  const read = (...range: Parameters<TensorReader["read"]>) => readTensor(weights, ...range);
  const model = await loadModel(engine, parseModelConfig(config), { shapes, read }, { quantization, quantizeHead });
  const { spec, quantizationConfig } = model;
  const training = shapeTraining(model, run);
  const start = await training.method.start(baseNumbers(model), seededRandom(1));
  const trainer = await Trainer.create(model, training, freshSnapshot(training, start));
  for (let update = 0; update < plannedUpdates; update++) await trainer.update([fullBatch(spec, run, training.method)], 1e-4);
  const { allocatedBytes } = engine.memory();
  const subject = { spec, provider, quantizationConfig, hasFloat16: engine.hasFloat16, run };
  const { stepBytes } = await estimateBudget(subject, { memory: null, heap: null, buffer: null });
  return { estimatedBytes: stepBytes, allocatedBytes };
}

expose(count);
