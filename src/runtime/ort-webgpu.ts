// The build that carries WebGPU.
import url from "onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url";

export * as ort from "onnxruntime-web/webgpu";
export { default as starter } from "onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?raw";
export const wasmUrl = new URL(url, import.meta.url).href;
