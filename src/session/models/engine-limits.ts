// What an engine can give, as far as a browser says, and what it can hold.
import type { BudgetLimits } from "../../protocol/budget-api.ts";
import type { ExecutionProvider } from "../../protocol/execution-providers.ts";
import { describeGpu } from "../../runtime/gpu.ts";
import { largestHeapBytes } from "../../runtime/memory-probe.ts";

export interface EngineLimits {
  readonly limits: BudgetLimits;
  readonly hasFloat16: boolean;
}

/** @param granted what a GPU granted when it refused more; null where it was not asked */
export async function engineLimits(provider: ExecutionProvider, granted: number | null): Promise<EngineLimits> {
  if (provider === "wasm") return { limits: { memory: deviceMemory(), heap: largestHeapBytes, buffer: null }, hasFloat16: true };
  const gpu = await describeGpu();
  if ("reason" in gpu) return { limits: { memory: granted, heap: null, buffer: null }, hasFloat16: false };
  const { maxBufferSize, maxStorageBufferBindingSize } = gpu.adapter.limits;
  const buffer = Math.min(maxBufferSize, maxStorageBufferBindingSize);
  return { limits: { memory: granted, heap: null, buffer }, hasFloat16: gpu.adapter.features.has("shader-f16") };
}

/** Rounded by the browser; null where it does not say. */
function deviceMemory(): number | null {
  const gibibytes = "deviceMemory" in navigator ? navigator.deviceMemory : undefined;
  return typeof gibibytes === "number" ? gibibytes * 2 ** 30 : null;
}
