// How much of the page's heap loading takes for a vocabulary of 152,000, as Chromium counts it: JavaScript's objects and the
// memory behind typed arrays, garbage included. On WASM these hold the weights as well.
import { expect, it } from "vitest";
import { cdp } from "vitest/browser";
import { fromBfloat16 } from "../../src/base/half.ts";
import { elementCount } from "../../src/base/tensor.ts";
import { parseModelConfig } from "../../src/model/architectures.ts";
import { heldBytes, type QuantizationConfig } from "../../src/model/held-weights.ts";
import type { TensorReader } from "../../src/model/tensor-reader.ts";
import { requiredTensors } from "../../src/model/spec.ts";
import { loadModel } from "../../src/model/weights.ts";
import { engineOf } from "../support/engines.ts";
import { tinyConfig } from "../support/tiny-model.ts";

const config = {
  ...tinyConfig,
  hidden_size: 896,
  num_attention_heads: 14,
  num_key_value_heads: 2,
  vocab_size: 151_936,
  num_hidden_layers: 1,
};
const largestTensor = 2 * config.vocab_size * config.hidden_size;

interface HeapUsage {
  readonly usedSize: number;
  readonly backingStorageSize: number;
}

async function heapBytes(): Promise<number> {
  const { usedSize, backingStorageSize } = (await cdp().send("Runtime.getHeapUsage")) as HeapUsage;
  return usedSize + backingStorageSize;
}

/** What is left behind goes in several collections: memory behind arrays is given back after the arrays. */
async function heapAtRest(): Promise<number> {
  let [last, now] = [Infinity, await heapBytes()];
  while (last - now > 100_000) {
    await cdp().send("HeapProfiler.collectGarbage");
    [last, now] = [now, await heapBytes()];
  }
  return now;
}

it.each([{ quantization: "int4", quantizeHead: true }, { quantization: "int4" }] satisfies QuantizationConfig[])(
  "stays under twice the largest tensor and 200 MB: %j",
  async (quantizationConfig) => {
    const spec = parseModelConfig(config);
    const shapes = requiredTensors(spec);
    const engine = await engineOf("wasm");
    await heapAtRest();
    let most = 0;
    // As a BF16 file is read: its bytes, then their float32 values.
    const read: TensorReader["read"] = async (name, from, to) => {
      most = Math.max(most, await heapBytes());
      const [rows = 1, ...rest] = shapes.get(name) ?? [];
      const size = ((to ?? rows) - (from ?? 0)) * elementCount(rest);
      return fromBfloat16(new Uint16Array(size).fill(0x3c01));
    };
    // In a call of its own, so that nothing of the model is reached from here afterwards.
    await (async () => {
      const model = await loadModel(engine, spec, { shapes, read }, quantizationConfig);
      most = Math.max(most, await heapBytes());
      model.dispose();
    })();
    // What other tests left may go while the model is loaded: the heap is compared with what is there when all of it is gone.
    const peak = most - (await heapAtRest());
    const held = heldBytes(spec, quantizationConfig, true);
    console.log(
      `${JSON.stringify(quantizationConfig)}: peak ${(peak / 1e6).toFixed(0)} MB, of which ${(held.engine / 1e6).toFixed(0)} MB are the weights`,
    );
    expect(peak).toBeGreaterThan(held.engine * 0.99);
    expect(peak).toBeLessThan(2 * largestTensor + 200e6);
    // Garbage is a few chunks.
    expect(peak - held.engine).toBeLessThan(200e6);
  },
);
