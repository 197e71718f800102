// Every architecture in shapes that no reference number has: the engines against the float64 reference in int4 (loss and every
// gradient, a padded batch of three), and decoding against the cache equals the whole pass, also past the windows.
import { expect, it } from "vitest";
import { blobSource } from "../../src/base/byte-source.ts";
import { seededRandom } from "../../src/base/random.ts";
import type { Quantization } from "../../src/config/quantizations.ts";
import { Decoder } from "../../src/generate/decoder.ts";
import { DecoderPrograms } from "../../src/generate/decoder-programs.ts";
import { openSafetensors, readTensor } from "../../src/interchange/safetensors.ts";
import { parseModelConfig } from "../../src/model/architectures.ts";
import type { TensorReader } from "../../src/model/tensor-reader.ts";
import { loadModel, type LoadedModel } from "../../src/model/weights.ts";
import type { Engine } from "../../src/runtime/engine.ts";
import { collate, wholeRow } from "../../src/tokens/batches.ts";
import { Network } from "../../src/train/network.ts";
import { describeEngines, engineOf } from "../support/engines.ts";
import { largestDifference, relativeError } from "../support/goldens.ts";
import { oddModels } from "../support/odd-models.ts";
import { the } from "../support/the.ts";
import { tinyWeights } from "../support/tiny-model.ts";
import { gradientOf, randomLora } from "../support/training.ts";

async function open(engine: Engine, config: Readonly<Record<string, unknown>>, quantization: Quantization): Promise<LoadedModel> {
  const weights = await openSafetensors(blobSource("odd", new Blob([tinyWeights(config)])));
  const shapes = new Map([...weights.tensors].map(([name, { shape }]) => [name, shape]));
  const reader = { shapes, read: (...range: Parameters<TensorReader["read"]>) => readTensor(weights, ...range) };
  return loadModel(engine, parseModelConfig(config), reader, { quantization, quantizeHead: quantization !== "none" });
}

const random = seededRandom(3);
const ids = (length: number): number[] => Array.from({ length }, () => Math.floor(random.uniform() * 67));
/** Rows of 13, 9 and 4 tokens; the first few are not learned. */
const batch = collate(
  [13, 9, 4].map((length, line) => {
    const row = ids(length);
    return { line, ids: Int32Array.from(row), labels: Int32Array.from(row, (id, at) => (at < 2 ? -100 : id)) };
  }),
  64,
);
const long = ids(45);

const oddGradient = (model: LoadedModel) => gradientOf(model, randomLora(model.spec, { rank: 3, alpha: 7 }), [batch]);

describeEngines("odd shapes", ["wasm", "webgpu"], (name) => {
  for (const [architecture, config] of Object.entries(oddModels)) {
    it(`${architecture}: loss and gradients are the reference engine's`, async () => {
      const [own, oracle] = [await open(await engineOf(name), config, "int4"), await open(await engineOf("reference"), config, "int4")];
      const [a, b] = [await oddGradient(own), await oddGradient(oracle)];
      expect(Math.abs(a.loss / b.loss - 1)).toBeLessThan(1e-5);
      expect(Object.keys(a.vectors)).toEqual(Object.keys(b.vectors));
      for (const [group, vector] of Object.entries(a.vectors))
        expect(relativeError(vector, the(b.vectors[group])), group).toBeLessThan(2e-4);
      for (const model of [own, oracle]) model.dispose();
    });

    it(`${architecture}: decoding token by token is the whole pass`, async () => {
      const model = await open(await engineOf(name), config, "none");
      const network = new Network(model, null);
      const programs = new DecoderPrograms(model, null);
      using decoder = new Decoder(programs, long.length, null);
      // A prompt that is longer than a chunk and than every window, then single tokens.
      for (const [from, to] of [[0, 40] as const, [40, 41] as const, [41, 45] as const]) {
        const logits = await decoder.read(long.slice(from, to));
        const whole = await network.logits(wholeRow(Int32Array.from(long.slice(0, to))), Int32Array.of(to - 1), null);
        expect(largestDifference(logits, whole), `after ${to} tokens`).toBeLessThan(1e-4);
      }
      await Promise.all([network.dispose(), programs.dispose()]);
      model.dispose();
    });
  }
});
