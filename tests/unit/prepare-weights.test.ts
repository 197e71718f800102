// Loading in pieces: how much is on the host at once, what the fingerprint stands for, and that the arithmetic of memory is
// what is really taken.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { blobSource } from "../../src/base/byte-source.ts";
import { elementCount } from "../../src/base/tensor.ts";
import { ownQuantizations } from "../../src/config/quantizations.ts";
import { openSafetensors, readTensor } from "../../src/interchange/safetensors.ts";
import { parseModelConfig } from "../../src/model/architectures.ts";
import { heldBytes, type QuantizationConfig } from "../../src/model/held-weights.ts";
import { prepareWeights, type PreparedTensor } from "../../src/model/prepare-weights.ts";
import type { TensorReader } from "../../src/model/tensor-reader.ts";
import { requiredTensors } from "../../src/model/spec.ts";
import { loadModel, placeModel } from "../../src/model/weights.ts";
import { createReferenceEngine } from "../../src/runtime/reference/reference-engine.ts";
import { failureOf } from "../support/errors.ts";
import { the } from "../support/the.ts";
import { tinyConfig, tinyWeights } from "../support/tiny-model.ts";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

const untiedConfig = { ...tinyConfig, tie_word_embeddings: false };

async function tinyReader(
  config: Readonly<Record<string, unknown>>,
  change?: (name: string, data: Float32Array) => void,
): Promise<TensorReader> {
  const file = await openSafetensors(blobSource("tiny", new Blob([tinyWeights(config, 1, change)])));
  return {
    shapes: new Map([...file.tensors].map(([name, { shape }]) => [name, shape])),
    read: (...range) => readTensor(file, ...range),
  };
}

async function prepared(
  reader: TensorReader,
  config: Readonly<Record<string, unknown>>,
  quantizationConfig: QuantizationConfig,
): Promise<[PreparedTensor[], string]> {
  const { tensors, fingerprint } = prepareWeights(parseModelConfig(config), reader, quantizationConfig);
  const all: PreparedTensor[] = [];
  for await (const tensor of tensors) all.push(tensor);
  return [all, fingerprint()];
}

describe("prepared weights", () => {
  it("have the fingerprint of the checkpoint, however they are held: that of runs stored long ago", async () => {
    for (const [config, known] of [
      [tinyConfig, "f2027219"],
      [untiedConfig, "0cbb0598"],
    ] as const)
      for (const quantization of ownQuantizations)
        for (const quantizeHead of [false, true])
          expect((await prepared(await tinyReader(config), config, { quantization, quantizeHead }))[1], quantization).toBe(known);
    const spoilt = await tinyReader(tinyConfig, (name, data) => name.includes("down_proj") && data.set([0.5], 3));
    expect((await prepared(spoilt, tinyConfig, { quantization: "int4" }))[1]).not.toBe("f2027219");
  });

  it("come back row by row as they were, where they are not quantized", async () => {
    const reader = await tinyReader(tinyConfig);
    const [tensors] = await prepared(reader, tinyConfig, { quantization: "none" });
    expect(tensors.find(({ name }) => name === "table.weight")?.data).toEqual(await reader.read("model.embed_tokens.weight"));
  });

  it.each(ownQuantizations)("%s takes the bytes that were announced, on the engine and on the host", async (quantization) => {
    for (const config of [tinyConfig, untiedConfig]) {
      for (const quantizeHead of [false, true]) {
        const spec = parseModelConfig(config);
        const engine = createReferenceEngine();
        const model = await loadModel(engine, spec, await tinyReader(config), { quantization, quantizeHead });
        expect(heldBytes(spec, { quantization, quantizeHead }, true)).toMatchObject({
          engine: model.weightBytes,
          host: model.embedding.bytes,
        });
        expect(engine.memory().liveBytes).toBe(model.weightBytes);
        model.dispose();
        expect(engine.memory().liveBytes).toBe(0);
      }
    }
  });

  it.each(ownQuantizations)("%s can be kept by structured clone and placed later", async (quantization) => {
    const spec = parseModelConfig(tinyConfig);
    const quantizationConfig = { quantization, quantizeHead: true };
    const [tensors, fingerprint] = await prepared(await tinyReader(tinyConfig), tinyConfig, quantizationConfig);
    const kept = structuredClone(tensors);
    const replay = async function* (): AsyncGenerator<PreparedTensor> {
      yield* await Promise.resolve(kept);
    };
    const model = await placeModel(createReferenceEngine(), spec, quantizationConfig, {
      tensors: replay(),
      fingerprint: () => fingerprint,
      codes: () => undefined,
    });
    const fresh = await loadModel(createReferenceEngine(), spec, await tinyReader(tinyConfig), quantizationConfig);
    expect(model.fingerprint).toBe(fresh.fingerprint);
    const rows = [model, fresh].map(({ embedding }) => {
      const row = new Float32Array(spec.hiddenSize);
      embedding.copyRow(263, row, 0);
      return row;
    });
    expect(rows[0]).toEqual(rows[1]);
    for (const [layer, weights] of fresh.layers.entries())
      for (const [name, tensor] of Object.entries(weights))
        expect(await model.engine.read(the(model.layers[layer]?.[name])), name).toEqual(await fresh.engine.read(tensor));
  });

  it("need only a few megabytes besides what is made, for a table of any size", async () => {
    // As f32 the table has 151 MB, more than one piece; as int4 24 MB.
    const config = { ...tinyConfig, hidden_size: 576, vocab_size: 65_536, num_hidden_layers: 1 };
    const shapes = requiredTensors(parseModelConfig(config));
    collectGarbage();
    const before = process.memoryUsage().arrayBuffers;
    const held: PreparedTensor[] = [];
    const heldNow = (): number => held.reduce((sum, { data }) => sum + data.byteLength, 0);
    let [peak, largestRead] = [0, 0];
    const read: TensorReader["read"] = (name, from, to) => {
      collectGarbage();
      peak = Math.max(peak, process.memoryUsage().arrayBuffers - before - heldNow());
      const [rows = 1, ...rest] = shapes.get(name) ?? [];
      const data = new Float32Array(((to ?? rows) - (from ?? 0)) * elementCount(rest)).fill(0.5);
      largestRead = Math.max(largestRead, data.byteLength);
      return Promise.resolve(data);
    };
    const quantizationConfig = { quantization: "int4", quantizeHead: true } as const;
    for await (const tensor of prepareWeights(parseModelConfig(config), { shapes, read }, quantizationConfig).tensors) held.push(tensor);
    expect(held.filter(({ group }) => group === "embedding").map(({ name }) => name)).toEqual([
      "table.0.codes",
      "table.0.scales",
      "table.1.codes",
      "table.1.scales",
    ]);
    expect(largestRead).toBeLessThanOrEqual(16 * 2 ** 20);
    const [made, chunks] = [24 * 2 ** 20, 2 * 16 * 2 ** 20];
    expect(peak).toBeLessThan(made + chunks);
  });

  it("are refused where a reader gives other rows than those asked for", async () => {
    const reader = await tinyReader(tinyConfig);
    const short: TensorReader = { ...reader, read: async (name) => (await reader.read(name)).subarray(1) };
    expect(await failureOf(() => prepared(short, tinyConfig, { quantization: "int4" }))).toMatchObject({ code: "model/reader" });
  });
});
