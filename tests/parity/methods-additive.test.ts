// What stands before a sequence (prompt and prefix tuning) against real PEFT: the goldens' loss, gradients and five steps on each engine,
// and loss and gradient on every family, with fewer and with more virtual tokens than the windows have. Bottlenecks against PyTorch's, put
// there by hooks. Then decoding: in chunks, or token
// by token, a sequence gets the logits of one pass, past windows and with ropes that go by the length.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seededRandom } from "../../src/base/random.ts";
import { elementCount } from "../../src/base/tensor.ts";
import { Decoder } from "../../src/generate/decoder.ts";
import { DecoderPrograms } from "../../src/generate/decoder-programs.ts";
import { groupTensors } from "../../src/interchange/adapter-tensors.ts";
import { fileTensors, split } from "../../src/interchange/file-tensors.ts";
import { baseNumbers } from "../../src/model/base-numbers.ts";
import type { NamedVectors, ParameterLayout } from "../../src/model/parameters.ts";
import { uploadTuned } from "../../src/model/tuned-stages.ts";
import { disposeAll, readFloats } from "../../src/runtime/engine.ts";
import { TensorOwner } from "../../src/runtime/tensor-owner.ts";
import { wholeRow } from "../../src/tokens/batches.ts";
import { makeTraining } from "../../src/train/make-training.ts";
import { Network } from "../../src/train/network.ts";
import { Trainer } from "../../src/train/trainer.ts";
import { freshSnapshot } from "../../src/train/training.ts";
import bottlenecks from "../fixtures/bottleneck.json";
import expected from "../fixtures/virtual-tokens.json";
import { describeEngines, engineOf } from "../support/engines.ts";
import { largestDifference, openGolden, type Golden } from "../support/goldens.ts";
import { checkMethod, goldenConfig, references } from "../support/method-goldens.ts";

describeEngines("virtual tokens equal PEFT", ["wasm", "webgpu"], (engine) => {
  let golden: Golden;
  beforeAll(async () => {
    golden = await openGolden(await engineOf(engine), "llama_tied");
  });
  afterAll(() => golden.model.dispose());
  it("prompt", () =>
    checkMethod(golden, {
      sections: { method: { kind: "prompt", virtualTokens: 4 } },
      tag: "prompt_tuning",
      expected: references.llama_tied.prompt_tuning,
    }));
  it("prefix", () =>
    checkMethod(golden, {
      sections: { method: { kind: "prefix", virtualTokens: 4 } },
      tag: "prefix_tuning",
      expected: references.peft.prefix_tuning,
    }));
});

describeEngines("bottlenecks equal PyTorch's", ["wasm", "webgpu"], (engine) => {
  for (const [name, byActivation] of Object.entries(bottlenecks)) {
    it(name, async () => {
      const golden = await openGolden(await engineOf(engine), name);
      for (const [activation, reference] of Object.entries(byActivation))
        await checkFamily(golden, { kind: "bottleneck", bottleneckSize: 6, activation }, reference, 0.3);
      golden.model.dispose();
    });
  }
});

describeEngines("virtual tokens of every family", ["wasm"], (engine) => {
  for (const [name, byTag] of Object.entries(expected)) {
    describe(name, () => {
      let golden: Golden;
      beforeAll(async () => {
        golden = await openGolden(await engineOf(engine), name);
      });
      afterAll(() => golden.model.dispose());
      for (const [tag, reference] of Object.entries(byTag)) {
        it(`${tag}: loss and gradient are PEFT's`, () => checkFamily(golden, settingsOf(tag), reference));
        if (tag.endsWith("10") && readsOtherwise.includes(name))
          it(`${tag}: read in chunks or one by one as in one pass`, () => checkChunks(golden, settingsOf(tag)));
      }
    });
  }
});

/** A plain model, those with windows, without ropes, and those whose ropes go by the length. */
const readsOtherwise = "llama_tied mistral qwen2 gemma2 gemma3_text phi3 smollm3 gpt2 yarn longrope_short longrope_long dynamic".split(" ");

/** Of "prefix10" and the like. */
function settingsOf(tag: string): Readonly<Record<string, unknown>> {
  const [, kind, count] = /^([a-z]+)(\d+)$/.exec(tag) ?? [];
  return { kind, virtualTokens: Number(count) };
}

const wave = (at: number): number => Math.sin(at * 1.37 + 0.5);

/** One wave through all the tensors, in the order of their names. */
function waves(layout: ParameterLayout, height: number): NamedVectors {
  const vectors = Object.fromEntries(layout.map(({ name, size }) => [name, new Float32Array(size)]));
  let from = 0;
  for (const file of fileTensors(layout).toSorted((a, b) => (a.tensor < b.tensor ? -1 : 1))) {
    const size = elementCount(file.shape);
    const start = from;
    split(
      file,
      Float32Array.from({ length: size }, (_, at) => height * wave(start + at)),
      vectors,
    );
    from += size;
  }
  return vectors;
}

async function checkFamily(
  { model, batch }: Golden,
  method: Readonly<Record<string, unknown>>,
  { loss, gradNorm, gradDot }: { readonly loss: number; readonly gradNorm: number; readonly gradDot: number },
  height = 0.8,
): Promise<void> {
  const training = makeTraining(model.spec, goldenConfig({ method }));
  const { layout } = training.method;
  const trainer = await Trainer.create(model, training, freshSnapshot(training, { parameters: waves(layout, height), fixed: {} }));
  const own = await trainer.gradient([batch]);
  const vectors: Record<string, Float32Array> = {};
  for (const [group, tensor] of Object.entries(own.gradient)) vectors[group] = (await readFloats(model.engine, tensor)).slice();
  disposeAll(own.gradient);
  await trainer.dispose();
  expect(Math.abs(own.loss - loss), "loss").toBeLessThan(1e-5);
  expect(Math.abs(own.gradNorm / gradNorm - 1), "gradient norm").toBeLessThan(1e-4);
  const data = groupTensors(layout, vectors).flatMap((tensor) => [...tensor.data]);
  const dot = data.reduce((sum, value, at) => sum + value * wave((at - 3 + data.length) % data.length), 0);
  expect(Math.abs(dot - gradDot) / gradNorm, "gradient").toBeLessThan(1e-4);
}

async function checkChunks({ model }: Golden, settings: Readonly<Record<string, unknown>>): Promise<void> {
  const { method } = makeTraining(model.spec, goldenConfig({ method: settings }));
  using owner = new TensorOwner(model.engine);
  const started = await method.start(baseNumbers(model), seededRandom(3));
  const tensors = uploadTuned(owner, method, { ...started, parameters: waves(method.layout, 0.8) });
  const [network, programs] = [new Network(model, method), new DecoderPrograms(model, method)];
  const room = model.spec.contextLength - method.virtualTokens - method.prefixTokens;
  const ids = Array.from({ length: Math.min(45, room) }, (_, at) => (at * 37 + 11) % model.spec.vocabularySize);
  using whole = new Decoder(programs, ids.length, tensors);
  using single = new Decoder(programs, ids.length, tensors);
  const expectedLogits = await network.logits(wholeRow(Int32Array.from(ids)), Int32Array.of(ids.length - 1), tensors);
  expect(largestDifference(await whole.read(ids), expectedLogits), "in chunks").toBeLessThan(1e-4);
  let logits: ArrayLike<number> = [];
  for (const id of ids) logits = await single.read([id]);
  expect(largestDifference(logits, expectedLogits), "one by one").toBeLessThan(1e-4);
  await network.dispose();
  await programs.dispose();
}
