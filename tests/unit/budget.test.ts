// What a budget claims of shapes alone: an estimate moves as its knobs say, and a proposal that says it fits does fit.
import { describe, expect, it } from "vitest";
import type { Given } from "../../src/config/run-config.ts";
import type { Quantization } from "../../src/config/quantizations.ts";
import { parseModelConfig } from "../../src/model/architectures.ts";
import { heldBytes, heldTensors } from "../../src/model/held-weights.ts";
import { piecesOf } from "../../src/model/quantization/pieces.ts";
import { parameterCount } from "../../src/model/spec.ts";
import { budgetParts, type BudgetLimits, type RunShape } from "../../src/protocol/budget-api.ts";
import { estimateBudget, type BudgetSubject } from "../../src/session/models/budget.ts";
import { proposeFit } from "../../src/session/models/propose-fit.ts";
import { lora, shapeWith } from "../support/configs.ts";
import { gpuCases, gpuShapes, runOf, wasmCases, wasmShapes } from "../support/budget-cases.ts";
import { gpuMethods, wasmMethods } from "../support/budget-methods.ts";
import { oddModels } from "../support/odd-models.ts";
import { publishedForms, type PublishedName } from "../support/published-forms.ts";
import { the } from "../support/the.ts";
import { tinyConfig } from "../support/tiny-model.ts";
import { failureOf } from "../support/errors.ts";
import { english } from "../support/words.ts";

const noLimits: BudgetLimits = { memory: null, heap: null, buffer: null };

const run = shapeWith({ data: { batchSize: 4, seqLength: 256 } });
const subject = (changes: Partial<RunShape> = {}, quantization: Quantization = "int4"): BudgetSubject => ({
  spec: parseModelConfig({ ...tinyConfig, max_position_embeddings: 4096 }),
  provider: "wasm",
  quantizationConfig: { quantization },
  hasFloat16: true,
  run: { ...run, ...changes },
});
const total = async (changes: Partial<RunShape>, quantization?: Quantization): Promise<number> =>
  (await estimateBudget(subject(changes, quantization), noLimits)).totalBytes;

describe("a budget", () => {
  it("is less in float16 on a GPU that has it, by activations alone, and none where it is refused", async () => {
    const planned = (precision: "float32" | "float16", changes: Partial<BudgetSubject> = {}) => {
      const { run: own } = subject({ ...shapeWith({ data: { batchSize: 4, seqLength: 256 }, optimizer: { precision } }) });
      return estimateBudget({ ...subject(), provider: "webgpu", run: own, ...changes }, noLimits);
    };
    const [wide, narrow] = [await planned("float32"), await planned("float16")];
    expect(narrow.parts.activations).toBeLessThan(0.9 * wide.parts.activations);
    expect({ ...narrow.parts, activations: 0 }).toEqual({ ...wide.parts, activations: 0 });
    for (const changes of [{ provider: "wasm" }, { hasFloat16: false }] as const)
      expect(await failureOf(() => planned("float16", changes))).toMatchObject({ code: "config/invalid" });
  });

  it("is the sum of its parts, and knows exactly what has a shape", async () => {
    const { spec } = subject();
    const { parts, totalBytes, stepBytes, hostBytes } = await estimateBudget(subject(), noLimits);
    expect(totalBytes).toBe(budgetParts.reduce((sum, part) => sum + parts[part], 0));
    expect(stepBytes).toBe(totalBytes - parts.cache);
    // Float32 pairs of rank 16 beside each linear layer: A [16, in] and B [out, 16].
    const adapter = 4 * 16 * spec.layers * spec.linears.reduce((sum, { inFeatures, outFeatures }) => sum + inFeatures + outFeatures, 0);
    expect(parts).toMatchObject({ adapter, optimizer: 3 * adapter, weights: heldBytes(spec, { quantization: "int4" }, true).engine });
    expect(hostBytes).toBe(4 * spec.vocabularySize * spec.hiddenSize);
    // Keys and values of 256 tokens and of one that is none; all weights in float32, of which the head is the table.
    expect(spec.tiedHead).toBe(true);
    expect(parts.cache).toBe(2 * 4 * spec.layers * 257 * spec.kvHeads * spec.headDim + 4 * parameterCount(spec));
  });

  it("counts what chat has built in as codes with their scales where it would be too large in float32", async () => {
    const spec = parseModelConfig({ ...tinyConfig, hidden_size: 2048, vocab_size: 81_920 });
    const { parts } = await estimateBudget({ ...subject(), spec }, noLimits);
    const pieces = piecesOf("head", { rows: spec.vocabularySize, columns: spec.hiddenSize });
    const table = pieces.map(({ shape }) => ({ inFeatures: shape.columns, outFeatures: shape.rows }));
    const matrices = [...table, ...spec.layerKinds.flatMap(() => spec.linears)];
    const codes = matrices.reduce((sum, { inFeatures, outFeatures }) => sum + inFeatures * outFeatures, 0);
    const floats = matrices.reduce((sum, { inFeatures, outFeatures }) => sum + inFeatures + outFeatures, 0) + parameterCount(spec) - codes;
    expect(parts.cache).toBe(2 * 4 * spec.layers * 257 * spec.kvHeads * spec.headDim + codes + 4 * floats);
  });

  it("follows what programs are made by, and nothing that a step is told as a number", async () => {
    const asked = (given: Given): RunShape => shapeWith({ ...given, method: { kind: "full", ...given.method } });
    const bytes = async (given: Given): Promise<number> =>
      (await estimateBudget({ ...subject({}, "none"), provider: "webgpu", run: asked(given) }, noLimits)).stepBytes;
    const usual = await bytes({});
    // Norms are a stretch of their own, so that groups stay apart; momentum is as large as what it is of.
    expect(await bytes({ optimizer: { decayAll: false } })).not.toBe(usual);
    const sgd = await bytes({ optimizer: { kind: "sgd" } });
    expect((await bytes({ optimizer: { kind: "sgd", momentum: 0.9 } })) - sgd).toBeGreaterThan(4 * parameterCount(subject().spec));
    // The target is spread over all logits, of which the head is most where there are many.
    const spec = parseModelConfig({ ...tinyConfig, vocab_size: 20_000 });
    const smoothed = async (labelSmoothing: number): Promise<number> =>
      (await estimateBudget({ ...subject(shapeWith({ objective: { labelSmoothing } })), spec }, noLimits)).stepBytes;
    expect(await smoothed(0.1)).toBeGreaterThan(await smoothed(0));
    // The host adds noise to what it uploads anyhow.
    expect(await bytes({ objective: { neftune: 5 } })).toBe(usual);
    const told = { learningRate: 0.1, weightDecay: 0.2, clipNorm: 3, schedule: "linear", warmupSteps: 7 };
    expect(asked({ optimizer: told })).toEqual(asked({}));
  });

  it("falls with a shorter sequence, a smaller batch, int4, fewer targets, a lower rank, and not with accumulation", async () => {
    const whole = await total({});
    for (const change of [{ seqLength: 128 }, { batchSize: 2 }, { method: lora({ targets: ["q_proj"] }) }, { method: lora({ rank: 4 }) }])
      expect(await total(change)).toBeLessThan(whole);
    expect(await total({ accumulate: 8 })).toBe(whole);
    expect(heldBytes(subject().spec, { quantization: "int4" }, true).engine).toBeLessThan(
      heldBytes(subject().spec, { quantization: "none" }, true).engine,
    );
  });

  it("takes milliseconds, also for 30 layers on a GPU", async () => {
    const spec = parseModelConfig({ ...tinyConfig, num_hidden_layers: 30, max_position_embeddings: 4096 });
    // The quickest of several, in time of this process: the machine may be at work on something else.
    const times: number[] = [];
    for (const rank of [1, 2, 3, 4, 5, 6]) {
      const since = process.cpuUsage();
      await estimateBudget({ ...subject({ method: lora({ rank }) }), spec, provider: "webgpu" }, noLimits);
      const { user, system } = process.cpuUsage(since);
      times.push((user + system) / 1000);
    }
    expect(Math.min(...times)).toBeLessThan(400);
  });

  it.each([
    ["memory", "wasm"],
    ["heap", "wasm"],
    ["memory", "webgpu"],
    ["buffer", "webgpu"],
  ] as const)("names the %s that is not enough on %s, and the room that is left where it is", async (obstacle, provider) => {
    expect(await estimateBudget({ ...subject(), provider }, { ...noLimits, [obstacle]: 1 })).toMatchObject({ fits: false, obstacle });
    const memory = (await total({})) + 5;
    expect(await estimateBudget(subject(), { ...noLimits, memory })).toMatchObject({ fits: true, obstacle: null, roomBytes: 5 });
  });
});

describe("an estimate is near what was counted in browsers", () => {
  const cases = [
    ...[...wasmCases, ...wasmShapes, ...wasmMethods].map((found) => ["wasm", ...found] as const),
    ...[...gpuCases, ...gpuShapes, ...gpuMethods].map((found) => ["webgpu", ...found] as const),
  ];
  it.each(cases.filter(([, , { allocated }]) => allocated !== undefined))("on %s: %s", async (provider, _name, given) => {
    const { model, quantization = "int4", quantizeHead = false, allocated = NaN, mostOver = 1.15 } = given;
    const spec = parseModelConfig(model);
    const asked = { spec, provider, quantizationConfig: { quantization, quantizeHead }, hasFloat16: true, run: runOf(given) };
    const ratio = (await estimateBudget(asked, noLimits)).stepBytes / allocated;
    expect(ratio).toBeGreaterThan(0.85);
    expect(ratio).toBeLessThan(mostOver);
  });
});

describe("a budget can be had", () => {
  it.each(Object.entries(oddModels))("of %s, also for sequences longer than its context", async (_name, config) => {
    const spec = parseModelConfig(config);
    for (const provider of ["wasm", "webgpu"] as const) {
      const { parts } = await estimateBudget({ ...subject({ batchSize: 1, seqLength: 4 * spec.contextLength }), spec, provider }, noLimits);
      for (const part of budgetParts) expect(parts[part]).toBeGreaterThan(0);
    }
  });
});

describe("proposals", () => {
  const propose = async (given: BudgetSubject, memory: number) => proposeFit(given, await estimateBudget(given, { ...noLimits, memory }));

  it("are none where it fits", async () => expect(await propose(subject(), 1e12)).toEqual([]));

  it("keep the effective batch first: half of it, accumulated twice", async () => {
    const totalBytes = await total({ batchSize: 2 });
    const [first] = await propose(subject(), totalBytes + 1);
    expect(first).toMatchObject({ change: { batchSize: 2, accumulate: 2 }, fits: true, totalBytes });
    expect(english.text(the(first).what)).toBe("batch size 2 with 2 accumulated");
  });

  it("shorten the sequence where the batch is one already", async () => {
    const [first] = await propose(subject({ batchSize: 1 }), (await total({ batchSize: 1, seqLength: 128 })) + 1);
    expect(first).toMatchObject({ change: { seqLength: 128 }, fits: true });
  });

  it("say honestly what each takes, and that nothing helps", async () => {
    const given = subject({ batchSize: 2 }, "none");
    for (const { change, totalBytes, fits } of await propose(given, 1000)) {
      const { quantization = "none", quantizeHead = false, ...changes } = change;
      const after = { ...subject({ batchSize: 2, ...changes }), quantizationConfig: { quantization, quantizeHead } };
      expect(totalBytes).toBe((await estimateBudget(after, noLimits)).totalBytes);
      expect(fits).toBe(false);
    }
  });

  it("hold weights in fewer bits where that spares much, 8 before 4, and say what it costs", async () => {
    // So wide that weights are most of it.
    const spec = parseModelConfig({ ...tinyConfig, hidden_size: 256, intermediate_size: 1024 });
    const inFull = { ...subject({ batchSize: 1, seqLength: 64, method: lora({ targets: ["q_proj"] }) }, "none"), spec };
    const offers = async (given: BudgetSubject, memory: number): Promise<readonly string[]> =>
      (await propose(given, memory)).flatMap(({ what, change }) => (change.quantization ? [english.text(what)] : []));
    const after = async (quantization: Quantization): Promise<number> =>
      (await estimateBudget({ ...inFull, quantizationConfig: { quantization } }, noLimits)).totalBytes;
    expect(await offers(inFull, await after("int8"))).toEqual(["weights as int8"]);
    expect(await offers(inFull, await after("int4-fine"))).toEqual(["weights as int4-fine, less exact"]);
    expect(await offers({ ...inFull, quantizationConfig: { quantization: "int4" } }, 1000)).toEqual([]);
  });

  it("of published weights hold the head in fewer bits too; what is published in 4 bits stays so", async () => {
    const published = (name: PublishedName): BudgetSubject => {
      const { spec, ...rest } = subject({ batchSize: 1, seqLength: 64, method: lora({ targets: ["q_proj"] }) });
      const names = [...heldTensors(spec, { quantization: "none" })].flatMap(({ kind, tensor }) => (kind === "matrix" ? [tensor] : []));
      const forms = Object.fromEntries(names.map((tensor) => [tensor, { form: publishedForms[name], name }]));
      return { spec, ...rest, quantizationConfig: { quantization: "as-published", published: forms } };
    };
    const offers = async (name: PublishedName) =>
      (await propose(published(name), 1000)).filter(({ change }) => change.quantization !== undefined);
    expect(await offers("Q4_1")).toEqual([]);
    expect(await offers("Q4_K")).toEqual([]);
    const [coarser] = await offers("Q6_K");
    expect(coarser?.change).toEqual({ quantization: "int4-fine", quantizeHead: true });
    expect(english.text(the(coarser).what)).toBe("weights as int4-fine, rounded a second time, the head quantized too");
    expect(english.text(the((await offers("F16"))[0]).what)).toBe("weights as int4-fine, less exact, the head quantized too");
  });

  it("offer a method that takes less, at its defaults, where nothing else of the run can be smaller", async () => {
    const least = { batchSize: 1, seqLength: 64 } as const;
    const given = subject({ ...least, method: { kind: "full" } }, "none");
    const needed = (await estimateBudget(subject({ ...least, method: lora() }, "none"), noLimits)).totalBytes;
    expect((await estimateBudget(given, noLimits)).totalBytes).toBeGreaterThan(needed);
    const [first] = await propose(given, needed);
    expect(first).toMatchObject({ change: { method: { kind: "lora" } }, fits: true, totalBytes: needed });
    expect(english.text(the(first).what)).toBe("LoRA of rank 16 instead");
    const ia3 = { kind: "ia3", targets: ["default"], feedforward: ["default"], layers: "" } as const;
    expect((await propose(subject({ ...least, method: ia3 }), 1000)).filter(({ change }) => change.method)).toEqual([]);
  });

  it("offer fewer bits to full training only with another method", async () => {
    const wide = parseModelConfig({ ...tinyConfig, hidden_size: 512, intermediate_size: 2048 });
    const least = { batchSize: 1, seqLength: 64 } as const;
    const of = (method: RunShape["method"], quantization: Quantization): BudgetSubject => ({
      ...subject({ ...least, method }, quantization),
      spec: wide,
    });
    const { totalBytes } = await estimateBudget(of(lora(), "int8"), noLimits);
    const [first] = await propose(of({ kind: "full" }, "none"), totalBytes);
    expect(first).toMatchObject({ change: { method: { kind: "lora" }, quantization: "int8" }, fits: true, totalBytes });
    expect(english.text(the(first).what)).toBe("weights as int8, LoRA of rank 16 instead");
  });

  it("join several changes where no one is enough", async () => {
    const limit = (await total({ batchSize: 1, seqLength: 64, method: lora({ rank: 8, targets: ["q_proj", "v_proj"] }) })) + 1;
    const [first] = await propose(subject(), limit);
    expect(first).toMatchObject({ fits: true, change: { batchSize: 1, accumulate: 4 } });
    expect(the(first).change.seqLength).toBeLessThan(256);
    expect(english.text(the(first).what)).toMatch(
      /^batch size 1 with 4 accumulated, sequences of \d+ tokens, the head quantized too, rank 8 on q_proj and v_proj only$/,
    );
  });
});
