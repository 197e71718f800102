// Claim: what IA³, VeRA, LoHa, LoKr, OFT and BOFT add to models of unlike shapes has the right gradients (against finite differences in
// float64), starts as no change, and is refused by name where it makes no sense.
import { describe, expect, it } from "vitest";
import { blobSource } from "../../src/base/byte-source.ts";
import { seededRandom } from "../../src/base/random.ts";
import { parseStoredConfig } from "../../src/config/run-config.ts";
import { GraphBuilder } from "../../src/graph/builder.ts";
import { openSafetensors, readTensor } from "../../src/interchange/safetensors.ts";
import { knownFamilies, parseModelConfig } from "../../src/model/architectures.ts";
import { baseNumbers } from "../../src/model/base-numbers.ts";
import { cayley, cayleyNeumann, skewFromUpper } from "../../src/model/methods/cayley.ts";
import { ia3Families } from "../../src/model/methods/ia3-families.ts";
import { factorization } from "../../src/model/methods/lokr.ts";
import { applyMethod } from "../../src/model/methods/methods.ts";
import { oftBlockSize } from "../../src/model/methods/oft.ts";
import type { NamedVectors } from "../../src/model/parameters.ts";
import { loadModel } from "../../src/model/weights.ts";
import { disposeAll, readFloats } from "../../src/runtime/engine.ts";
import { createReferenceEngine } from "../../src/runtime/reference/reference-engine.ts";
import { collate } from "../../src/tokens/batches.ts";
import { makeTraining } from "../../src/train/make-training.ts";
import { Trainer } from "../../src/train/trainer.ts";
import { freshSnapshot } from "../../src/train/training.ts";
import { failureOf } from "../support/errors.ts";
import { oddModels } from "../support/odd-models.ts";
import { tinyConfig, tinyWeights } from "../support/tiny-model.ts";

const models: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  llama: { ...oddModels["llama"], num_hidden_layers: 1 },
  "fused phi3": { ...oddModels["phi3"], num_hidden_layers: 1 },
  "transposed gpt2": { ...oddModels["gpt2"], n_layer: 1 },
  even: { ...tinyConfig, num_hidden_layers: 1, vocab_size: 67 },
};
const odd = Object.keys(models).filter((name) => name !== "even");

const random = seededRandom(3);
const batch = collate(
  [5, 3].map((length, line) => {
    const ids = Int32Array.from({ length }, () => Math.floor(random.uniform() * 67));
    return { line, ids, labels: ids };
  }),
  64,
);

async function open(name: string) {
  const config = models[name] as Readonly<Record<string, unknown>>;
  const weights = await openSafetensors(blobSource(name, new Blob([tinyWeights(config)])));
  const reader = {
    shapes: new Map([...weights.tensors].map(([tensor, { shape }]) => [tensor, shape])),
    read: (tensor: string, ...rows: number[]) => readTensor(weights, tensor, ...rows),
  };
  return loadModel(createReferenceEngine(), parseModelConfig(config), reader, { quantization: "none" });
}

/** Every number moved, on a grid that float32 holds exactly with the steps of the differences. */
function moved(vectors: NamedVectors, by: number, seed: number): NamedVectors {
  const own = seededRandom(seed);
  const grid = (value: number): number => Math.round(value * 2 ** 14) / 2 ** 14;
  return Object.fromEntries(Object.entries(vectors).map(([group, flat]) => [group, flat.map((value) => grid(value + by * own.normal()))]));
}

/** Derivative of the loss along a random direction: [by the gradient, by differences]. */
async function derivatives(name: string, method: Readonly<Record<string, unknown>>): Promise<readonly [number, number]> {
  const model = await open(name);
  const training = makeTraining(model.spec, parseStoredConfig({ method }));
  const { parameters: start, fixed } = await training.method.start(baseNumbers(model), seededRandom(5));
  const parameters = moved(start, 0.2, 8);
  const zeros = Object.fromEntries(Object.entries(start).map(([group, { length }]) => [group, new Float32Array(length)]));
  // The loss of the small GPT-2 hardly turns: what float32 rounds off the losses wants a longer way.
  const direction = moved(zeros, name === "transposed gpt2" ? 4 : 0.25, 9);
  const at = async <T>(distance: number, use: (trainer: Trainer) => Promise<T>): Promise<T> => {
    const shifted = Object.entries(parameters).map(([group, flat]) => [
      group,
      flat.map((value, index) => value + distance * (direction[group]?.[index] ?? 0)),
    ]);
    const trainer = await Trainer.create(model, training, freshSnapshot(training, { parameters: Object.fromEntries(shifted), fixed }));
    const result = await use(trainer);
    await trainer.dispose();
    return result;
  };
  const lossAt = (distance: number): Promise<number> => at(distance, (trainer) => trainer.evaluate([batch]));
  const analytic = await at(0, async (trainer) => {
    const { gradient } = await trainer.gradient([batch]);
    let sum = 0;
    for (const [group, tensor] of Object.entries(gradient)) {
      const values = await readFloats(model.engine, tensor);
      for (const [index, value] of (direction[group] as Float32Array).entries()) sum += value * Number(values[index]);
    }
    disposeAll(gradient);
    return sum;
  });
  const step = 2 ** -8;
  const [a, b, c, d] = [await lossAt(2 * step), await lossAt(step), await lossAt(-step), await lossAt(-2 * step)];
  model.dispose();
  return [analytic, (-a + 8 * b - 8 * c + d) / (12 * step)];
}

const cases: readonly (readonly [string, readonly string[], Readonly<Record<string, unknown>>])[] = [
  ["IA³ where PEFT puts it", odd, { kind: "ia3" }],
  ["VeRA", odd, { kind: "vera", rank: 5 }],
  ["LoHa through its columns", odd, { kind: "loha", rank: 3, alpha: 7 }],
  ["LoHa through the whole matrix", ["llama"], { kind: "loha", rank: 8, alpha: 7 }],
  ["LoKr with a whole second factor", ["llama"], { kind: "lokr", rank: 16, alpha: 5 }],
  ["LoKr with a product as second factor", odd, { kind: "lokr", rank: 2, alpha: 5 }],
  ["OFT", odd, { kind: "oft", blockSize: 6 }],
  ["OFT by PEFT's series", ["llama"], { kind: "oft", blockSize: 6, neumannTerms: 5 }],
  ["BOFT", odd, { kind: "boft", blockSize: 2 }],
  ["BOFT of three factors", ["even"], { kind: "boft", blockSize: 4, factors: 3, targets: ["q_proj", "v_proj"] }],
];

describe.each(cases)("%s", (_, names, method) => {
  it.each(names)(
    "%s: the gradient is that of finite differences",
    async (name) => {
      const [analytic, numeric] = await derivatives(name, method);
      expect(Math.abs(numeric)).toBeGreaterThan(5e-3);
      expect(Math.abs(analytic - numeric)).toBeLessThan(1e-4 + 3e-4 * Math.abs(numeric));
    },
    30_000,
  );
});

describe("every method", () => {
  it.each(["ia3", "vera", "loha", "lokr", "oft", "boft"])("%s starts as no change", async (kind) => {
    const model = await open("even");
    const small = kind === "oft" ? { blockSize: 4 } : {};
    const training = makeTraining(model.spec, parseStoredConfig({ method: { kind, ...small } }));
    const start = await training.method.start(baseNumbers(model), seededRandom(5));
    const trainer = await Trainer.create(model, training, freshSnapshot(training, start));
    const loss = await trainer.evaluate([batch]);
    const bare = makeTraining(model.spec, parseStoredConfig({ method: { kind: "lora" } }));
    const base = await Trainer.create(model, bare, freshSnapshot(bare, await bare.method.start(baseNumbers(model), seededRandom(5))));
    expect(Math.abs(loss - (await base.evaluate([batch])))).toBeLessThan(1e-9);
  });

  it("keeps to the layers that are chosen, and refuses those that the model does not have", async () => {
    const spec = parseModelConfig(oddModels["llama"]);
    const apply = (kind: string, layers: string) =>
      applyMethod(spec, { ...parseStoredConfig({ method: { kind } }).method, layers } as never);
    for (const kind of ["ia3", "vera", "loha", "lokr", "oft"])
      expect(
        apply(kind, "last:1").layout.map(({ name }) => name),
        kind,
      ).toEqual(["layer.2"]);
    expect(await failureOf(() => apply("vera", "1:3"))).toMatchObject({ code: "config/invalid", params: { found: "1:3", layers: 3 } });
  });
});

describe("IA³", () => {
  it("has modules of its own for every family, and they are there", () => {
    expect(Object.keys(ia3Families).toSorted()).toEqual(knownFamilies.toSorted());
    for (const [name, config] of Object.entries(oddModels)) {
      const spec = parseModelConfig(config);
      const { layout } = applyMethod(spec, parseStoredConfig({ method: { kind: "ia3" } }).method);
      expect(
        layout.map(({ entries }) => entries.length),
        name,
      ).toEqual(Array(spec.layers).fill(ia3Families[spec.family]?.targets.length));
    }
  });

  it("refuses a feed-forward module that is no target, as PEFT does", async () => {
    const spec = parseModelConfig(models["llama"]);
    const { method } = parseStoredConfig({ method: { kind: "ia3", targets: ["k_proj"], feedforward: ["down_proj"] } });
    expect(await failureOf(() => applyMethod(spec, method))).toMatchObject({ code: "config/invalid", params: { module: "mlp.down_proj" } });
  });
});

describe("blocks", () => {
  const slot = (inFeatures: number) => ({ inFeatures, path: "mlp.down_proj" });

  // Of OFTLayer.adjust_oft_parameters, run.
  it.each([
    [64, 16, 16],
    [64, 6, 4],
    [42, 32, 42],
    [50, 32, 25],
    [96, 7, 6],
    [24, 100, 24],
  ])("of %d features, asked for %d: PEFT's %d", (width, wanted, size) => {
    expect(oftBlockSize(slot(width), wanted)).toBe(size);
  });

  it("that a width cannot be cut into are refused, naming the module", async () => {
    expect(await failureOf(() => oftBlockSize(slot(67), 16))).toMatchObject({
      code: "config/invalid",
      params: { module: "mlp.down_proj" },
    });
    const spec = parseModelConfig(models["llama"]);
    const boft = (settings: object) => applyMethod(spec, parseStoredConfig({ method: { kind: "boft", ...settings } }).method);
    expect((await failureOf(() => boft({ blockSize: 4 }))).params).toMatchObject({ module: "self_attn.q_proj", width: "42", size: "4" });
    expect((await failureOf(() => boft({ blockSize: 2, factors: 2 }))).params).toMatchObject({ factors: "2" });
  });

  // Of peft.tuners.lokr.layer.factorization, run.
  it.each([
    [256, -1, [16, 16]],
    [128, -1, [8, 16]],
    [127, -1, [1, 127]],
    [128, 4, [4, 32]],
    [576, -1, [24, 24]],
    [1536, 10, [8, 192]],
    [50, 7, [5, 10]],
    [6, 12, [2, 3]],
    [12, 6, [6, 2]],
  ])("of LoKr: %d by %d", (width, factor, expected) => {
    expect(factorization(width, factor)).toEqual(expected);
  });
});

describe("rotations", () => {
  async function rotation(upper: readonly number[], size: number, terms = 0): Promise<number[]> {
    const g = new GraphBuilder();
    const q = skewFromUpper(g, g.input("upper", "float32", [1, upper.length]), size);
    const engine = createReferenceEngine();
    const program = await engine.compile(g.finish("rotation", { r: terms === 0 ? cayley(g, q) : cayleyNeumann(g, q, terms) }));
    const { r } = await engine.run(program, { upper: engine.upload("float32", [1, upper.length], Float32Array.from(upper)) });
    return Array.from(await readFloats(engine, r), Number);
  }

  // (1 − it) / (1 + it) turns by twice the arc tangent of t.
  it.each([0, 0.01, 0.5, 3, 100, 1000])("of two features by %d are Cayley's", async (t) => {
    const [cosine, sine] = [(1 - t * t) / (1 + t * t), (2 * t) / (1 + t * t)];
    const found = await rotation([Math.fround(t)], 2);
    for (const [at, value] of [cosine, -sine, sine, cosine].entries()) expect(Math.abs((found[at] ?? 0) - value)).toBeLessThan(6e-8);
  });

  // OFTRotationModule._cayley_batch of PEFT, run.
  it("of three features fill the upper triangle row by row", async () => {
    const expected = [5, -14, 2, -10, -5, -10, 10, 2, -11].map((value) => value / 15);
    const found = await rotation([1, 2, 3], 3);
    for (const [at, value] of expected.entries()) expect(Math.abs((found[at] ?? 0) - value)).toBeLessThan(6e-8);
  });

  // By hand, Q = [[0, t], [−t, 0]], Q² = −t² I: 2 terms I + 2 Q (PEFT adds the last one once from three on).
  it.each([
    [1, [1, 0, 0, 1]],
    [2, [1, 1, -1, 1]],
    [3, [0.5, 0.875, -0.875, 0.5]],
    [4, [0.5, 0.875, -0.875, 0.5]],
    [5, [0.5625, 0.75, -0.75, 0.5625]],
  ])("by %d terms of PEFT's series", async (terms, expected) => {
    expect(await rotation([0.5], 2, terms)).toEqual(expected);
  });
});
