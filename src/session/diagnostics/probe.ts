// What this browser offers each execution provider, for the engine line of the page and for `headless engines`.
import type { EngineReport } from "../../protocol/diagnostics-api.ts";
import { knownFamilies } from "../../model/architectures.ts";
import { describeGpu } from "../../runtime/gpu.ts";
import { wasmThreads } from "../../runtime/ort-builds.ts";

const reportedLimits = [
  "maxBufferSize",
  "maxStorageBufferBindingSize",
  "maxStorageBuffersPerShaderStage",
  "maxComputeWorkgroupStorageSize",
  "maxComputeInvocationsPerWorkgroup",
] as const;

/** A module with one v128 instruction: valid only where WASM has SIMD. */
const simdModule = Uint8Array.of(
  0,
  97,
  115,
  109,
  1,
  0,
  0,
  0,
  1,
  5,
  1,
  96,
  0,
  1,
  123,
  3,
  2,
  1,
  0,
  10,
  10,
  1,
  8,
  0,
  65,
  0,
  253,
  15,
  253,
  98,
  11,
);

export async function probeEngines(): Promise<EngineReport> {
  const gpu = await describeGpu();
  const wasm = { threads: wasmThreads(), simd: WebAssembly.validate(simdModule) };
  const none = { adapter: null, fallback: false, f16: false, limits: {} };
  if ("reason" in gpu) return { webgpu: { available: false, reason: gpu.reason, ...none }, wasm, families: knownFamilies };
  const { adapter, name, isFallback } = gpu;
  const limits = Object.fromEntries(reportedLimits.map((limit) => [limit, adapter.limits[limit]]));
  const webgpu = { available: true, adapter: name, fallback: isFallback, f16: adapter.features.has("shader-f16"), limits };
  return { webgpu, wasm, families: knownFamilies };
}
