// Claim: what trains every weight is budgeted as such on float32 weights, and refused with the reason on all others, whoever asks.
import { describe, expect, it } from "vitest";
import { parseStoredConfig } from "../../src/config/run-config.ts";
import type { QuantizationConfig } from "../../src/model/held-weights.ts";
import { parseModelConfig } from "../../src/model/architectures.ts";
import { applyMethod } from "../../src/model/methods/methods.ts";
import { parameterCount } from "../../src/model/spec.ts";
import { estimateBudget } from "../../src/session/models/budget.ts";
import { proposeFit } from "../../src/session/models/propose-fit.ts";
import { requireFittingBase } from "../../src/session/runs/run-checks.ts";
import { shapeWith } from "../support/configs.ts";
import { failureOf } from "../support/errors.ts";
import { tinyConfig } from "../support/tiny-model.ts";

const spec = parseModelConfig(tinyConfig);
const limits = { memory: null, heap: null, buffer: null };

function subject(kind: string, quantizationConfig: QuantizationConfig, batchSize = 1) {
  const run = shapeWith({ data: { batchSize, seqLength: 32 }, method: { kind } });
  return { spec, provider: "webgpu", quantizationConfig, hasFloat16: true, run } as const;
}

describe("full fine-tuning", () => {
  it("is budgeted: parameters once, two moments and a gradient of the same size, the table as one buffer", async () => {
    const { parts, largestBuffer } = await estimateBudget(subject("full", { quantization: "none" }), limits);
    const bytes = 4 * parameterCount(spec);
    expect(parts.adapter).toBe(bytes);
    // Vectors of a few numbers are rounded up to what a GPU gives at least.
    expect(parts.optimizer / (3 * bytes)).toBeCloseTo(1, 1);
    expect(largestBuffer).toBeGreaterThanOrEqual(4 * spec.vocabularySize * spec.hiddenSize);
  });

  it("is never proposed with weights that are rounded: those come with another method", async () => {
    const large = subject("full", { quantization: "none" }, 8);
    const tight = { memory: 1_000_000, heap: null, buffer: null };
    const proposals = await proposeFit(large, await estimateBudget(large, tight));
    expect(proposals.length).toBeGreaterThan(0);
    const rounded = proposals.filter(({ change }) => change.quantization !== undefined);
    for (const { change } of rounded) expect(["lora", "ia3"]).toContain(change.method?.kind);
    expect(proposals.length).toBeGreaterThan(rounded.length);
  });

  it.each([
    [{ quantization: "int8" }, "int8"],
    [{ quantization: "f16" }, "f16"],
    [
      { quantization: "nf4", quantizeHead: true },
      { key: "model/head-too", params: { quantization: "nf4" } },
    ],
  ] as const)("on %o is refused, by its budget too", async (quantizationConfig, held) => {
    const { method } = parseStoredConfig({ method: { kind: "full" } });
    const failures = [
      await failureOf(() => requireFittingBase(applyMethod(spec, method), { spec, quantizationConfig })),
      await failureOf(() => estimateBudget(subject("full", quantizationConfig), limits)),
    ];
    for (const { key, params } of failures) expect([key, params["held"]]).toEqual(["config/invalid#quantized-base", held]);
  });

  it.each([{ quantization: "none" }, { quantization: "as-published" }, { quantization: "as-published", published: {} }] as const)(
    "on %o is taken",
    (quantizationConfig) => {
      const { method } = parseStoredConfig({ method: { kind: "full" } });
      expect(() => requireFittingBase(applyMethod(spec, method), { spec, quantizationConfig })).not.toThrow();
    },
  );

  it.each(["norms", "last-k", "embedding"])("alone needs float32 weights: %s does not", async (kind) => {
    const { fits } = await estimateBudget(subject(kind, { quantization: "int8" }), limits);
    expect(fits).toBe(true);
  });
});
