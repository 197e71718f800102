// Claim: where a method frees parameters of the base, each group's gradient is the slope of the loss, for every family; chat with what was
// trained is the whole pass; what a start says is what the base has; and what cannot be trained is refused by name.
import { afterAll, describe, expect, it } from "vitest";
import { seededRandom } from "../../src/base/random.ts";
import { parseStoredConfig } from "../../src/config/run-config.ts";
import { Decoder } from "../../src/generate/decoder.ts";
import { DecoderPrograms } from "../../src/generate/decoder-programs.ts";
import { parseModelConfig } from "../../src/model/architectures.ts";
import { baseNumbers } from "../../src/model/base-numbers.ts";
import { applyMethod } from "../../src/model/methods/methods.ts";
import { parameterCount, requiredTensors } from "../../src/model/spec.ts";
import { parameterTotal, type NamedVectors } from "../../src/model/parameters.ts";
import { uploadTuned } from "../../src/model/tuned-stages.ts";
import type { LoadedModel } from "../../src/model/weights.ts";
import { disposeAll, readFloats } from "../../src/runtime/engine.ts";
import { createReferenceEngine } from "../../src/runtime/reference/reference-engine.ts";
import { TensorOwner } from "../../src/runtime/tensor-owner.ts";
import { wholeRow } from "../../src/tokens/batches.ts";
import { makeTraining } from "../../src/train/make-training.ts";
import { Network } from "../../src/train/network.ts";
import { Trainer } from "../../src/train/trainer.ts";
import { freshSnapshot, type Training } from "../../src/train/training.ts";
import { failureOf } from "../support/errors.ts";
import { oddBatch, oddIds, openOddModel } from "../support/odd-model.ts";
import { oddModels } from "../support/odd-models.ts";
import { soaked } from "../support/soak.ts";
import { the } from "../support/the.ts";

const engine = createReferenceEngine();
const opened = new Map<string, Promise<LoadedModel>>();
/** One of each family, of two layers, and one whose head is tied and has a bias. */
const families = Object.entries(oddModels).filter(([name]) => !name.includes(" with "));
const models: typeof oddModels = Object.fromEntries(
  [...families, ["phi, tied", { ...oddModels["phi"], tie_word_embeddings: true }] as const].map(([name, config]) => {
    return [name, { ...config, [name === "gpt2" ? "n_layer" : "num_hidden_layers"]: 2 }];
  }),
);

function model(name: string): Promise<LoadedModel> {
  const known = opened.get(name) ?? openOddModel(engine, the(models[name]));
  opened.set(name, known);
  return known;
}

afterAll(async () => {
  for (const one of opened.values()) (await one).dispose();
});

const step = 0.004;
const batch = oddBatch();
const lora = { kind: "lora", rank: 2, alpha: 3, targets: ["all-linear"] };
const tokens = { kind: "tokens", tokenIds: [...batch.ids.slice(1, 4), 66].join() };

/** By families that show all that they can do; "full" has every parameter there is. */
const cases: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
  ...soaked(Object.keys(models).map((name) => [name, { kind: "full" }] as const)),
  ["gpt2", { kind: "bitfit" }],
  ["phi", { kind: "bitfit" }],
  ["qwen3", { kind: "norms" }],
  ["gpt_neox", { kind: "norms", layers: "1:1" }],
  ["gpt2", { kind: "last-k", lastLayers: 1 }],
  ["gemma2", { kind: "embedding" }],
  ["mistral", { kind: "embedding" }],
  ["phi", { kind: "embedding" }],
  ["gemma2", tokens],
  ["mistral", tokens],
  ["phi, tied", tokens],
  ["gpt2", { ...lora, targets: ["c_attn"], save: ["wte", "wpe", "ln_1", "c_fc"], tieSaved: true }],
  ["qwen2", { ...lora, save: ["lm_head", "embed_tokens", "model.norm"] }],
  ["gemma2", { ...lora, save: ["embed_tokens"] }],
  ["llama", { ...lora, tokenIds: tokens.tokenIds }],
];

describe.each(cases)("%s %o", { timeout: 60_000 }, (name, method) => {
  it("starts as the base, and has gradients that are slopes, group by group", async () => {
    const loaded = await model(name);
    const training = makeTraining(loaded.spec, parseStoredConfig({ method }));
    const start = await disturbed(loaded, training);
    const trainer = await Trainer.create(loaded, training, freshSnapshot(training, { parameters: start, fixed: {} }));
    const { gradient } = await trainer.gradient([batch]);
    const { network } = trainer;
    const { parameters } = await training.method.start(baseNumbers(loaded), seededRandom(1));
    expect(Math.abs((await lossAt(network, parameters)) - (await baseLoss(loaded)))).toBeLessThan(1e-6);
    for (const { name: group } of training.method.layout) {
      const slope = (await readFloats(engine, the(gradient[group]))).slice();
      const { direction, expected } = steepened(slope);
      const at = (steps: number): Promise<number> => lossAt(network, moved(start, group, direction, steps * step));
      // Of the fourth order: a small change of an embedding that is scaled up bends the loss.
      const numeric = (8 * ((await at(1)) - (await at(-1))) - ((await at(2)) - (await at(-2)))) / (12 * step);
      expect(Math.abs(numeric / expected - 1), group).toBeLessThan(2e-3);
    }
    disposeAll(gradient);
    await trainer.dispose();
  });
});

describe.each(cases.filter(([, { kind }], at) => kind !== "full" || at === 0))("%s %o", { timeout: 60_000 }, (name, method) => {
  it("answers token by token as in the whole pass", async () => {
    const loaded = await model(name);
    const training = makeTraining(loaded.spec, parseStoredConfig({ method }));
    using owner = new TensorOwner(engine);
    const tuned = uploadTuned(owner, training.method, { parameters: await disturbed(loaded, training), fixed: {} });
    const [network, programs] = [new Network(loaded, training.method), new DecoderPrograms(loaded, training.method)];
    using decoder = new Decoder(programs, 12, tuned);
    const ids = oddIds(12, 9);
    for (const [from, to] of [[0, 10] as const, [10, 11] as const, [11, 12] as const]) {
      const logits = await decoder.read(ids.slice(from, to));
      const whole = await network.logits(wholeRow(Int32Array.from(ids.slice(0, to))), Int32Array.of(to - 1), tuned);
      expect(Math.max(...whole.map((value, at) => Math.abs(value - the(logits[at]))))).toBeLessThan(1e-5);
    }
    await Promise.all([network.dispose(), programs.dispose()]);
  });
});

describe("what is freed", () => {
  it.each(Object.keys(models))("full: every tensor of %s's checkpoint, by its name and in its shape", (name) => {
    const spec = parseModelConfig(the(models[name]));
    const { layout } = applyMethod(spec, parseStoredConfig({ method: { kind: "full" } }).method);
    const entries = layout.flatMap((group) => group.entries.map(({ tensor, shape }) => [tensor, shape] as const));
    expect(new Map(entries)).toEqual(requiredTensors(spec));
    expect(parameterTotal(layout)).toBe(parameterCount(spec));
  });

  it("bitfit is refused where a model has no biases", async () => {
    const error = await refusal("olmo2", { kind: "bitfit" });
    expect([error.key, error.params]).toEqual(["config/invalid#no-bias", { family: "olmo2" }]);
  });

  it.each([
    ["llama", { kind: "norms", layers: "1:2" }, "config/invalid#layers"],
    ["llama", { kind: "last-k", lastLayers: 3 }, "config/invalid#layers"],
    ["llama", { kind: "tokens" }, "config/invalid#no-tokens"],
    ["llama", { kind: "tokens", tokenIds: "3, 67" }, "config/invalid#token"],
    ["llama", { ...lora, save: ["lm_heads"] }, "config/invalid#saved"],
    ["llama", { ...lora, save: ["down_proj"] }, "config/invalid#saved-target"],
    ["llama", { ...lora, save: ["embed_tokens"], tokenIds: "3" }, "config/invalid#saved-tokens"],
    ["llama", { ...lora, save: ["norm"], tieSaved: true }, "config/invalid#nothing-tied"],
  ] as const)("%s %o is refused: %s", async (name, method, key) => {
    expect((await refusal(name, method)).key).toBe(key);
  });
});

function refusal(name: string, method: Readonly<Record<string, unknown>>) {
  return failureOf(async () => applyMethod(parseModelConfig(the(models[name])), parseStoredConfig({ method }).method));
}

/** The method's start with something added to every number, so that nothing of it is zero. */
async function disturbed(loaded: LoadedModel, { method }: Training): Promise<NamedVectors> {
  const { parameters } = await method.start(baseNumbers(loaded), seededRandom(1));
  const random = seededRandom(2);
  return Object.fromEntries(
    Object.entries(parameters).map(([group, flat]) => [group, flat.map((value) => value + 0.05 * random.normal())]),
  );
}

/** A direction of length 1 that is partly the gradient's, partly random, and the slope along it. */
function steepened(slope: Float32Array): { readonly direction: Float64Array; readonly expected: number } {
  const random = seededRandom(7);
  const length = (values: Float64Array): number => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  const exact = Float64Array.from(slope);
  const noise = Float64Array.from(slope, () => random.normal());
  const [a, b] = [length(exact), length(noise)];
  const mixed = exact.map((value, at) => value / a + the(noise[at]) / b);
  const all = length(mixed);
  const direction = mixed.map((value) => value / all);
  return { direction, expected: exact.reduce((sum, value, at) => sum + value * the(direction[at]), 0) };
}

function moved(start: NamedVectors, group: string, direction: Float64Array, by: number): NamedVectors {
  return { ...start, [group]: the(start[group]).map((value, at) => value + by * the(direction[at])) };
}

async function baseLoss(loaded: LoadedModel): Promise<number> {
  const network = new Network(loaded, null);
  const loss = await lossAt(network, {});
  await network.dispose();
  return loss;
}

async function lossAt(network: Network, parameters: NamedVectors): Promise<number> {
  using owner = new TensorOwner(engine);
  const tuned = network.method && uploadTuned(owner, network.method, { parameters, fixed: {} });
  const logProbs = await network.logProbs(batch, tuned);
  return -logProbs.reduce((sum, value) => sum + value, 0) / logProbs.length;
}
