// What a token of an answer costs a GPU's host, counted on an engine that computes nothing: all layers and the head are one run, which is
// fed the weights as they are held.
import { describe, expect, it } from "vitest";
import { parseModelConfig } from "../../src/model/architectures.ts";
import { plannedModel } from "../../src/model/planned-model.ts";
import { uploadTuned } from "../../src/model/tuned-stages.ts";
import { Decoder } from "../../src/generate/decoder.ts";
import { DecoderPrograms } from "../../src/generate/decoder-programs.ts";
import { createPlanningEngine } from "../../src/runtime/planning-engine.ts";
import { TensorOwner } from "../../src/runtime/tensor-owner.ts";
import { countedEngine } from "../support/counted-engine.ts";
import { tinyConfig } from "../support/tiny-model.ts";
import { randomLora } from "../support/training.ts";

const layers = 6;

/** After a prompt of two chunks. */
async function ofToken(adapted: boolean) {
  const { engine, take } = countedEngine(createPlanningEngine("webgpu", true));
  const spec = parseModelConfig({ ...tinyConfig, num_hidden_layers: layers });
  const model = plannedModel(engine, spec, { quantization: "int4", quantizeHead: true });
  const { training, parameters } = randomLora(spec, { rank: 4, alpha: 8 });
  const method = adapted ? training.method : null;
  using owner = new TensorOwner(engine);
  const tensors = method && uploadTuned(owner, method, { parameters, fixed: {} });
  using decoder = new Decoder(new DecoderPrograms(model, method), 60, tensors);
  take();
  await decoder.read(Array.from({ length: 50 }, (_, at) => at));
  const prompt = take();
  await decoder.read([1]);
  return { prompt, token: take() };
}

describe.each([
  ["the base", false, 38],
  ["LoRA on all linear layers", true, 62],
])("a token of %s on a GPU", (_name, adapted, mostNodes) => {
  it("is one run, waited for once, and brings a few numbers", async () => {
    const { prompt, token } = await ofToken(adapted);
    expect(prompt.runs).toEqual({ "decode.whole": 2 });
    expect(prompt.reads).toBe(1);
    expect(token.runs).toEqual({ "decode.whole": 1 });
    expect(token.reads).toBe(1);
    expect(token.uploads.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(4096);
    expect((token.nodes["decode.whole"] ?? 0) / layers).toBeLessThanOrEqual(mostNodes);
  });
});
