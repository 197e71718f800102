// ONNX Runtime Web comes in builds. The one that carries WebGPU can put its code to sleep while the GPU works, and pays for that in size
// and in every call; so WASM gets the plain one. A build is fetched when its provider is asked for, never both.
import type * as ort from "onnxruntime-web";

export type Ort = typeof ort;
export type OrtProvider = "webgpu" | "wasm";

export interface OrtBuild {
  readonly ort: Ort;
  /** Source of the module that starts the runtime, and each of its threads. */
  readonly starter: string;
  readonly wasmUrl: string;
}

const builds: Readonly<Record<OrtProvider, () => Promise<OrtBuild>>> = {
  wasm: () => import("./ort-wasm.ts"),
  webgpu: () => import("./ort-webgpu.ts"),
};

export function wasmThreads(): number {
  return globalThis.crossOriginIsolated ? Math.max(1, Math.min(navigator.hardwareConcurrency, 8)) : 1;
}

/** Threads start from the same module: under an address of its own it is one request less for each, and none of them loads a worker's code. */
const starters = new Map<OrtProvider, string>();

/**
 * The runtime of a provider; its WASM is fetched with the first program that is compiled, and from nowhere but here: transformers.js
 * shares the build that carries WebGPU, and names a host of its own where it comes first.
 */
export async function loadOrt(provider: OrtProvider): Promise<Ort> {
  const { ort: runtime, starter, wasmUrl } = await builds[provider]();
  const mjs = starters.get(provider) ?? URL.createObjectURL(new Blob([starter], { type: "text/javascript" }));
  starters.set(provider, mjs);
  const { wasm } = runtime.env;
  wasm.wasmPaths = { wasm: wasmUrl, mjs };
  wasm.numThreads = wasmThreads();
  runtime.env.logLevel = "error";
  return runtime;
}
