// Times the stages of a training step against the provider's own matrix product, in one run.
import { itemOf } from "../../base/the.ts";
import { elementCount } from "../../base/tensor.ts";
import type { OwnQuantization } from "../../config/quantizations.ts";
import { parseModelConfig } from "../../model/architectures.ts";
import { requiredTensors } from "../../model/spec.ts";
import type { TensorReader } from "../../model/tensor-reader.ts";
import { loadModel, type LoadedModel } from "../../model/weights.ts";
import type { BenchReport, BenchRequest } from "../../protocol/bench-api.ts";
import type { Engine } from "../../runtime/engine.ts";
import { plannedUpdates } from "../models/plan-run.ts";
import { randomFloats } from "./matmul-probe.ts";
import { providerOf, StepBench } from "./step-bench.ts";

/** HuggingFaceTB/SmolLM2-135M. */
export const smolLm2Config = {
  model_type: "llama",
  hidden_act: "silu",
  hidden_size: 576,
  intermediate_size: 1536,
  num_attention_heads: 9,
  num_hidden_layers: 30,
  num_key_value_heads: 3,
  max_position_embeddings: 8192,
  rms_norm_eps: 1e-5,
  rope_theta: 100_000,
  tie_word_embeddings: true,
  vocab_size: 49_152,
};

/** @param given the loaded model, or null for the SmolLM2-135M shape with random weights */
export async function benchmark(engine: Engine, given: LoadedModel | null, { run, quantization }: BenchRequest): Promise<BenchReport> {
  const model = given ?? (await randomModel(engine, quantization));
  try {
    const bench = await StepBench.create(model, run);
    try {
      for (let repeat = 0; repeat < plannedUpdates; repeat++) await bench.update();
      const memory = await bench.memory();
      return { ep: providerOf(engine), ...(engine.isFallback ? { fallback: true } : {}), ...(await bench.stages()), memory };
    } finally {
      await bench.dispose();
    }
  } finally {
    if (!given) model.dispose();
  }
}

/** One layer's weights stand for all thirty: the time is the same, the memory is not. */
async function randomModel(engine: Engine, quantization: OwnQuantization): Promise<LoadedModel> {
  const spec = parseModelConfig(smolLm2Config);
  const shapes = requiredTensors({ ...spec, layers: 1 });
  const read: TensorReader["read"] = (name, fromRow, toRow) => {
    const [rows = 1, ...rest] = shapes.get(name) ?? [];
    const size = ((toRow ?? rows) - (fromRow ?? 0)) * elementCount(rest);
    return Promise.resolve(name.includes("norm") ? new Float32Array(size).fill(1) : randomFloats(size, name.length));
  };
  const model = await loadModel(engine, { ...spec, layers: 1 }, { shapes, read }, { quantization });
  const all = <T>(of: readonly T[]): T[] => Array.from({ length: spec.layers }, () => itemOf(of, 0));
  return { ...model, spec, layers: all(model.layers), layerForms: all(model.layerForms) };
}
