// Runs of the reference numbers.
import { parseStoredConfig, type RunConfig } from "../../src/config/run-config.ts";

/** Of the goldens: AdamW as PyTorch has it, decay on everything, no clipping. */
const goldenOptimizer = { kind: "adamw", learningRate: 1e-3, weightDecay: 0.01, clipNorm: 0, warmupSteps: 0, schedule: "constant" };

export function goldenConfig(sections: Readonly<Record<string, unknown>>): RunConfig {
  return parseStoredConfig({ optimizer: goldenOptimizer, stopping: { steps: 5 }, ...sections });
}
