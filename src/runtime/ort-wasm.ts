// The build that computes on WASM alone.
import url from "onnxruntime-web/ort-wasm-simd-threaded.wasm?url";

export * as ort from "onnxruntime-web/wasm";
export { default as starter } from "onnxruntime-web/ort-wasm-simd-threaded.mjs?raw";
export const wasmUrl = new URL(url, import.meta.url).href;
