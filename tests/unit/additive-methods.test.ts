// Claim: prompt, prefix and bottleneck have the gradients that central differences of the loss have, on a shape of every family that nothing
// was made for, in float64; and they start as they should.
import { describe, expect, it, vi } from "vitest";
import { blobSource } from "../../src/base/byte-source.ts";
import { seededRandom } from "../../src/base/random.ts";
import { openSafetensors, readTensor } from "../../src/interchange/safetensors.ts";
import { groupTensors } from "../../src/interchange/adapter-tensors.ts";
import { parseModelConfig } from "../../src/model/architectures.ts";
import { baseNumbers } from "../../src/model/base-numbers.ts";
import { bottleneck } from "../../src/model/methods/bottleneck.ts";
import type { AppliedMethod } from "../../src/model/methods/method.ts";
import { prefix } from "../../src/model/methods/prefix.ts";
import { prompt } from "../../src/model/methods/prompt.ts";
import type { NamedVectors } from "../../src/model/parameters.ts";
import type { ModelSpec } from "../../src/model/spec.ts";
import { uploadTuned } from "../../src/model/tuned-stages.ts";
import { loadModel, type LoadedModel } from "../../src/model/weights.ts";
import { readFloats } from "../../src/runtime/engine.ts";
import { createReferenceEngine } from "../../src/runtime/reference/reference-engine.ts";
import { TensorOwner } from "../../src/runtime/tensor-owner.ts";
import { ZeroVectors } from "../../src/runtime/zero-vectors.ts";
import { Gradients } from "../../src/model/gradients.ts";
import { collate, wholeRow } from "../../src/tokens/batches.ts";
import { makeTraining } from "../../src/train/make-training.ts";
import { Network } from "../../src/train/network.ts";
import { defaultRunConfig } from "../../src/config/run-config.ts";
import { failureOf } from "../support/errors.ts";
import { oddModels } from "../support/odd-models.ts";
import { soaked } from "../support/soak.ts";
import { the } from "../support/the.ts";
import { tinyWeights } from "../support/tiny-model.ts";

vi.setConfig({ testTimeout: 60_000 });

async function open(config: Readonly<Record<string, unknown>>): Promise<LoadedModel> {
  const weights = await openSafetensors(blobSource("odd", new Blob([tinyWeights(config)])));
  const shapes = new Map([...weights.tensors].map(([name, { shape }]) => [name, shape]));
  const spec = parseModelConfig(config);
  return loadModel(createReferenceEngine(), spec, { shapes, read: (...range) => readTensor(weights, ...range) }, { quantization: "none" });
}

const random = seededRandom(3);
/** Rows of 8 and 5 tokens, more than the windows have; the first two are not learned. */
const batch = collate(
  [8, 5].map((length, line) => {
    const ids = Int32Array.from({ length }, () => random.below(67));
    return { line, ids, labels: ids.map((id, at) => (at < 2 ? -100 : id)) };
  }),
  8,
);

const methods: Readonly<Record<string, (spec: ModelSpec) => AppliedMethod>> = {
  prompt: (spec) => prompt(spec, { virtualTokens: 3, promptText: "" }),
  prefix: (spec) => prefix(spec, { virtualTokens: 3 }),
  bottleneck: (spec) => bottleneck(spec, { bottleneckSize: 5, activation: "gelu", layers: "" }),
};

/** On a grid that float32 holds exactly when a step is added. */
function gridded({ layout }: AppliedMethod, seed: number): NamedVectors {
  const own = seededRandom(seed);
  return Object.fromEntries(
    layout.map(({ name, size }) => [name, Float32Array.from({ length: size }, () => Math.round(own.normal() * 128) / 256)]),
  );
}

/** @param step of the differences: log-probabilities are rounded to float32, which a smaller one would measure */
async function checkDirection(model: LoadedModel, method: AppliedMethod, step = 2 ** -9, tolerance = 1e-3): Promise<void> {
  const network = new Network(model, method);
  const [at, direction] = [gridded(method, 5), gridded(method, 7)];
  const loss = async (by: number): Promise<number> => {
    using owner = new TensorOwner(model.engine);
    const parameters = Object.fromEntries(
      Object.entries(at).map(([name, values]) => [name, values.map((value, i) => value + by * the(the(direction[name])[i]))]),
    );
    const { sum, count } = await network.topLabels(batch, uploadTuned(owner, method, { parameters, fixed: {} }));
    return sum / count;
  };
  const numeric = (-(await loss(2 * step)) + 8 * (await loss(step)) - 8 * (await loss(-step)) + (await loss(-2 * step))) / (12 * step);
  const exact = await slope(network, method, at, direction);
  expect(Math.abs(numeric - exact)).toBeLessThan(tolerance * Math.max(1, Math.abs(exact)));
  await network.dispose();
}

/** The gradient's part along a direction. */
async function slope(network: Network, method: AppliedMethod, at: NamedVectors, direction: NamedVectors): Promise<number> {
  const { engine, spec } = network.model;
  const { objective } = makeTraining(spec, defaultRunConfig);
  using owner = new TensorOwner(engine);
  const tuned = uploadTuned(owner, method, { parameters: at, fixed: {} });
  const gradients = new Gradients(method.layout, new ZeroVectors(owner));
  await network.gradient(batch, tuned, gradients, { objective, scale: 1 / objective.count(batch), reference: new Float32Array() });
  let sum = 0;
  for (const [name, tensor] of Object.entries(gradients.taken(owner))) {
    for (const [i, value] of (await readFloats(engine, tensor)).entries()) sum += value * the(the(direction[name])[i]);
  }
  return sum;
}

it.each(soaked(Object.entries(oddModels)))("%s with bottlenecks: the gradient is that of the loss", async (_name, config) => {
  const model = await open(config);
  await checkDirection(model, the(methods["bottleneck"])(model.spec));
});

/** Windows, scaled embeddings, learned positions; PEFT's own gradients stand in tests/parity/methods-additive.test.ts. */
describe.each(["mistral", "gemma2", "gpt2"])("%s", (name) => {
  it.each(["prompt", "prefix"])("%s: the gradient is that of the loss", async (kind) => {
    const model = await open(the(oddModels[name]));
    await checkDirection(model, the(methods[kind])(model.spec));
  });
});

// Some of relu's inputs cross its kink on the way.
it.each([
  ["silu", 2 ** -9, 1e-3],
  ["relu", 2 ** -11, 1e-3],
] as const)("bottleneck with %s in one layer: the gradient is that of the loss", async (activation, step, tolerance) => {
  const model = await open(the(oddModels["llama"]));
  await checkDirection(model, bottleneck(model.spec, { bottleneckSize: 5, activation, layers: "1:1" }), step, tolerance);
});

describe("bottleneck", () => {
  it("starts as no change", async () => {
    const model = await open(the(oddModels["gemma2"]));
    const method = the(methods["bottleneck"])(model.spec);
    const [base, tuned] = [new Network(model, null), new Network(model, method)];
    using owner = new TensorOwner(model.engine);
    const start = await method.start(baseNumbers(model), seededRandom(1));
    expect(await tuned.logProbs(batch, uploadTuned(owner, method, start))).toEqual(await base.logProbs(batch, null));
  });

  it("is two products with biases around the activation, behind each sublayer of the chosen layers", () => {
    const spec = parseModelConfig(the(oddModels["gpt2"]));
    const { layout } = bottleneck(spec, { bottleneckSize: 5, activation: "gelu", layers: "last:1" });
    const shapes = groupTensors(layout, {}).map(({ name, shape }) => [name, shape]);
    expect(layout.map(({ name }) => name)).toEqual(["layer.2"]);
    expect(shapes).toEqual(
      ["attn", "mlp"].flatMap((part) => [
        [`transformer.h.2.${part}.c_proj.adapter_down.bias`, [5]],
        [`transformer.h.2.${part}.c_proj.adapter_down.weight`, [5, 42]],
        [`transformer.h.2.${part}.c_proj.adapter_up.bias`, [42]],
        [`transformer.h.2.${part}.c_proj.adapter_up.weight`, [42, 5]],
      ]),
    );
  });
});

describe("a prompt that starts from a text", () => {
  const encode = (text: string): number[] => Array.from({ length: text.length }, (_, at) => text.charCodeAt(at) - 60);
  const startOf = async (name: string, promptText: string, virtualTokens: number) => {
    const model = await open(the(oddModels[name]));
    const method = prompt(model.spec, { virtualTokens, promptText });
    return { model, method, start: await method.start(baseNumbers(model), seededRandom(1), { encode }) };
  };

  // Ids 5, 6, 7: repeated to five, cut to two.
  it.each([
    [5, [5, 6, 7, 5, 6]],
    [2, [5, 6]],
  ])("has the embeddings of its tokens, %i of them", async (count, ids) => {
    const { model, start } = await startOf("llama", "ABC", count);
    expect(start.parameters["prompt"]).toEqual(await baseNumbers(model).embedding(ids));
  });

  it.each(["gemma", "gpt2"])("%s: answers as if the text stood there", async (name) => {
    const { model, method, start } = await startOf(name, "ABC", 3);
    const [tuned, base] = [new Network(model, method), new Network(model, null)];
    using owner = new TensorOwner(model.engine);
    const [last, ids] = [9, Int32Array.from({ length: 10 }, (_, at) => (at * 11 + 1) % 67)];
    const own = await tuned.logits(wholeRow(ids), Int32Array.of(last), uploadTuned(owner, method, start));
    const text = await base.logits(wholeRow(Int32Array.from([5, 6, 7, ...ids])), Int32Array.of(last + 3), null);
    expect(Math.max(...own.map((value, at) => Math.abs(value - Number(text[at]))))).toBeLessThan(1e-5);
  });

  it("is refused without a tokenizer, and where it makes no tokens", async () => {
    const model = await open(the(oddModels["llama"]));
    const method = prompt(model.spec, { virtualTokens: 2, promptText: "A" });
    const begin = (encodeText?: (text: string) => number[]) =>
      failureOf(() => method.start(baseNumbers(model), seededRandom(1), encodeText ? { encode: encodeText } : {}));
    expect((await begin()).message).toContain("loaded without a tokenizer");
    expect((await begin(() => [])).message).toContain("“A” makes no tokens");
    expect((await begin(() => [67])).code).toBe("tokens/out-of-vocabulary");
  });
});

it.each([prompt, prefix])("what fills the whole context is refused", async (apply) => {
  const spec = parseModelConfig(the(oddModels["llama"]));
  expect(apply(spec, { virtualTokens: 95, promptText: "" }).layout.length).toBeGreaterThan(0);
  const failure = await failureOf(() => apply(spec, { virtualTokens: 96, promptText: "" }));
  expect(failure).toMatchObject({ code: "config/invalid" });
  expect(failure.message).toContain("96 virtual tokens leave nothing of this model’s context of 96");
});

it("a range of layers that the model does not have is refused", async () => {
  const spec = parseModelConfig(the(oddModels["llama"]));
  const failure = await failureOf(() => bottleneck(spec, { bottleneckSize: 5, activation: "gelu", layers: "1:3" }));
  expect(failure.message).toContain("1:3; this model has 3 layers, numbered 0 to 2");
});
