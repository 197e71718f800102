// Claim: NaN and Inf among the weights are refused at load, with the tensor's name and which of them it is, from every kind of file
// and for every form in which weights are held.
import { describe, expect, it } from "vitest";
import { blobSource } from "../../src/base/byte-source.ts";
import { firstNotFinite } from "../../src/base/finite.ts";
import { quantizations } from "../../src/config/quantizations.ts";
import { blockFormats } from "../../src/interchange/gguf-blocks.ts";
import { openGguf } from "../../src/interchange/gguf.ts";
import { openSafetensors, readTensor } from "../../src/interchange/safetensors.ts";
import { parseModelConfig } from "../../src/model/architectures.ts";
import { prepareWeights } from "../../src/model/prepare-weights.ts";
import { requiredTensors } from "../../src/model/spec.ts";
import type { TensorReader } from "../../src/model/tensor-reader.ts";
import type { Quantization } from "../../src/config/quantizations.ts";
import { failureOf } from "../support/errors.ts";
import { llamaGguf, type HfTensor } from "../support/gguf-model.ts";
import { the } from "../support/the.ts";
import { tinyConfig, tinyWeights } from "../support/tiny-model.ts";

const spec = parseModelConfig(tinyConfig);
const words = [
  [NaN, "NaN"],
  [Infinity, "Inf"],
  [-Infinity, "-Inf"],
] as const;

async function load(reader: TensorReader, quantization: Quantization, quantizeHead = false): Promise<void> {
  for await (const _ of prepareWeights(spec, reader, { quantization, quantizeHead }).tensors) continue;
}

async function readerOf(bytes: Uint8Array<ArrayBuffer>): Promise<TensorReader> {
  const file = await openSafetensors(blobSource("model.safetensors", new Blob([bytes])));
  const shapes = new Map([...file.tensors].map(([name, { shape }]) => [name, shape]));
  return { shapes, read: (...range) => readTensor(file, ...range) };
}

/** Spoils one number of a tensor, its last unless told otherwise. */
const spoilt = (tensor: string, value: number, at?: number) =>
  tinyWeights(
    tinyConfig,
    1,
    (name, data) => name === tensor && data.fill(value, at ?? data.length - 1, at === undefined ? undefined : at + 1),
  );

/** The tiny model with all tensors of 16 bits, one number replaced by the given bits. */
function halfWeights(dtype: "F16" | "BF16", tensor: string, bits: number): Uint8Array<ArrayBuffer> {
  const header: Record<string, unknown> = {};
  let offset = 0;
  const starts = new Map<string, number>();
  for (const [name, shape] of requiredTensors(spec)) {
    const bytes = 2 * shape.reduce((product, axis) => product * axis, 1);
    header[name] = { dtype, shape, data_offsets: [offset, offset + bytes] };
    starts.set(name, offset);
    offset += bytes;
  }
  const json = new TextEncoder().encode(JSON.stringify(header).padEnd(Math.ceil(JSON.stringify(header).length / 8) * 8));
  const out = new Uint8Array(8 + json.length + offset);
  const view = new DataView(out.buffer);
  view.setBigUint64(0, BigInt(json.length), true);
  out.set(json, 8);
  view.setUint16(8 + json.length + the(starts.get(tensor)) + 6, bits, true);
  return out;
}

describe("weights that are not finite", () => {
  const places = [
    "model.embed_tokens.weight",
    "model.norm.weight",
    "model.layers.1.mlp.down_proj.weight",
    "model.layers.0.input_layernorm.weight",
  ];

  it.each(quantizations)("are refused by name, held as %s", async (quantization) => {
    for (const [value, word] of words) {
      for (const tensor of places) {
        const reader = await readerOf(spoilt(tensor, value));
        const failure = await failureOf(() => load(reader, quantization, true));
        expect(failure.code).toBe("model/not-finite");
        expect(failure.message).toContain(` ${word} in tensor ${tensor}.`);
      }
    }
  });

  it("are refused wherever they stand, also in pieces that come later", async () => {
    const tensor = "model.layers.0.mlp.up_proj.weight";
    for (const at of [0, 31, 32 * 40])
      expect((await failureOf(async () => load(await readerOf(spoilt(tensor, NaN, at)), "int4"))).message).toContain(tensor);
  });

  it.each([
    ["F16", 0x7e00, "NaN"],
    ["F16", 0x7c00, "Inf"],
    ["F16", 0xfc00, "-Inf"],
    ["BF16", 0x7fc0, "NaN"],
    ["BF16", 0x7f80, "Inf"],
    ["BF16", 0xff80, "-Inf"],
  ] as const)("are found in %s: %d is %s", async (dtype, bits, word) => {
    const tensor = "model.layers.1.self_attn.k_proj.weight";
    const failure = await failureOf(async () => load(await readerOf(halfWeights(dtype, tensor, bits)), "int8"));
    expect(failure).toMatchObject({ code: "model/not-finite", message: expect.stringContaining(`${word} in tensor ${tensor}`) });
  });

  it.each(["F32", "F16"] as const)("are found in a GGUF file of %s, under Hugging Face's name", async (storage) => {
    const file = await openSafetensors(blobSource("tiny", new Blob([spoilt("model.layers.1.mlp.gate_proj.weight", NaN)])));
    const tensors = await Promise.all(
      [...file.tensors].map(async ([name, { shape }]): Promise<HfTensor> => ({ name, shape, data: await readTensor(file, name) })),
    );
    const model = await openGguf(blobSource("tiny.gguf", new Blob([llamaGguf(tinyConfig, tensors, storage)])));
    expect((await failureOf(() => load(model.reader, "int4"))).message).toContain("NaN in tensor model.layers.1.mlp.gate_proj.weight");
  });

  // Offsets of the float16 scales and minima of each block, as ggml-common.h declares them.
  it.each([
    ["Q4_0", [0]],
    ["Q4_1", [0, 2]],
    ["Q5_0", [0]],
    ["Q5_1", [0, 2]],
    ["Q8_0", [0]],
    ["Q2_K", [80, 82]],
    ["Q3_K", [108]],
    ["Q4_K", [0, 2]],
    ["Q5_K", [0, 2]],
    ["Q6_K", [208]],
    ["IQ4_NL", [0]],
    ["IQ4_XS", [0]],
  ] as const)("come out of a block of %s whose scale is one", (name, offsets) => {
    const { bytes, decode } = the([...blockFormats.values()].find((format) => format.name === name));
    for (const at of offsets)
      for (const bits of [0x7c00, 0xfc00, 0x7e00]) {
        const block = new Uint8Array(bytes);
        new DataView(block.buffer).setUint16(at, bits, true);
        expect(firstNotFinite(decode(block)), `${name} at ${at}`).not.toBeNull();
      }
  });

  it("are not made by quantizationConfig numbers that are finite but too large: that is said", async () => {
    const reader = await readerOf(spoilt("model.layers.0.mlp.up_proj.weight", 1e30));
    for (const quantization of ["int8", "f16"] as const) {
      const failure = await failureOf(() => load(reader, quantization));
      expect(failure.code).toMatch(/^model\/(not-holdable|float16-range)$/);
      expect(failure.message).toContain("model.layers.0.mlp.up_proj.weight");
      expect(failure.hint).toContain("none");
    }
    await load(reader, "none");
  });
});
