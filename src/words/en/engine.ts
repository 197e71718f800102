// Engines, graphs and memory.
export const messages = {
  "engine/starting": "Starting the engine",
  "engine/webgpu": "WebGPU on {adapter}",
  "engine/wasm": "WASM on CPU, {threads} ({why})",
  "engine/threads": "{count, plural, one {# thread} other {# threads}}",
  "engine/unnamed-adapter": "unnamed adapter",
  "engine/as-chosen": "as chosen",
  "engine/browser-without-webgpu": "this browser has no WebGPU",
  "engine/no-adapter": "WebGPU found no graphics adapter",
  "engine/only-fallback": "the only WebGPU adapter, {adapter}, computes on the CPU and is slower",
  "engine/gpu-stopped": "The GPU stopped.",
  "engine/memory-refused": "The GPU refused memory that was asked for.",
  "engine/tensor-refused": "A tensor [{shape}] of {size, number} bytes was refused by the GPU.",
  "engine/heap-granted":
    "The browser reserved a heap of this size. Reserved is not yet used: a device short of memory may still refuse later.",
  "engine/heap-refused": "The browser refused a heap of this size.",
  "engine/gpu-refused-more": "The GPU refused more.",
  "engine/gpu-granted-all": "The GPU granted all of it. How much more it has is not known.",
  "engine/probe-ran-out-of-time": "Time was up before all was asked for. How much more it has is not known.",
} as const;

const reportFault = "Report this fault.";
const otherEngine = "Try the other engine. If both fail, copy the details and report them.";

export const errors = {
  "engine/no-webgpu": {
    message: "WebGPU cannot be used: {reason}.",
    hint: "Choose WASM, or a browser with WebGPU such as a current Chrome or Edge.",
  },
  "engine/no-webgpu#not-started": {
    message: "WebGPU was found but could not be started.",
    hint: "Choose WASM, or update the browser and the graphics driver.",
  },
  "engine/no-float16": {
    message: "Weights cannot be held as f16 on {engine}: its WebGPU lacks the feature shader-f16.",
    hint: "Choose int8 or f32, or the WASM engine.",
  },
  "engine/compile": { message: 'The graph "{graph}" could not be compiled.', hint: otherEngine },
  "engine/run": { message: 'The graph "{graph}" failed while it ran.', hint: otherEngine },
  "engine/read": { message: "A result could not be read back.", hint: otherEngine },
  "engine/upload": { message: "A tensor [{shape}] of {size, number} bytes could not be put on the GPU.", hint: otherEngine },
  "engine/gpu-error": { message: "The GPU refused a command, so its results cannot be trusted.", hint: otherEngine },
  "engine/device-lost": {
    message: "{what} The browser took the GPU away.",
    hint: "A run goes on from its last checkpoint once the model is loaded again.",
  },
  "engine/out-of-memory": {
    message: "{what} Memory ran out.",
    hint: "Choose a smaller batch, a shorter sequence or a smaller model.",
  },
  "engine/out-of-memory#one-tensor": {
    message: "A tensor [{shape}] of {size, number} bytes is larger than what this GPU binds at once ({limit, number} bytes).",
    hint: "Choose a smaller batch or a shorter sequence, or the WASM engine.",
  },
  "engine/feed-shape": {
    message: "A tensor of shape [{found}] was fed where [{expected}] is expected.",
    hint: reportFault,
  },
  "engine/missing-feed": { message: 'The graph "{graph}" was run without its input {input}.', hint: reportFault },
  "engine/order": { message: "A node ran before its input.", hint: reportFault },
  "graph/duplicate-input": { message: "Two graph inputs are named {name}.", hint: reportFault },
  "graph/view": { message: "Only a graph input of the same byte length can be viewed.", hint: reportFault },
  "graph/no-gradient": { message: "No seed depends on a value whose gradient is asked for.", hint: reportFault },
  "graph/gradient": { message: "A node lacks an input or a gradient.", hint: reportFault },
  "graph/number": {
    message: "float16 has no number near {number}.",
    hint: "This is a fault in the model definition; report it.",
  },
  "graph/shape": {
    message: "Shapes do not fit in {operation}: {shapes}.",
    hint: "This is a fault in the model definition; report it.",
  },
  "graph/shape#missing": {
    message: "An operation lacks an input or an axis.",
    hint: "This is a fault in the model definition; report it.",
  },
} as const;
