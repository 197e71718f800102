// Reads a knob of an optimizer's section. The fallback is what PyTorch, or whoever published the optimizer, takes.
import type { OptimizerSettings } from "./optimizer.ts";

export function knob<T extends number | boolean>(settings: OptimizerSettings, name: string, fallback: T): T {
  return (settings[name] as T | undefined) ?? fallback;
}
