// Training in float16 against float32 on the float64 reference engine, which rounds what is float16 and nothing else: what differs is the
// rounding of activations and of their gradients alone. Shapes are random, and a step that overflows is skipped.
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../src/base/random.ts";
import type { Graph } from "../../src/graph/ir.ts";
import { encodeOnnx } from "../../src/graph/onnx.ts";
import { parseModelConfig } from "../../src/model/architectures.ts";
import { plannedModel } from "../../src/model/planned-model.ts";
import type { LoadedModel } from "../../src/model/weights.ts";
import { createPlanningEngine } from "../../src/runtime/planning-engine.ts";
import { wrappedEngine } from "../../src/runtime/wrapped-engine.ts";
import { fullBatch } from "../../src/session/runs/step-time.ts";
import type { Batch } from "../../src/tokens/batch.ts";
import { trainLoop, type LoopReport } from "../../src/train/loop.ts";
import { makeTraining } from "../../src/train/make-training.ts";
import { Trainer } from "../../src/train/trainer.ts";
import { blankStart, freshSnapshot } from "../../src/train/training.ts";
import { configWith } from "../support/configs.ts";
import { failureOf } from "../support/errors.ts";
import { relativeError } from "../support/goldens.ts";
import { oddModels } from "../support/odd-models.ts";
import { lossAt, movedStart, oddBatch, oddModel } from "../support/odd-training.ts";
import { the } from "../support/the.ts";

const config = (precision: "float32" | "float16") => configWith({ rank: 3, alpha: 7, precision, steps: 4, evaluateEvery: 0 });

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

async function compared(model: LoadedModel, spread: number) {
  const [wide, narrow] = (["float32", "float16"] as const).map((precision) => makeTraining(model.spec, config(precision)));
  const start = await movedStart(model, the(wide), spread);
  return { start, training: the(narrow), exact: await lossAt(model, the(wide), start) };
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
        const { start, training, exact } = await compared(model, 0.03);
        const { trainer, first } = await stepOf(model, training, start, 64);
        expect(Math.abs(first.loss / exact.loss - 1)).toBeLessThan(2e-3);
        // Not the same program under another name.
        expect(first.loss).not.toBe(exact.loss);
        for (const [group, vector] of Object.entries(exact.gradient)) {
          const own = Float32Array.from(
            (await model.engine.read(the(first.gradient[group]))) as Float64Array,
            (value) => value / first.factor,
          );
          expect(relativeError(own, vector), group).toBeLessThan(1.5e-2);
        }
        await trainer.dispose();
      });
    }
  }
});

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

async function graphsOf(family: string, precision: "float32" | "float16" | undefined, quantization: "int4" | "f16"): Promise<Graph[]> {
  const spec = parseModelConfig(the(oddModels[family]));
  const graphs: Graph[] = [];
  const planning = createPlanningEngine("webgpu", true);
  const engine = wrappedEngine(planning, {
    compile: (graph) => {
      graphs.push(graph);
      return planning.compile(graph);
    },
  });
  const { precision: standard = "float32", ...plain } = makeTraining(spec, config("float32"));
  expect(standard).toBe("float32");
  const training = precision === undefined ? plain : { ...plain, precision };
  const model = plannedModel(engine, spec, { quantization, quantizeHead: true });
  const trainer = await Trainer.create(model, training, blankStart(training));
  const batch = fullBatch(spec, { batchSize: 2, seqLength: 8 }, training.method);
  await trainer.evaluate([batch]);
  await trainer.update([batch], 1e-3);
  await trainer.dispose();
  return graphs;
}

describe("the graphs of a step", () => {
  for (const family of Object.keys(oddModels)) {
    it(`of ${family} are what they were in float32, and name no type in float16`, async () => {
      const [wide, standard] = [await graphsOf(family, "float32", "int4"), await graphsOf(family, undefined, "int4")];
      expect(wide.map((graph) => encodeOnnx(graph))).toEqual(standard.map((graph) => encodeOnnx(graph)));
      for (const { nodes } of wide) expect(nodes.filter(({ op }) => op === "cast")).toEqual([]);
      const narrow = await graphsOf(family, "float16", "int4");
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
