// The graphs of a whole training step of LoRA on a quantized model, measured and taken, as a GPU would be given them.
import type { FloatType } from "../../src/base/tensor.ts";
import type { Quantization } from "../../src/config/quantizations.ts";
import type { Graph } from "../../src/graph/ir.ts";
import { parseModelConfig } from "../../src/model/architectures.ts";
import { plannedModel } from "../../src/model/planned-model.ts";
import { createPlanningEngine } from "../../src/runtime/planning-engine.ts";
import { wrappedEngine } from "../../src/runtime/wrapped-engine.ts";
import { fullBatch } from "../../src/session/runs/step-time.ts";
import { Trainer } from "../../src/train/trainer.ts";
import { blankStart } from "../../src/train/training.ts";
import { randomLora } from "./training.ts";

/** @param precision absent: what a training has that does not say */
export async function stepGraphs(
  config: Readonly<Record<string, unknown>>,
  quantization: Quantization,
  precision?: FloatType,
): Promise<readonly Graph[]> {
  const spec = parseModelConfig(config);
  const graphs: Graph[] = [];
  const planning = createPlanningEngine("webgpu", true);
  const engine = wrappedEngine(planning, {
    compile: (graph) => {
      graphs.push(graph);
      return planning.compile(graph);
    },
  });
  const { precision: _standard, ...plain } = randomLora(spec, { rank: 3, alpha: 7 }).training;
  const training = precision === undefined ? plain : { ...plain, precision };
  const model = plannedModel(engine, spec, { quantization, quantizeHead: quantization !== "none" });
  const trainer = await Trainer.create(model, training, blankStart(training));
  const batch = fullBatch(spec, { batchSize: 2, seqLength: 8 }, training.method);
  await trainer.evaluate([batch]);
  await trainer.update([batch], 1e-3);
  await trainer.dispose();
  return graphs;
}
