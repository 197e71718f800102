// Run configurations for tests, by the names of their knobs alone.
import {
  defaultRunConfig,
  inSections,
  merged,
  parseStoredConfig,
  type Given,
  type KnobName,
  type MethodConfig,
  type RunConfig,
} from "../../src/config/run-config.ts";
import { shapeOf, type RunShape } from "../../src/config/run-shape.ts";
import type { KnobValue } from "../../src/config/knobs.ts";

export type Knobs = Readonly<Partial<Record<KnobName, KnobValue>>>;

/** Not parsed, so that a test may ask for what a user cannot. */
export function configWith(knobs: Knobs, base: RunConfig = defaultRunConfig): RunConfig {
  return merged(base, inSections(knobs)) as RunConfig;
}

/** Of settings by section, parsed; batches of one unless `data` says otherwise. */
export function shapeWith(given: Given): RunShape {
  return shapeOf(parseStoredConfig({ ...given, data: { batchSize: 1, ...given.data } }));
}

type LoraConfig = Extract<MethodConfig, { kind: "lora" }>;

export const lora = (changes: Partial<LoraConfig> = {}): MethodConfig => ({ ...asLora(defaultRunConfig.method), ...changes });

export function asLora(method: MethodConfig): LoraConfig {
  if (method.kind !== "lora") throw new Error(`${method.kind} instead of lora`);
  return method;
}

/** By what the product of the two halves is multiplied, in LoRA and in rsLoRA. */
export function scalingOf({ method }: { readonly method: MethodConfig }): number {
  if (method.kind === "rslora") return method.alpha / Math.sqrt(method.rank);
  const { alpha, rank } = asLora(method);
  return alpha / rank;
}
