// Claim: where a kernel attends, turns and keeps in one node, a GPU's programs give what those of single nodes give, for every family it fits:
// prompts in chunks, tokens, several sequences in one cache, windows, partial ropes and angles that go by the length. Capped
// scores, shapes that it does not take, and methods with something before every sequence keep the nodes they had. In float64, where nothing rounds.
import { describe, expect, it, vi } from "vitest";
import { blobSource } from "../../src/base/byte-source.ts";
import { seededRandom } from "../../src/base/random.ts";
import { parseStoredConfig, type MethodConfig } from "../../src/config/run-config.ts";
import { Decoder } from "../../src/generate/decoder.ts";
import { DecoderPrograms } from "../../src/generate/decoder-programs.ts";
import { PackedCache, type PackedRow } from "../../src/generate/packed-cache.ts";
import { openSafetensors, readTensor } from "../../src/interchange/safetensors.ts";
import { parseModelConfig } from "../../src/model/architectures.ts";
import type { AppliedMethod } from "../../src/model/methods/method.ts";
import { applyMethod } from "../../src/model/methods/methods.ts";
import { fitsCachedAttention } from "../../src/model/stages/cached-block.ts";
import type { TensorReader } from "../../src/model/tensor-reader.ts";
import { uploadTuned } from "../../src/model/tuned-stages.ts";
import { loadModel, type LoadedModel } from "../../src/model/weights.ts";
import { readFloats, type DeviceTensor, type Engine } from "../../src/runtime/engine.ts";
import { createReferenceEngine } from "../../src/runtime/reference/reference-engine.ts";
import { TensorOwner } from "../../src/runtime/tensor-owner.ts";
import { wrappedEngine } from "../../src/runtime/wrapped-engine.ts";
import { oddModels } from "../support/odd-models.ts";
import { the } from "../support/the.ts";
import { tinyWeights } from "../support/tiny-model.ts";

vi.setConfig({ testTimeout: 60_000 });

type Config = Readonly<Record<string, unknown>>;

function largestDifference(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((most, value, at) => Math.max(most, Math.abs(value - Number(b[at]))), 0);
}

/** Heads of 16 numbers; where a part of them turns, of 32, half of which turn. */
const whole = { hidden_size: 48 };
const half = { hidden_size: 64, num_attention_heads: 2, num_key_value_heads: 2, partial_rotary_factor: 0.5, rotary_pct: 0.5 };
const lists = { type: "longrope", long_factor: [1, 1.4, 2.2, 3.1, 4.5, 5, 6, 7], short_factor: [1, 1.1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6] };
const fitting: Readonly<Record<string, Config>> = {
  llama: whole,
  mistral: whole,
  qwen2: whole,
  qwen3: { ...whole, head_dim: 16 },
  gemma: { ...whole, head_dim: 16 },
  gemma2: { ...whole, head_dim: 16 },
  gemma3_text: { ...whole, head_dim: 16 },
  phi: half,
  phi3: half,
  smollm3: whole,
  olmo2: whole,
  "phi3 with longrope": { ...half, rope_scaling: lists },
  "llama with yarn": whole,
  "gpt_neox with dynamic": half,
  gpt2: { n_embd: 48 },
  gpt_neox: half,
};

async function open(config: Config, engine: Engine, quantization: "none" | "int8" = "none"): Promise<LoadedModel> {
  const weights = await openSafetensors(blobSource("odd", new Blob([tinyWeights(config)])));
  const shapes = new Map([...weights.tensors].map(([name, { shape }]) => [name, shape]));
  const reader = { shapes, read: (...range: Parameters<TensorReader["read"]>) => readTensor(weights, ...range) };
  return loadModel(engine, parseModelConfig(config), reader, { quantization });
}

/** It computes as the reference engine does, and is fed as a GPU is. */
const asGpu = (): Engine => wrappedEngine(createReferenceEngine(), { kind: "webgpu" });

/** One whose kernel is off by a hundredth when it is tried. */
function wronglyAttending(): Engine {
  const engine = createReferenceEngine();
  const run: Engine["run"] = async (program, feeds) => {
    const results = await engine.run(program, feeds);
    const kernel = (results as Readonly<Record<string, DeviceTensor>>)["kernel"];
    if (program.graph.name !== "attention.check" || !kernel) return results;
    const numbers = await readFloats(engine, kernel);
    kernel.dispose();
    return {
      ...results,
      kernel: engine.upload(
        "float32",
        kernel.shape,
        numbers.map((value) => value * 1.01),
      ),
    };
  };
  return wrappedEngine(engine, { kind: "webgpu", run });
}

const methodOf = (model: LoadedModel, config: Partial<MethodConfig>): AppliedMethod =>
  applyMethod(model.spec, parseStoredConfig({ method: config }).method);

interface Case {
  readonly config: Config;
  readonly method?: Partial<MethodConfig>;
  readonly quantization?: "none" | "int8";
}

/** What both kinds of programs give; each is made of the same numbers. */
async function onBoth<T>({ config, method, quantization }: Case, work: (...args: ConstructorParameters<typeof PackedCache>) => Promise<T>) {
  const made: { readonly isInPlace: boolean; readonly result: T }[] = [];
  for (const engine of [createReferenceEngine(), asGpu()]) {
    const model = await open(config, engine, quantization);
    const applied = method ? methodOf(model, method) : null;
    using owner = new TensorOwner(engine);
    const random = seededRandom(4);
    const vectors = (layout: AppliedMethod["layout"]) =>
      Object.fromEntries(layout.map(({ name, size }) => [name, Float32Array.from({ length: size }, () => 0.3 * random.normal())]));
    const tensors = applied && uploadTuned(owner, applied, { parameters: vectors(applied.layout), fixed: vectors(applied.fixed) });
    const programs = new DecoderPrograms(model, applied);
    const atStart = engine.memory().liveBytes;
    const result = await work(programs, 60, tensors);
    made.push({ isInPlace: programs.residents.cachesInPlace(applied), result });
    await programs.dispose();
    expect(engine.memory().liveBytes).toBe(atStart);
  }
  const [apart, fused] = made;
  return { apart: the(apart), fused: the(fused) };
}

const ids = Array.from({ length: 50 }, (_, at) => (at * 29 + 7) % 67);

/** A prompt, and tokens after it. */
const after =
  (prompt: number) =>
  async (...[programs, tokens, tensors]: ConstructorParameters<typeof PackedCache>): Promise<Float32Array[]> => {
    using decoder = new Decoder(programs, tokens, tensors);
    const given = [await decoder.read(ids.slice(0, prompt))];
    for (const id of ids.slice(prompt, prompt + 3)) given.push(await decoder.read([id]));
    return given;
  };
/** Longer than the windows. */
const logitsOf = after(6);

describe("programs with attention in one node", () => {
  it.each(Object.keys(oddModels).filter((name) => name !== "gemma2"))("%s: give what those of single nodes give", async (family) => {
    const { apart, fused } = await onBoth({ config: { ...the(oddModels[family]), ...the(fitting[family]) } }, logitsOf);
    expect([apart.isInPlace, fused.isInPlace]).toEqual([false, true]);
    for (const [at, logits] of fused.result.entries()) expect(largestDifference(logits, the(apart.result[at]))).toBeLessThan(1e-5);
  });

  // Heads of 8 numbers, and parts of them that are no whole 16: the kernel does not turn those.
  it.each([
    ["qwen2", { hidden_size: 24 }],
    ["phi", { hidden_size: 64, num_attention_heads: 2, num_key_value_heads: 2, partial_rotary_factor: 0.4 }],
  ] as const)("%s, whose positions turn before: what single nodes give", async (family, shape) => {
    const { apart, fused } = await onBoth({ config: { ...the(oddModels[family]), ...shape } }, logitsOf);
    expect(fused.isInPlace).toBe(true);
    for (const [at, logits] of fused.result.entries()) expect(largestDifference(logits, the(apart.result[at]))).toBeLessThan(1e-5);
  });

  it("a prompt of more than a chunk, past the length from which angles are others", async () => {
    const config = { ...the(oddModels["phi3 with longrope"]), ...the(fitting["phi3 with longrope"]), num_hidden_layers: 1 };
    const { apart, fused } = await onBoth({ config }, after(40));
    for (const [at, logits] of fused.result.entries()) expect(largestDifference(logits, the(apart.result[at]))).toBeLessThan(1e-5);
  });

  // What depends on their tensors alone is computed once; what is low-rank beside one input is one product.
  it.each<Partial<MethodConfig> & Pick<MethodConfig, "kind">>([
    { kind: "lora", rank: 2 },
    { kind: "lora", rank: 3, targets: ["all-linear"] },
    { kind: "lora", rank: 2, targets: ["q_proj", "k_proj", "v_proj"], rankPattern: "q_proj=5", alphaPattern: "v_proj=9" },
    { kind: "lora", rank: 2, targets: ["k_proj", "v_proj", "gate_proj"] },
    { kind: "dora", rank: 2, targets: ["all-linear"] },
    { kind: "vera", rank: 3, targets: ["all-linear"] },
    { kind: "oft", blockSize: 8, targets: ["q_proj", "down_proj"] },
    { kind: "ia3" },
    { kind: "prompt", virtualTokens: 3 },
    { kind: "norms" },
  ])("with $kind of $targets", async (method) => {
    const config = { ...the(oddModels["qwen2"]), ...whole, intermediate_size: 56, num_hidden_layers: 2 };
    const { apart, fused } = await onBoth({ config, method, quantization: "int8" }, logitsOf);
    expect(fused.isInPlace).toBe(true);
    for (const [at, logits] of fused.result.entries()) expect(largestDifference(logits, the(apart.result[at]))).toBeLessThan(1e-5);
  });

  it("are not made where the kernel is wrong on this device, which is asked in the model's shape when it is loaded", async () => {
    const config = { ...the(oddModels["qwen3"]), ...the(fitting["qwen3"]) };
    const [right, wrong] = [await open(config, asGpu()), await open(config, wronglyAttending())];
    expect([right, wrong].map(({ attendsRightly }) => attendsRightly)).toEqual([true, false]);
    const given = await Promise.all(
      [right, wrong].map(async (model) => {
        const programs = new DecoderPrograms(model, null);
        expect(programs.residents.cachesInPlace(null)).toBe(model.attendsRightly);
        return logitsOf(programs, 60, null);
      }),
    );
    for (const [at, logits] of the(given[0]).entries()) expect(largestDifference(logits, the(given[1]?.[at]))).toBeLessThan(1e-5);
  });

  it("several sequences that share a start, each as it is alone", async () => {
    const rows: PackedRow[] = [
      ...[5, 9, 3].map((id, position) => ({ id, sequence: -1, position })),
      ...[7, 8].map((id, at) => ({ id, sequence: 0, position: 3 + at })),
      ...[44, 2, 6].map((id, at) => ({ id, sequence: 1, position: 3 + at })),
    ];
    const next = [
      { id: 11, sequence: 1, position: 6 },
      { id: 12, sequence: 0, position: 5 },
    ];
    const config = { ...the(oddModels["gemma3_text"]), ...whole, head_dim: 16 };
    const { apart, fused } = await onBoth({ config }, async (...args) => {
      using cache = new PackedCache(...args);
      return [await cache.append(rows, [4, 7]), await cache.append(next, [0, 1])];
    });
    expect(fused.isInPlace).toBe(true);
    for (const [at, logits] of fused.result.entries()) expect(largestDifference(logits, the(apart.result[at]))).toBeLessThan(1e-5);
  });
});

describe("the nodes it had", () => {
  it.each([
    ["llama", "in shapes that the kernel does not take", {}],
    ["gpt2", "in shapes that the kernel does not take", {}],
    ["gemma2", "with capped scores", fitting["gemma2"]],
  ] as const)("are what %s keeps %s", async (family, _why, shape) => {
    const { apart, fused } = await onBoth({ config: { ...the(oddModels[family]), ...shape } }, logitsOf);
    expect(fused.isInPlace).toBe(false);
    for (const [at, logits] of fused.result.entries()) expect(largestDifference(logits, the(apart.result[at]))).toBeLessThan(1e-5);
  });

  it("are what a prefix keeps", async () => {
    const config = { ...the(oddModels["llama"]), ...whole };
    const { apart, fused } = await onBoth({ config, method: { kind: "prefix", virtualTokens: 2 } }, logitsOf);
    expect(fused.isInPlace).toBe(false);
    for (const [at, logits] of fused.result.entries()) expect(largestDifference(logits, the(apart.result[at]))).toBeLessThan(1e-5);
  });

  it.each([
    [{ ...whole }, true],
    [{ hidden_size: 24 }, true],
    [{ hidden_size: 36 }, false],
    [{ hidden_size: 192 }, true],
  ])("heads of hidden size %o", (config, fits) => {
    expect(fitsCachedAttention(parseModelConfig({ ...the(oddModels["llama"]), ...config }), null)).toBe(fits);
  });
});
