// Answers of models whose widths are no whole number of blocks, in every form: sizes of a run are open in the programs, which once made
// a form write as many zeros into a program as an open size stands for.
import { describe, expect, it } from "vitest";
import { ownQuantizations } from "../../src/config/quantizations.ts";
import { Decoder } from "../../src/generate/decoder.ts";
import { DecoderPrograms } from "../../src/generate/decoder-programs.ts";
import { encodeOnnx } from "../../src/graph/onnx.ts";
import { parseModelConfig } from "../../src/model/architectures.ts";
import { plannedModel } from "../../src/model/planned-model.ts";
import { createPlanningEngine } from "../../src/runtime/planning-engine.ts";
import { wrappedEngine } from "../../src/runtime/wrapped-engine.ts";
import { tinyConfig } from "../support/tiny-model.ts";

const odd = { hidden_size: 42, intermediate_size: 50, num_attention_heads: 3, num_key_value_heads: 1, head_dim: 14 };

describe.each(["webgpu", "wasm"] as const)("an answer on %s", (provider) => {
  it.each(ownQuantizations)("is written in %s", async (quantization) => {
    const engine = createPlanningEngine(provider, true);
    let encoded = 0;
    const compile: typeof engine.compile = (graph) => {
      encoded += encodeOnnx(graph).length;
      return engine.compile(graph);
    };
    const model = plannedModel(wrappedEngine(engine, { compile }), parseModelConfig({ ...tinyConfig, ...odd }), {
      quantization,
      quantizeHead: true,
    });
    using decoder = new Decoder(new DecoderPrograms(model, null), 60, null);
    await decoder.read([1, 2, 3]);
    await decoder.read([4]);
    expect(encoded).toBeGreaterThan(0);
  });
});
