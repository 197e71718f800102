// Claim: a token that is chosen by what a device says of the likeliest ones is the one that all logits give for the same seed, whatever is
// kept; where the likeliest ones do not decide, all logits are read; and what is read otherwise is less than a kilobyte.
import { describe, expect, it } from "vitest";
import { blobSource } from "../../src/base/byte-source.ts";
import { seededRandom } from "../../src/base/random.ts";
import { Decoder } from "../../src/generate/decoder.ts";
import { DecoderPrograms } from "../../src/generate/decoder-programs.ts";
import { chooseToken, generateTokens } from "../../src/generate/generate.ts";
import { likeliestAt, sampleToken, tokenAt, type Likeliest, type SamplingOptions } from "../../src/generate/sampling.ts";
import { openSafetensors, readTensor } from "../../src/interchange/safetensors.ts";
import { GraphBuilder } from "../../src/graph/builder.ts";
import { parseModelConfig } from "../../src/model/architectures.ts";
import { mostLikeliest } from "../../src/model/stages/head.ts";
import type { TensorReader } from "../../src/model/tensor-reader.ts";
import { loadModel, type LoadedModel } from "../../src/model/weights.ts";
import type { Engine } from "../../src/runtime/engine.ts";
import { createReferenceEngine } from "../../src/runtime/reference/reference-engine.ts";
import { wrappedEngine } from "../../src/runtime/wrapped-engine.ts";
import { requireFiniteLogits } from "../../src/session/chat/finite-results.ts";
import { failureOf } from "../support/errors.ts";
import { oddModels } from "../support/odd-models.ts";
import { the } from "../support/the.ts";
import { tinyWeights } from "../support/tiny-model.ts";

/** As a device says it, in float32. */
function likeliestOf(logits: Float32Array, temperature: number, error = 0): Likeliest {
  const ids = [...logits.keys()].toSorted((a, b) => Number(logits[b]) - Number(logits[a]) || a - b).slice(0, mostLikeliest);
  const top = Number(logits[the(ids[0])]);
  const total = logits.reduce((sum, logit) => sum + Math.exp((logit - top) / (temperature || 1)), 0) * (1 + error);
  return { ids, logits: Float32Array.from(ids, (id) => Number(logits[id])), total, vocabulary: logits.length };
}

const settings: readonly SamplingOptions[] = [
  { temperature: 0, topP: 1, topK: 0 },
  { temperature: 1, topP: 1, topK: 5 },
  { temperature: 0.7, topP: 0.9, topK: 40 },
  { temperature: 2, topP: 0.95, topK: 64 },
  { temperature: 1, topP: 0.9, topK: 0 },
  { temperature: 0.5, topP: 0.5, topK: 0 },
  { temperature: 1.3, topP: 0.99, topK: 0 },
  { temperature: 0.03, topP: 0.9, topK: 20 },
];

describe("the likeliest tokens", () => {
  it("give what all logits give, or say that they are not enough", () => {
    const random = seededRandom(11);
    const known = new Map<SamplingOptions, number>();
    for (let round = 0; round < 400; round++) {
      const width = [20, 64, 65, 3000][round % 4] ?? 20;
      // Some drawn in steps, so that many are equal.
      const step = round % 3 === 0 ? 4 : 0;
      const logits = Float32Array.from({ length: width }, () => {
        const value = 5 * random.normal();
        return step ? Math.round(value * step) / step : value;
      });
      for (const options of settings) {
        const share = random.uniform();
        const found = likeliestAt(likeliestOf(logits, options.temperature, 2e-6 * random.normal()), options, share);
        if (found === undefined) continue;
        known.set(options, (known.get(options) ?? 0) + 1);
        expect(found, JSON.stringify({ round, options, share })).toBe(tokenAt(logits, options, share));
      }
    }
    // They are enough nearly always where a few tokens are kept.
    for (const options of settings.slice(0, 2)) expect(known.get(options)).toBeGreaterThan(380);
    for (const options of settings.slice(2)) expect(known.get(options) ?? 0).toBeGreaterThan(100);
  });

  it.each([
    ["all are kept", { temperature: 1, topP: 1, topK: 0 }, 1000, 1],
    ["more are kept than there are", { temperature: 1, topP: 1, topK: 65 }, 1000, 1],
    ["a nucleus goes on behind them", { temperature: 1, topP: 0.9, topK: 0 }, 1000, 1e-3],
    ["others weigh the same", { temperature: 1, topP: 1, topK: 40 }, 1000, 0],
  ] as const)("are not enough where %s", (_why, options, width, spread) => {
    const random = seededRandom(2);
    const logits = Float32Array.from({ length: width }, () => spread * random.normal());
    expect(likeliestAt(likeliestOf(logits, 1), options, 0.5)).toBeUndefined();
  });

  it("are not enough where a share of the total is met", () => {
    const logits = Float32Array.from([0.5, 0.25, 0.25, 1e-9], Math.log);
    const options = { temperature: 1, topP: 0.75, topK: 0 };
    expect(likeliestAt(likeliestOf(logits, 1), options, 0.5)).toBeUndefined();
    expect(likeliestAt(likeliestOf(logits, 1), { ...options, topP: 0.74 }, 0.99)).toBe(1);
  });
});

async function open(engine: Engine): Promise<LoadedModel> {
  const config = { ...the(oddModels["qwen2"]), hidden_size: 48, vocab_size: 201, num_hidden_layers: 1 };
  const weights = await openSafetensors(blobSource("odd", new Blob([tinyWeights(config)])));
  const shapes = new Map([...weights.tensors].map(([name, { shape }]) => [name, shape]));
  const reader = { shapes, read: (...range: Parameters<TensorReader["read"]>) => readTensor(weights, ...range) };
  return loadModel(engine, parseModelConfig(config), reader, { quantization: "none" });
}

/** The answer to a prompt, and the most bytes that were read for a token of it. */
async function answerOf(kind: "reference" | "webgpu", options: SamplingOptions) {
  let most = 0;
  const inner = createReferenceEngine();
  const noted = <T extends { readonly bytes: number }>(tensors: readonly T[]): readonly T[] => {
    most = Math.max(
      most,
      tensors.reduce((sum, { bytes }) => sum + bytes, 0),
    );
    return tensors;
  };
  const engine = wrappedEngine(inner, {
    kind,
    read: (tensor) => inner.read(the(noted([tensor])[0])),
    readAll: (tensors) => inner.readAll(noted(tensors)),
  });
  const programs = new DecoderPrograms(await open(engine), null);
  using decoder = new Decoder(programs, 30, null);
  const ids: number[] = [];
  for await (const id of generateTokens(decoder, [5, 17, 3], { ...options, maxTokens: 12, seed: 7, endIds: new Set() })) {
    // Programs that have weights built in read them first.
    if (ids.length === 0) most = 0;
    ids.push(id);
  }
  return { ids, most };
}

/** Fewer tokens are kept than a device says, by weights that are not so small that all others are nothing. */
const isNarrow = ({ temperature, topK }: SamplingOptions): boolean =>
  temperature === 0 || (topK > 0 && topK < mostLikeliest && temperature > 0.1);

describe("an answer on a GPU", () => {
  it.each([...settings, { temperature: 1, topP: 1, topK: 0 }])("is that of all logits: %o", async (options) => {
    const [whole, fed] = [await answerOf("reference", options), await answerOf("webgpu", options)];
    expect(fed.ids).toEqual(whole.ids);
    expect(whole.most).toBe(4 * 201);
    // What decides between kept and not may lie behind the likeliest.
    if (isNarrow(options)) expect(fed.most).toBe(4 * (2 * mostLikeliest + 2));
    else if (options.topP === 1) expect(fed.most).toBe(4 * 201);
  });

  it("is refused where not all logits are finite, by what all of them are", async () => {
    const logits = new Float32Array(200).with(150, -Infinity);
    const check = (given: Float32Array): void => requireFiniteLogits(given, false);
    const next = { likeliest: undefined, all: () => Promise.resolve(logits) };
    const options = { temperature: 0, topP: 1, topK: 0, check };
    expect((await failureOf(() => chooseToken(next, options, seededRandom(1)))).code).toBe("model/logits-not-finite");
    // The sum that says so.
    const g = new GraphBuilder();
    const named = ["values", "ids", "total", "sum"];
    const found = g.apply("likeliest", [g.input("x", "float32", [1, 200]), g.input("c", "float32", [1])], { count: 4 });
    const engine = createReferenceEngine();
    const program = await engine.compile(g.finish("f", Object.fromEntries(found.map((value, at) => [the(named[at]), value]))));
    for (const [bad, isFinite] of [[-Infinity, false] as const, [NaN, false] as const, [2, true] as const]) {
      const feeds = { x: engine.upload("float32", [1, 200], logits.with(150, bad)), c: engine.upload("float32", [1], Float32Array.of(1)) };
      const results = await engine.run(program, feeds);
      expect(Number.isFinite(Number((await engine.read(the(results["sum"])))[0]))).toBe(isFinite);
    }
  });

  it("draws as before: a choice by all logits takes one random number, a greedy one none", () => {
    const [a, b] = [seededRandom(3), seededRandom(3)];
    sampleToken(Float32Array.of(1, 2), { temperature: 1, topP: 1, topK: 0 }, a);
    b.uniform();
    expect(a.state()).toEqual(b.state());
  });
});
