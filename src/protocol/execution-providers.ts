// Where graphs are computed.

export const executionProviders = ["webgpu", "wasm"] as const;
export type ExecutionProvider = (typeof executionProviders)[number];
