// Run configurations for tests, by the names of their knobs alone.
import { defaultRunConfig, inSections, merged, type KnobName, type MethodConfig, type RunConfig } from "../../src/config/run-config.ts";
import type { KnobValue } from "../../src/config/knobs.ts";

export type Knobs = Readonly<Partial<Record<KnobName, KnobValue>>>;

/** Not parsed, so that a test may ask for what a user cannot. */
export function configWith(knobs: Knobs, base: RunConfig = defaultRunConfig): RunConfig {
  return merged(base, inSections(knobs)) as RunConfig;
}

export const lora = (changes: Partial<Extract<MethodConfig, { kind: "lora" }>> = {}): MethodConfig => ({
  ...(defaultRunConfig.method as Extract<MethodConfig, { kind: "lora" }>),
  ...changes,
});
