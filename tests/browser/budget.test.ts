// The budget is what the runtime really allocates, within 15%: every GPU buffer and the WASM heap are counted in a fresh
// worker per case, since neither ever shrinks.
import { proxy, wrap } from "comlink";
import { describe, expect, it } from "vitest";
import type { BenchReport } from "../../src/protocol/bench-api.ts";
import type { EngineApi } from "../../src/protocol/engine-api.ts";
import type { ExecutionProvider } from "../../src/protocol/execution-providers.ts";
import type { ModelSource } from "../../src/config/model-source.ts";
import { describeGpu } from "../../src/runtime/gpu.ts";
import { gpuCases, gpuShapes, runOf, wasmCases, wasmShapes, type BudgetCase, type MadeCase } from "../support/budget-cases.ts";
import { gpuMethods, wasmMethods } from "../support/budget-methods.ts";
import { tinyGguf } from "../support/gguf-model.ts";
import type { CountedMemory } from "../support/memory.worker.ts";
import { ignore } from "../support/session.ts";
import { tinyModelFiles } from "../support/tiny-model.ts";
import { english } from "../support/words.ts";

async function bench(provider: ExecutionProvider, given: BudgetCase): Promise<BenchReport> {
  const worker = new Worker(new URL("../../workers/engine.worker.ts", import.meta.url), { type: "module" });
  try {
    const engine = wrap<EngineApi>(worker) as unknown as EngineApi;
    const { quantization = "int4", quantizeHead = false } = given;
    const run = runOf(given);
    if (given.model === "smollm2-135m") return await engine.bench({ shape: given.model, quantization, provider, run });
    if (given.isPublished) {
      const files = [await tinyGguf("Q8_0", { model: given.model as Readonly<Record<string, unknown>> })];
      await engine.load({ source: { kind: "files", name: "made", files }, quantization: "auto", provider }, proxy(ignore));
      return await engine.bench({ shape: "loaded", quantization, provider, run });
    }
    const noTokenizer = { "tokenizer.json": undefined, "tokenizer_config.json": undefined };
    const source: ModelSource =
      given.model === "bundled" ? { kind: "bundled" } : { kind: "files", name: "made", files: tinyModelFiles(noTokenizer, given.model) };
    await engine.load({ source, quantization, quantizeHead, provider, tokenizerOptional: true }, proxy(ignore));
    return await engine.bench({ shape: "loaded", quantization, provider, run });
  } finally {
    worker.terminate();
  }
}

/** The same without timing. */
async function counted(provider: ExecutionProvider, given: MadeCase): Promise<CountedMemory> {
  const worker = new Worker(new URL("../support/memory.worker.ts", import.meta.url), { type: "module" });
  try {
    return await wrap<(provider: ExecutionProvider, given: MadeCase) => Promise<CountedMemory>>(worker)(provider, given);
  } finally {
    worker.terminate();
  }
}

function expectBench({ memory: { ratio, parts, ...memory } }: BenchReport): void {
  const { estimatedBytes, allocatedBytes } = memory;
  expect(ratio).toBe(estimatedBytes / allocatedBytes);
  expectNear(memory);
  expect(estimatedBytes).toBe(Object.entries(parts).reduce((sum, [name, bytes]) => sum + (name === "cache" ? 0 : bytes), 0));
}

function expectNear({ estimatedBytes, allocatedBytes }: CountedMemory, mostOver = 1.15): void {
  const ratio = estimatedBytes / allocatedBytes;
  console.log(`estimated ${estimatedBytes}, allocated ${allocatedBytes}: ${ratio.toFixed(3)}`);
  expect(ratio).toBeGreaterThan(0.85);
  expect(ratio).toBeLessThan(mostOver);
}

describe("on WASM the estimate is near what is allocated for", () => {
  it.each(wasmCases)("%s", async (_name, given) => expectBench(await bench("wasm", given)));
  it.each([...wasmShapes, ...wasmMethods])("%s", async (_name, given) => expectNear(await counted("wasm", given), given.mostOver));
});

const gpu = await describeGpu();
if ("reason" in gpu) console.warn(`SKIPPED budgets on webgpu: ${english.text(gpu.reason)}`);

describe.skipIf("reason" in gpu)("on WebGPU the estimate is near what is allocated for", () => {
  it.each(gpuCases)("%s", async (_name, given) => expectBench(await bench("webgpu", given)));
  it.each([...gpuShapes, ...gpuMethods])("%s", async (_name, given) => expectNear(await counted("webgpu", given)));
});
