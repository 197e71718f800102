// Claim: answers that are written together are those that each prompt gets alone, token for token, whatever the prompts have in common, however
// many go at once, with and without a method; what stands in one is not seen by another.
import { describe, expect, it, vi } from "vitest";
import { blobSource } from "../../src/base/byte-source.ts";
import { seededRandom } from "../../src/base/random.ts";
import { parseStoredConfig, type MethodConfig } from "../../src/config/run-config.ts";
import { Decoder } from "../../src/generate/decoder.ts";
import { DecoderPrograms } from "../../src/generate/decoder-programs.ts";
import { generateTokens } from "../../src/generate/generate.ts";
import { Residents } from "../../src/generate/residents.ts";
import { generateTogether, type TogetherPrompt } from "../../src/generate/together.ts";
import { openSafetensors, readTensor } from "../../src/interchange/safetensors.ts";
import { parseModelConfig } from "../../src/model/architectures.ts";
import type { AppliedMethod } from "../../src/model/methods/method.ts";
import { applyMethod } from "../../src/model/methods/methods.ts";
import type { TensorReader } from "../../src/model/tensor-reader.ts";
import { uploadTuned, type TunedTensors } from "../../src/model/tuned-stages.ts";
import { loadModel, type LoadedModel } from "../../src/model/weights.ts";
import { createReferenceEngine } from "../../src/runtime/reference/reference-engine.ts";
import { TensorOwner } from "../../src/runtime/tensor-owner.ts";
import { failureOf } from "../support/errors.ts";
import { oddModels } from "../support/odd-models.ts";
import { tinyWeights } from "../support/tiny-model.ts";

vi.setConfig({ testTimeout: 60_000 });

async function open(config: Readonly<Record<string, unknown>>): Promise<LoadedModel> {
  const weights = await openSafetensors(blobSource("odd", new Blob([tinyWeights(config)])));
  const shapes = new Map([...weights.tensors].map(([name, { shape }]) => [name, shape]));
  const reader = { shapes, read: (...range: Parameters<TensorReader["read"]>) => readTensor(weights, ...range) };
  return loadModel(createReferenceEngine(), parseModelConfig(config), reader, { quantization: "none" });
}

const greedy = { temperature: 0, topP: 1, topK: 0, seed: 1, endIds: new Set<number>() };
const begin = [4, 9, 33, 2, 51];
/** With a common start, the same one twice, one that is the start of another, and an answer that is longer than others. */
const prompts: readonly TogetherPrompt[] = [
  { ids: [...begin, 7, 12], maxTokens: 3 },
  { ids: [...begin, 60], maxTokens: 5 },
  { ids: [...begin, 60], maxTokens: 2 },
  { ids: begin, maxTokens: 4 },
];

interface Ended {
  readonly ids: readonly number[];
  readonly end: string | undefined;
}

async function together(
  programs: DecoderPrograms,
  tensors: TunedTensors | null,
  { most, given = prompts, options = greedy }: { most: number; given?: readonly TogetherPrompt[]; options?: typeof greedy },
): Promise<Ended[]> {
  const answers = given.map((): { ids: number[]; end: string | undefined } => ({ ids: [], end: undefined }));
  for await (const pass of generateTogether(programs, tensors, given, { ...options, most })) {
    for (const news of pass) {
      const answer = answers[news.of] as (typeof answers)[number];
      if ("id" in news) answer.ids.push(news.id);
      else answer.end = news.end;
    }
  }
  return answers;
}

async function oneByOne(programs: DecoderPrograms, tensors: TunedTensors | null, options = greedy, given = prompts): Promise<Ended[]> {
  const answers: Ended[] = [];
  for (const { ids: prompt, maxTokens } of given) {
    using decoder = new Decoder(programs, prompt.length + maxTokens, tensors);
    const tokens = generateTokens(decoder, prompt, { ...options, maxTokens });
    const ids: number[] = [];
    let next = await tokens.next();
    for (; !next.done; next = await tokens.next()) ids.push(next.value);
    answers.push({ ids, end: next.value });
  }
  return answers;
}

function disturbed(owner: TensorOwner, method: AppliedMethod): TunedTensors {
  const random = seededRandom(4);
  const vectors = ({ layout }: Pick<AppliedMethod, "layout">) =>
    Object.fromEntries(layout.map(({ name, size }) => [name, Float32Array.from({ length: size }, () => 0.3 * random.normal())]));
  return uploadTuned(owner, method, { parameters: vectors(method), fixed: vectors({ layout: method.fixed }) });
}

async function check(model: LoadedModel, method: AppliedMethod | null): Promise<void> {
  using owner = new TensorOwner(model.engine);
  const tensors = method && disturbed(owner, method);
  const programs = new DecoderPrograms(model, method);
  const alone = await oneByOne(programs, tensors);
  expect(new Set(alone.map(({ ids }) => ids.join())).size).toBeGreaterThan(1);
  expect(await together(programs, tensors, { most: 8 })).toEqual(alone);
  await programs.dispose();
}

describe("answers written together are those written alone", () => {
  // Windows, two ropes, layers without one, learned positions, and angles that go by the length.
  it.each(["gemma2", "gemma3_text", "smollm3", "gpt2", "phi3 with longrope"])("%s", async (family) =>
    check(await open(oddModels[family] as Readonly<Record<string, unknown>>), null),
  );

  it.each([
    { kind: "lora", rank: 2 },
    { kind: "prompt", virtualTokens: 3 },
    { kind: "prefix", virtualTokens: 2 },
    { kind: "tokens", tokenIds: "4, 60" },
  ] as const)("with $kind", async (config) => {
    const model = await open(oddModels["llama"] as Readonly<Record<string, unknown>>);
    await check(model, applyMethod(model.spec, parseStoredConfig({ method: config as Partial<MethodConfig> }).method));
  });

  it("drawn at random, ended by a token, and where one sequence goes at a time", async () => {
    const model = await open(oddModels["qwen2"] as Readonly<Record<string, unknown>>);
    const programs = new DecoderPrograms(model, null);
    const drawn = { ...greedy, temperature: 1, endIds: new Set(Array.from({ length: 12 }, (_, at) => 5 * at)) };
    const alone = await oneByOne(programs, null, drawn);
    expect(new Set(alone.map(({ end }) => end))).toEqual(new Set(["end", "length"]));
    // Two and two.
    expect(await together(programs, null, { most: 2, options: drawn })).toEqual(alone);
    const layered = new DecoderPrograms(model, null, new Residents(model, 0));
    const two = prompts.slice(1, 3);
    expect(await together(layered, null, { most: 4, given: two, options: drawn })).toEqual(alone.slice(1, 3));
  });
});

it("a prompt that is too long, or no token of the model, is refused before anything is written", async () => {
  const model = await open(oddModels["llama"] as Readonly<Record<string, unknown>>);
  const programs = new DecoderPrograms(model, null);
  const refused = (last: TogetherPrompt): Promise<string> =>
    failureOf(() => together(programs, null, { most: 4, given: [...prompts, last] })).then(({ code }) => code);
  expect(await refused({ ids: [1], maxTokens: model.spec.contextLength })).toBe("generate/context-full");
  expect(await refused({ ids: [67], maxTokens: 1 })).toBe("tokens/out-of-vocabulary");
  expect(await together(programs, null, { most: 4, given: [] })).toEqual([]);
});
