// The graphics adapter that WebGPU finds here, and a device of it. Every engine has a device of its own: one that was lost
// is replaced by another without a new runtime, and what goes wrong on it is heard here and not inside the runtime.

import { words, type Text } from "../words/message.ts";

export interface GpuDescription {
  readonly adapter: GPUAdapter;
  readonly name: Text;
  /** Whether it computes on the CPU. */
  readonly isFallback: boolean;
}

/** Chromium's GPU process can be started anew just when the page starts; what asks then gets no adapter. Seen on an NVIDIA H100. */
const secondTryMs = 1000;

const findAdapter = (gpu: GPU): Promise<GPUAdapter | null> => gpu.requestAdapter({ powerPreference: "high-performance" });

async function later<T>(ms: number, action: () => Promise<T>): Promise<T> {
  await new Promise((resolve) => setTimeout(resolve, ms));
  return action();
}

/** What this browser offers. Throws nothing: absence is an answer. */
export async function describeGpu(): Promise<GpuDescription | { readonly reason: Text }> {
  const gpu = (globalThis.navigator as Navigator | undefined)?.gpu;
  if (!gpu) return { reason: words("engine/browser-without-webgpu") };
  try {
    const adapter = (await findAdapter(gpu)) ?? (await later(secondTryMs, () => findAdapter(gpu)));
    if (!adapter) return { reason: words("engine/no-adapter") };
    const { vendor, architecture, description, device } = adapter.info;
    const name = description || [vendor, architecture, device].filter(Boolean).join(" ") || words("engine/unnamed-adapter");
    return { adapter, name, isFallback: isFallback(adapter.info) };
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) };
  }
}

/** Software renderers by what they call themselves: SwiftShader, Mesa's two and softpipe, and Microsoft's, which is also named WARP. */
const softwareNames = /swiftshader|llvmpipe|lavapipe|softpipe|basic render|\bwarp\b/i;

type AdapterWords = Partial<Pick<GPUAdapterInfo, "vendor" | "architecture" | "description" | "device" | "isFallbackAdapter">>;

/** Not every browser says isFallbackAdapter. Mesa as a vendor stands for its software renderers; its drivers name the maker of the chip. */
export function isFallback({ isFallbackAdapter, vendor = "", architecture = "", description = "", device = "" }: AdapterWords): boolean {
  return isFallbackAdapter === true || vendor === "mesa" || softwareNames.test([vendor, architecture, description, device].join(" "));
}

/** Features for which ONNX Runtime has kernels in the browser. */
const usedFeatures = ["shader-f16", "subgroups", "subgroup-size-control"];

/** A device with all that the adapter grants of what ONNX Runtime uses. */
export function requestDevice(adapter: GPUAdapter): Promise<GPUDevice> {
  const requiredLimits: Record<string, number> = {};
  for (const name in adapter.limits) {
    const limit: unknown = Reflect.get(adapter.limits, name);
    if (typeof limit === "number") requiredLimits[name] = limit;
  }
  const requiredFeatures = usedFeatures.filter((feature) => adapter.features.has(feature)) as GPUFeatureName[];
  return adapter.requestDevice({ requiredFeatures, requiredLimits });
}
