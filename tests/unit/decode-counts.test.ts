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

/** Heads of sixteen numbers, as published models have whole multiples of. */
const config = { ...tinyConfig, hidden_size: 64 };

/** After a prompt of two chunks, in models of so many layers. */
async function ofToken(adapted: boolean, count = layers, changed: Readonly<Record<string, unknown>> = {}) {
  const { engine, take } = countedEngine(createPlanningEngine("webgpu", true));
  const spec = parseModelConfig({ ...config, ...changed, num_hidden_layers: count });
  const model = plannedModel(engine, spec, { quantization: "int4", quantizeHead: true });
  const { training, parameters } = randomLora(spec, { rank: 4, alpha: 8 });
  const method = adapted ? training.method : null;
  using owner = new TensorOwner(engine);
  const tensors = method && uploadTuned(owner, method, { parameters, fixed: {} });
  using decoder = new Decoder(new DecoderPrograms(model, method), 60, tensors);
  take();
  await decoder.read(Array.from({ length: 30 }, (_, at) => at));
  const prompt = take();
  await decoder.next([1], { temperature: 0 });
  return { prompt, token: take() };
}

const nodesOf = async (...args: Parameters<typeof ofToken>): Promise<number> => (await ofToken(...args)).token.nodes["decode.whole"] ?? 0;

describe.each([
  ["the base", false, 14],
  ["LoRA on all linear layers", true, 24],
])("a token of %s on a GPU", (_name, adapted, mostNodes) => {
  it("is one run, waited for once, that copies nothing and brings a few numbers", async () => {
    const { prompt, token } = await ofToken(adapted);
    expect(prompt.runs).toEqual({ "decode.whole": 2, ...(adapted ? { "decode.whole.before": 1 } : {}) });
    expect(prompt.reads).toBe(1);
    expect(token.runs).toEqual({ "decode.whole": 1 });
    expect(token.reads).toBe(1);
    expect(token.copies).toBe(0);
    expect(token.readBytes).toBeLessThan(1024);
    expect(token.uploads.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(1024);
  });

  it(`is ${mostNodes} nodes a layer, and a few for the head`, async () => {
    const [some, more] = [await nodesOf(adapted), await nodesOf(adapted, layers + 1)];
    expect(more - some).toBe(mostNodes);
    expect(some - layers * mostNodes).toBeLessThan(30);
  });
});

it.each([
  ["positions turn before attention", { hidden_size: 32 }, 16, 0],
  ["attention is none of the kernel", { hidden_size: 16 }, 33, 1],
])("a token of a layer whose %s", async (_why, changed, nodes, copied) => {
  expect((await nodesOf(false, layers + 1, changed)) - (await nodesOf(false, layers, changed))).toBe(nodes);
  expect(Math.min(1, (await ofToken(false, layers, changed)).token.copies)).toBe(copied);
});
