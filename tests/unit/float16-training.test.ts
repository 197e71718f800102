// Training in float16 against float32 on the float64 reference engine, which rounds what is float16 and nothing else: what differs is the
// rounding of activations and of their gradients alone. Shapes are random, and a step that overflows is skipped.
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../src/base/random.ts";
import { parseRunConfig } from "../../src/config/run-config.ts";
import { encodeOnnx } from "../../src/graph/onnx.ts";
import type { NamedVectors } from "../../src/model/parameters.ts";
import type { LoadedModel } from "../../src/model/weights.ts";
import { readFloats } from "../../src/runtime/engine.ts";
import type { Batch } from "../../src/tokens/batch.ts";
import { trainLoop, type LoopReport } from "../../src/train/loop.ts";
import { makeTraining } from "../../src/train/make-training.ts";
import { Trainer } from "../../src/train/trainer.ts";
import { freshSnapshot } from "../../src/train/training.ts";
import { configWith } from "../support/configs.ts";
import { failureOf } from "../support/errors.ts";
import { relativeError } from "../support/goldens.ts";
import { oddModels } from "../support/odd-models.ts";
import { dot, lossAt, movedStart, oddBatch, oddModel } from "../support/odd-training.ts";
import { stepGraphs } from "../support/step-graphs.ts";
import { the } from "../support/the.ts";

const config = (precision: "float32" | "float16") => configWith({ rank: 3, alpha: 7, precision, steps: 4, evaluateEvery: 0 });

/** All that do something of their own to activations; on the weights that they can be trained on. */
const methods: readonly (readonly [method: Readonly<Record<string, unknown>>, quantization: "int4" | "none"])[] = [
  [{ kind: "lora", rank: 3, dropout: 0.3, tokenIds: "3, 5" }, "int4"],
  [{ kind: "lora", rank: 3, save: ["embed_tokens", "norm"] }, "int4"],
  [{ kind: "dora", rank: 3, dropout: 0.2 }, "int4"],
  [{ kind: "vera", rank: 8 }, "int4"],
  [{ kind: "loha", rank: 3 }, "int4"],
  [{ kind: "lokr", rank: 3, factor: 2 }, "int4"],
  [{ kind: "oft", blockSize: 7 }, "int4"],
  [{ kind: "boft", blockSize: 2, factors: 1 }, "int4"],
  [{ kind: "ia3" }, "int4"],
  [{ kind: "prompt", virtualTokens: 3 }, "int4"],
  [{ kind: "prefix", virtualTokens: 3 }, "int4"],
  [{ kind: "bottleneck", bottleneckSize: 4 }, "int4"],
  [{ kind: "tokens", tokenIds: "3, 5, 7" }, "int4"],
  [{ kind: "full" }, "none"],
];

/** A family's odd model in widths that nobody chose. */
function randomShape(family: string, seed: number): Readonly<Record<string, unknown>> {
  const random = seededRandom(seed);
  const base = the(oddModels[family]);
  const heads = 1 + random.below(3);
  const width = 2 * heads * (3 + random.below(6));
  if (family === "gpt2") return { ...base, n_embd: width, n_head: heads, n_inner: 20 + random.below(40), n_layer: 2 };
  const shape = { hidden_size: width, num_attention_heads: heads, num_key_value_heads: 1, intermediate_size: 20 + random.below(40) };
  return { ...base, ...shape, num_hidden_layers: 2, ...("head_dim" in base ? { head_dim: 2 * (3 + random.below(6)) } : {}) };
}

async function compared(model: LoadedModel, spread: number, method = config("float32").method) {
  const wide = makeTraining(model.spec, { ...config("float32"), method });
  const start = await movedStart(model, wide, spread);
  return { start, training: { ...wide, precision: "float16" } as const, exact: await lossAt(model, wide, start) };
}

async function stepOf(model: LoadedModel, training: Parameters<typeof lossAt>[1], start: Parameters<typeof lossAt>[2], factor: number) {
  const trainer = await Trainer.create(model, training, { ...freshSnapshot(training, start), lossScale: { factor, goodSteps: 0 } });
  return { trainer, first: await trainer.gradient([oddBatch]) };
}

describe("a step in float16", () => {
  for (const [seed, family] of ["llama", "qwen3", "gemma2", "gpt2"].entries()) {
    for (const quantization of ["none", "int4"] as const) {
      it(`of ${family} in ${quantization} has the loss of float32 to 2e-3 and its LoRA gradients to 1.5e-2`, async () => {
        const model = await oddModel(randomShape(family, 31 + seed), quantization);
        await expectAlike(model, await compared(model, 0.03));
      });
    }
  }

  for (const [method, quantization] of methods) {
    it(`of ${JSON.stringify(method)} has the loss of float32 and its gradients too`, async () => {
      const model = await oddModel(the(oddModels["qwen3"]), quantization);
      await expectAlike(model, await compared(model, 0.03, parseRunConfig({ method }).method));
    });
  }
});

async function expectAlike(model: LoadedModel, { start, training, exact }: Awaited<ReturnType<typeof compared>>): Promise<void> {
  const { trainer, first } = await stepOf(model, training, start, 64);
  expect(Math.abs(first.loss / exact.loss - 1)).toBeLessThan(2e-3);
  // Not the same program under another name.
  expect(first.loss).not.toBe(exact.loss);
  expect(Math.abs(first.gradNorm / dotNorm(exact.gradient) - 1)).toBeLessThan(1.5e-2);
  for (const [group, vector] of Object.entries(exact.gradient)) {
    const scaled = await readFloats(model.engine, the(first.gradient[group]));
    expect(
      relativeError(
        scaled.map((value) => value / first.factor),
        vector,
      ),
      group,
    ).toBeLessThan(1.5e-2);
  }
  await trainer.dispose();
}

const dotNorm = (gradient: NamedVectors): number => Math.sqrt(dot(gradient, gradient));

async function gptModel() {
  const model = await oddModel(randomShape("gpt2", 5));
  return { model, ...(await compared(model, 0.05)) };
}

/** The same batch again and again. */
const source = { next: () => [oddBatch], validation: [] as Batch[] };

async function reportsOf(trainer: Trainer, until: number): Promise<LoopReport[]> {
  const reports: LoopReport[] = [];
  for await (const report of trainLoop(trainer, source, config("float16"), until)) reports.push(report);
  return reports;
}

describe("the factor of the loss", () => {
  it("is halved where a gradient is infinite: the steps are skipped, counted, and nothing of them is learned", async () => {
    const { model, training, start } = await gptModel();
    const trainer = await Trainer.create(model, training, {
      ...freshSnapshot(training, start),
      lossScale: { factor: 2 ** 24, goodSteps: 7 },
    });
    const before = await trainer.snapshot();
    const overflow = await trainer.update([oddBatch], 1e-3);
    expect([overflow.overflowed, Number.isFinite(overflow.loss), Number.isFinite(overflow.gradNorm)]).toEqual([true, true, false]);
    expect(await trainer.snapshot()).toEqual({ ...before, lossScale: { factor: 2 ** 23, goodSteps: 0 } });
    const [first, second] = await reportsOf(trainer, 2);
    const { lossScale } = await trainer.snapshot();
    const halvings = 23 - Math.log2(the(lossScale).factor);
    expect(halvings).toBeGreaterThan(0);
    expect(first).toMatchObject({ kind: "step", step: 0, skipped: halvings });
    expect(second).not.toHaveProperty("skipped");
    expect(lossScale?.goodSteps).toBe(2);
    await trainer.dispose();
  });

  it("leaves no trace in the update: twice as large is the same step to float16's rounding of what underflows", async () => {
    const { model, training, start } = await gptModel();
    const after = async (factor: number) => {
      const { trainer } = await stepOf(model, training, start, factor);
      const { gradNorm } = await trainer.update([oddBatch], 1e-3);
      const { parameters } = await trainer.snapshot();
      await trainer.dispose();
      return { gradNorm, parameters };
    };
    const [one, other] = [await after(256), await after(512)];
    expect(Math.abs(one.gradNorm / other.gradNorm - 1)).toBeLessThan(1e-3);
    for (const [group, vector] of Object.entries(one.parameters))
      expect(relativeError(vector, the(other.parameters[group]))).toBeLessThan(1e-3);
  });

  it("grows after 2000 good steps, and is refused below 1 in words of its own", async () => {
    const { model, training, start } = await gptModel();
    const snapshot = freshSnapshot(training, start);
    const trainer = await Trainer.create(model, training, { ...snapshot, lossScale: { factor: 64, goodSteps: 1999 } });
    await trainer.update([oddBatch], 1e-3);
    expect((await trainer.snapshot()).lossScale).toEqual({ factor: 128, goodSteps: 0 });
    await trainer.dispose();
    const huge = Object.fromEntries(Object.entries(start.parameters).map(([name, vector]) => [name, vector.map((value) => value * 300)]));
    const lost = await Trainer.create(model, training, { ...snapshot, parameters: huge, lossScale: { factor: 1, goodSteps: 0 } });
    expect((await failureOf(() => lost.update([oddBatch], 1e-3))).code).toBe("train/float16-range");
    await lost.dispose();
  });

  // What the reference engine computes in float64 a snapshot holds in float32; on WASM the bits are the same (tests/parity).
  it("is kept with the run: cut off and taken up again it goes on as it was", async () => {
    const { model, training, start } = await gptModel();
    const open = (from: Parameters<typeof Trainer.create>[2]) => Trainer.create(model, training, from);
    const begin = { ...freshSnapshot(training, start), lossScale: { factor: 2 ** 22, goodSteps: 0 } };
    const [whole, cut] = [await open(begin), await open(begin)];
    const reports = await reportsOf(whole, 4);
    await reportsOf(cut, 2);
    const rest = await open(structuredClone(await cut.snapshot()));
    const again = await reportsOf(rest, 4);
    expect(reports[0]).toHaveProperty("skipped");
    for (const [at, { loss }] of again.entries()) expect(Math.abs(loss / the(reports[at + 2]).loss - 1)).toBeLessThan(1e-3);
    expect((await rest.snapshot()).lossScale).toEqual((await whole.snapshot()).lossScale);
    for (const trainer of [whole, cut, rest]) await trainer.dispose();
  });
});

describe("the graphs of a step", () => {
  for (const family of Object.keys(oddModels)) {
    it(`of ${family} are what they were in float32, and name no type in float16`, async () => {
      const graphsOf = (precision?: "float32" | "float16") => stepGraphs(the(oddModels[family]), "int4", precision);
      const [wide, standard] = [await graphsOf("float32"), await graphsOf()];
      expect(wide.map((graph) => encodeOnnx(graph))).toEqual(standard.map((graph) => encodeOnnx(graph)));
      for (const { nodes } of wide) expect(nodes.filter(({ op }) => op === "cast")).toEqual([]);
      const narrow = await graphsOf("float16");
      for (const { nodes, name } of narrow) {
        for (const { op, inputs, outputs } of nodes) {
          const floats = new Set([...inputs, ...outputs].map(({ dtype }) => dtype).filter((dtype) => dtype.startsWith("float")));
          if (op !== "cast") expect(floats.size, `${op} in ${name}`).toBeLessThanOrEqual(1);
          if (["softmax", "rmsNorm", "layerNorm", "tokenLogProb", "reduceSum", "reduceMean"].includes(op))
            expect([...floats]).toEqual(["float32"]);
        }
      }
      const products = narrow
        .filter(({ name }) => name === "block.forward")
        .flatMap(({ nodes }) => nodes.filter(({ op }) => op === "matmulNBits"));
      expect(new Set(products.map(({ outputs: [y] }) => y?.dtype))).toEqual(new Set(["float16"]));
    });
  }
});
