// The budget is what the runtime really allocates, within 15%: every GPU buffer and the WASM heap are counted in a fresh
// worker per case, since neither ever shrinks.
import { proxy, wrap } from "comlink";
import { describe, expect, it } from "vitest";
import type { OwnQuantization } from "../../src/config/quantizations.ts";
import { allLinear } from "../../src/config/knobs.ts";
import type { BenchReport } from "../../src/protocol/bench-api.ts";
import type { EngineApi, ExecutionProvider, ModelSource } from "../../src/protocol/engine-api.ts";
import { describeGpu } from "../../src/runtime/gpu.ts";
import { lora } from "../support/configs.ts";
import { tinyGguf } from "../support/gguf-model.ts";
import { ignore } from "../support/session.ts";
import { tinyConfig, tinyModelFiles } from "../support/tiny-model.ts";
import { english } from "../support/words.ts";

interface Case {
  /** Of the made model; the bundled one or SmolLM2-135M's shape by their names. */
  readonly model: "bundled" | "smollm2-135m" | Readonly<Record<string, unknown>>;
  readonly quantization?: OwnQuantization;
  /** The made model as a GGUF file, held as it is. */
  readonly isPublished?: true;
  readonly quantizeHead?: boolean;
  readonly batchSize?: number;
  readonly seqLength: number;
  readonly rank?: number;
  readonly targets?: readonly string[];
}

const model = (hidden: number, heads: number, kvHeads: number, layers: number, wide: number, vocabulary = 512) => ({
  ...tinyConfig,
  hidden_size: hidden,
  num_attention_heads: heads,
  num_key_value_heads: kvHeads,
  num_hidden_layers: layers,
  intermediate_size: wide,
  vocab_size: vocabulary,
  max_position_embeddings: 4096,
});

async function bench(provider: ExecutionProvider, given: Case): Promise<BenchReport> {
  const worker = new Worker(new URL("../../workers/engine.worker.ts", import.meta.url), { type: "module" });
  try {
    const engine = wrap<EngineApi>(worker) as unknown as EngineApi;
    const { quantization = "int4", quantizeHead = false, batchSize = 1, seqLength, rank = 8, targets = [allLinear] } = given;
    const run = { batchSize, seqLength, accumulate: 1, method: lora({ rank, targets }), optimizer: "adamw" } as const;
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

function expectNear({ memory: { estimatedBytes, allocatedBytes, ratio, parts } }: BenchReport): void {
  console.log(`estimated ${estimatedBytes}, allocated ${allocatedBytes}: ${ratio.toFixed(3)}`);
  expect(ratio).toBe(estimatedBytes / allocatedBytes);
  expect(estimatedBytes).toBe(Object.entries(parts).reduce((sum, [name, bytes]) => sum + (name === "cache" ? 0 : bytes), 0));
  expect(ratio).toBeGreaterThan(0.85);
  expect(ratio).toBeLessThan(1.15);
}

const onWasm: readonly (readonly [string, Case])[] = [
  ["a tiny model", { model: tinyConfig, seqLength: 32 }],
  ["width 64, long sequences", { model: model(64, 4, 2, 4, 172), seqLength: 512, batchSize: 4 }],
  ["width 256, rank 32", { model: model(256, 4, 2, 4, 512), seqLength: 128, batchSize: 4, rank: 32 }],
  ["width 256, float32, rank 4", { model: model(256, 4, 4, 2, 1024), seqLength: 64, batchSize: 2, quantization: "none", rank: 4 }],
  ["width 576, two targets", { model: model(576, 9, 3, 2, 1536), seqLength: 256, batchSize: 2, targets: ["q_proj", "v_proj"] }],
  ["width 576, float32, batch of 4", { model: model(576, 9, 3, 2, 1536), seqLength: 256, batchSize: 4, quantization: "none" }],
  ["width 256, NF4", { model: model(256, 4, 2, 2, 1024), seqLength: 64, quantization: "nf4-dq" }],
  ["width 256, int8", { model: model(256, 4, 2, 2, 1024), seqLength: 64, quantization: "int8" }],
  ["width 256, int4-fine and its head", { model: model(256, 4, 2, 2, 1024), seqLength: 64, quantization: "int4-fine", quantizeHead: true }],
  ["width 256, a GGUF file as published", { model: model(256, 4, 2, 2, 1024), seqLength: 64, isPublished: true }],
  ["a quantized head in two pieces", { model: model(64, 4, 2, 1, 172, 600_000), seqLength: 32, quantizeHead: true }],
  ["a large vocabulary", { model: model(64, 4, 2, 2, 172, 30_000), seqLength: 128 }],
  ["the bundled model", { model: "bundled", seqLength: 256, batchSize: 4, rank: 16 }],
  ["the bundled model in float32", { model: "bundled", seqLength: 64, quantization: "none" }],
  ["the shape of SmolLM2-135M, 256 tokens", { model: "smollm2-135m", seqLength: 256 }],
];

describe("on WASM the estimate is near what is allocated for", () => {
  it.each(onWasm)("%s", async (_name, given) => expectNear(await bench("wasm", given)));
});

const onWebGpu: readonly (readonly [string, Case])[] = [
  ["width 64", { model: model(64, 4, 2, 2, 172), seqLength: 64 }],
  ["width 64, float32, a larger vocabulary", { model: model(64, 4, 2, 2, 172, 4096), seqLength: 128, quantization: "none", rank: 16 }],
  ["width 64, a GGUF file as published", { model: model(64, 4, 2, 2, 192), seqLength: 64, isPublished: true }],
  ["width 96, six layers", { model: model(96, 3, 3, 6, 200), seqLength: 96, batchSize: 2, rank: 4 }],
];

const gpu = await describeGpu();
if ("reason" in gpu) console.warn(`SKIPPED budgets on webgpu: ${english.text(gpu.reason)}`);

describe.skipIf("reason" in gpu)("on WebGPU the estimate is near what is allocated for", () => {
  it.each(onWebGpu)("%s", async (_name, given) => expectNear(await bench("webgpu", given)));
});
