import { describe, expect, it } from "vitest";
import { newModelConfig, type NewModelShape } from "../../src/config/new-model.ts";
import { defaultRunConfig, parseRunConfig } from "../../src/config/run-config.ts";
import { parseModelConfig } from "../../src/model/architectures.ts";
import { applyMethod } from "../../src/model/methods/methods.ts";
import { randomWeights } from "../../src/model/random-weights.ts";
import { parameterCount } from "../../src/model/spec.ts";
import { newModelFiles, withTokenizer } from "../../src/session/models/new-model.ts";
import { failureOf } from "../support/errors.ts";

const { method } = parseRunConfig({ method: { kind: "scratch" } });
const standard = method as NewModelShape;
const small: NewModelShape = { ...standard, width: 64, depth: 3, heads: 2, context: 32, vocabulary: 100 };
const spec = parseModelConfig(newModelConfig(small, 100));

function deviation(values: Float32Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

describe("the shape of a new model", () => {
  it("has a million parameters as the form has it", () => {
    // 2048 · 128 + 4 · (4 · 128² + 3 · 128 · 344 + 2 · 128) + 128
    expect(parameterCount(parseModelConfig(newModelConfig(standard, 2048)))).toBe(1_053_824);
  });

  it.each([
    [66, 4],
    [12, 4],
  ])("refuses a width of %i for %i heads", async (width, heads) => {
    expect(await failureOf(() => parseRunConfig({ method: { ...small, width, heads } }))).toMatchObject({
      code: "config/invalid",
      params: { heads },
    });
  });
});

describe("random weights", () => {
  const tensors = new Map([...randomWeights(spec, 7)].map(({ name, data }) => [name, data]));
  const of = (name: string): Float32Array => tensors.get(name) ?? new Float32Array();

  it("are spread as GPT-2's are", () => {
    expect(deviation(of("model.embed_tokens.weight"))).toBeCloseTo(0.02, 3);
    expect(deviation(of("model.layers.1.self_attn.q_proj.weight"))).toBeCloseTo(0.02, 3);
    expect(deviation(of("model.layers.1.self_attn.o_proj.weight"))).toBeCloseTo(0.02 / Math.sqrt(6), 3);
    expect(deviation(of("model.layers.2.mlp.down_proj.weight"))).toBeCloseTo(0.02 / Math.sqrt(6), 3);
    expect(new Set(of("model.norm.weight"))).toEqual(new Set([1]));
  });

  it("are the same for the same seed, and no two tensors are alike", () => {
    const again = new Map([...randomWeights(spec, 7)].map(({ name, data }) => [name, data]));
    const other = new Map([...randomWeights(spec, 8)].map(({ name, data }) => [name, data]));
    const name = "model.layers.0.self_attn.q_proj.weight";
    expect(again.get(name)).toEqual(of(name));
    expect(other.get(name)).not.toEqual(of(name));
    expect(of("model.layers.0.self_attn.k_proj.weight")).not.toEqual(of(name));
  });

  it("make the same files again, byte by byte", async () => {
    const files = withTokenizer(null, small, 100);
    const weights = async (seed: number): Promise<Buffer> =>
      Buffer.from((await newModelFiles(files, seed).at(-1)?.arrayBuffer()) ?? new ArrayBuffer());
    expect((await weights(7)).equals(await weights(7))).toBe(true);
    expect((await weights(7)).equals(await weights(8))).toBe(false);
    expect(newModelFiles(files, 7).map(({ name }) => name)).toEqual(["config.json", "model.safetensors"]);
  });
});

describe("the method", () => {
  it("trains every weight of a model of its shape, and the tied head with the table", () => {
    const { layout, tiesHead, needsFloat32 } = applyMethod(spec, small);
    expect(layout.reduce((sum, { size }) => sum + size, 0)).toBe(parameterCount(spec));
    expect([tiesHead, needsFloat32]).toEqual([true, true]);
  });

  it("is refused on a model of another shape", async () => {
    for (const other of [{ depth: 4 }, { context: 64 }, { heads: 4 }, { width: 128 }])
      expect((await failureOf(() => applyMethod(spec, { ...small, ...other }))).code).toBe("config/invalid");
  });

  it("is not what a run is by default", () => {
    expect(defaultRunConfig.method.kind).toBe("lora");
  });
});
