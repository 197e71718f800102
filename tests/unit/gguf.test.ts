// A model that was written as GGUF by the converter's published rules comes back as the model folder that it was.
import { readdirSync, readFileSync, existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { blobSource, type ByteSource } from "../../src/base/byte-source.ts";
import { toFloat16 } from "../../src/base/half.ts";
import { blockFormats } from "../../src/interchange/gguf-blocks.ts";
import { openGguf } from "../../src/interchange/gguf.ts";
import { openSafetensors, readTensor } from "../../src/interchange/safetensors.ts";
import { parseModelConfig } from "../../src/model/architectures.ts";
import type { LongRopeScaling } from "../../src/model/spec.ts";
import { openTokenizer } from "../../src/tokens/tokenizer.ts";
import { failureOf } from "../support/errors.ts";
import { familyGguf, ggufFamilies } from "../support/gguf-families.ts";
import { llamaGguf, llamaMetadata, tokenizerMetadata, type HfTensor } from "../support/gguf-model.ts";
import { quantizeQ8, stored, writeGguf, type GgufTensorToWrite, type GgufValue } from "../support/gguf-writer.ts";
import { tinyConfig, tinyTokenizer, tinyWeights } from "../support/tiny-model.ts";

const source = (bytes: Uint8Array<ArrayBuffer>, name = "x.gguf"): ByteSource => blobSource(name, new Blob([bytes]));

async function tensorsOf(bytes: Uint8Array<ArrayBuffer>): Promise<HfTensor[]> {
  const file = await openSafetensors(blobSource("model.safetensors", new Blob([bytes])));
  const read = async (name: string, shape: readonly number[]) => ({ name, shape, data: await readTensor(file, name) });
  return Promise.all([...file.tensors].map(([name, { shape }]) => read(name, shape)));
}

const goldens = fileURLToPath(new URL("../fixtures/goldens/", import.meta.url));
const golden = (name: string, file: string): Uint8Array<ArrayBuffer> => new Uint8Array(readFileSync(`${goldens}${name}/${file}`));
const goldenConfig = (name: string): Record<string, unknown> =>
  JSON.parse(readFileSync(`${goldens}${name}/config.json`, "utf8")) as Record<string, unknown>;
/** All but those whose scaling has no keys in GGUF, or not all that it would need. */
const llamas = readdirSync(goldens).filter(
  (name) =>
    existsSync(`${goldens}${name}/config.json`) &&
    goldenConfig(name)["model_type"] === "llama" &&
    !["dynamic", "linear", "yarn_attn", "yarn_mscale"].includes(name),
);

const tiny = await tensorsOf(tinyWeights());
const tinyTokens = tokenizerMetadata(tinyTokenizer().tokenizer, tinyTokenizer().config, "gpt-2");
const tinyGguf = llamaGguf(tinyConfig, tiny, "F32", tinyTokens);

describe("a Llama as GGUF", () => {
  it.each(llamas)("%s has the configuration that it was made from", async (name) => {
    const config = goldenConfig(name);
    const opened = await openGguf(source(llamaGguf(config, await tensorsOf(golden(name, "model.safetensors")), "F32")));
    const wanted = ["hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads", "num_key_value_heads", "vocab_size"];
    const kept = [...wanted, "max_position_embeddings", "rms_norm_eps", "rope_theta", "rope_scaling", "tie_word_embeddings"];
    for (const key of [...kept, "attention_bias", "mlp_bias", "model_type"]) expect([key, opened.config[key]]).toEqual([key, config[key]]);
  });

  it.each(llamas)("%s has the same tensors to the bit, whole and by rows", async (name) => {
    const tensors = await tensorsOf(golden(name, "model.safetensors"));
    const { reader } = await openGguf(source(llamaGguf(goldenConfig(name), tensors, "F32")));
    expect([...reader.shapes.keys()].toSorted()).toEqual(tensors.map((tensor) => tensor.name).toSorted());
    for (const { name: tensor, shape, data } of tensors) {
      expect(reader.shapes.get(tensor)).toEqual(shape);
      expect(await reader.read(tensor)).toEqual(data);
      const width = data.length / (shape[0] ?? 1);
      expect(await reader.read(tensor, 3, 11)).toEqual(data.slice(3 * width, 11 * width));
    }
  });

  it("in half precision has every number rounded to it, and in Q8_0 to a 127th of the largest of 32", async () => {
    const halves = (await openGguf(source(llamaGguf(tinyConfig, tiny, "F16")))).reader;
    const bytes = (await openGguf(source(llamaGguf(tinyConfig, tiny, "Q8_0")))).reader;
    for (const { name, data } of tiny) {
      const [half, byte] = [await halves.read(name), await bytes.read(name)];
      for (const [at, value] of data.entries()) {
        expect(Math.abs((half[at] as number) - value)).toBeLessThanOrEqual(Math.abs(value) * 2 ** -11 + 2 ** -25);
        const block = data.subarray(at & ~31, (at & ~31) + 32);
        expect(Math.abs((byte[at] as number) - value)).toBeLessThanOrEqual(Math.max(...block.map(Math.abs)) / 200);
      }
    }
  });

  it("has the tokenizer of the folder", async () => {
    const opened = (await openGguf(source(tinyGguf))).tokenizer();
    const tokenizer = openTokenizer({ tokenizer: opened.tokenizer, config: opened.config, endTokenSources: [opened.generation] });
    const original = openTokenizer({ ...tinyTokenizer(), endTokenSources: [] });
    for (const text of ["and so is sand", "<|start|>user", "Käse 🧀\n"])
      expect(tokenizer.encodeText(text)).toEqual(original.encodeText(text));
    const chat = [{ role: "user", content: "Hi" }] as const;
    expect(tokenizer.renderChat(chat, true)).toBe(original.renderChat(chat, true));
    expect([...tokenizer.endIds]).toEqual([...original.endIds]);
  });
});

describe("scaled rope as GGUF", () => {
  const llama = { ...tinyConfig, max_position_embeddings: 256 };
  const phi = { ...llama, model_type: "phi3", num_hidden_layers: 2, original_max_position_embeddings: 64, rms_norm_eps: 1e-5 };
  const lists = { long_factor: [1, 1.5, 2, 3], short_factor: [1, 1, 1.25, 1.5] };
  const yarn = { type: "yarn", factor: 4, original_max_position_embeddings: 64 };
  const yarnKeys = { type: { text: "yarn" }, factor: { f32: 4 }, original_context_length: { u32: 64 } };
  const factors = (["long", "short"] as const).map((kind) =>
    stored(`rope_factors_${kind}.weight`, [4], Float32Array.from(lists[`${kind}_factor`]), "F32"),
  );
  /** @param keys below rope.scaling, or with a dot in front below rope */
  const opened = (keys: Readonly<Record<string, GgufValue>>, tensors: readonly GgufTensorToWrite[] = [], name = "llama") => {
    const placed = Object.entries(keys).map(([key, value]) => [`${name}.rope${key.startsWith(".") ? "" : ".scaling."}${key}`, value]);
    const table = stored("token_embd.weight", [264, 32], new Float32Array(264 * 32), "F32");
    const metadata = { ...llamaMetadata(llama, name), ...(Object.fromEntries(placed) as Record<string, GgufValue>) };
    return openGguf(source(writeGguf(metadata, [table, ...tensors])));
  };

  it.each([
    ["linear", { type: { text: "linear" }, factor: { f32: 2 } }, { type: "linear", factor: 2 }],
    ["linear without a type, llama.cpp's default", { factor: { f32: 2 } }, { type: "linear", factor: 2 }],
    ["linear under its old key", { ".scale_linear": { f32: 2 } }, { type: "linear", factor: 2 }],
    ["none", { type: { text: "none" }, factor: { f32: 2 } }, null],
    ["a factor of 0, which is none", { factor: { f32: 0 } }, null],
    ["yarn", yarnKeys, yarn],
    [
      "yarn with its ends, which the converter writes since 2025",
      {
        ...yarnKeys,
        yarn_beta_fast: { f32: 16 },
        yarn_beta_slow: { f32: 2 },
        yarn_attn_factor: { f32: 1.25 },
        yarn_ext_factor: { f32: 1 },
      },
      { ...yarn, beta_fast: 16, beta_slow: 2, attention_factor: 1.25 },
    ],
    [
      "yarn with attn_factor, which multiplies what yarn infers",
      { ...yarnKeys, attn_factor: { f32: 0.5 } },
      { ...yarn, attention_factor: 0.5 * (0.1 * Math.log(4) + 1) },
    ],
  ])("%s", async (_what, keys, rope_scaling) => {
    const { config } = await opened(keys);
    expect(parseModelConfig(config).ropes).toEqual(parseModelConfig({ ...llama, rope_scaling }).ropes);
  });

  it("longrope, as the converter of Phi-3 writes it", async () => {
    // sqrt(1 + ln(256 / 64) / ln 64)
    const keys = { original_context_length: { u32: 64 }, attn_factor: { f32: Math.fround(Math.sqrt(4 / 3)) } };
    for (const type of [{}, { type: { text: "longrope" } }]) {
      const { config } = await opened({ ...keys, ...type }, factors, "phi3");
      const [own, published] = [config, { ...phi, rope_scaling: { type: "longrope", ...lists } }].map(
        (json) => parseModelConfig(json).ropes[0]?.scaling as LongRopeScaling,
      ) as [LongRopeScaling, LongRopeScaling];
      expect({ ...own, attentionFactor: 0 }).toEqual({ ...published, attentionFactor: 0 });
      expect(own.attentionFactor).toBeCloseTo(published.attentionFactor, 6);
    }
  });

  it.each([
    ["rope.scaling.alpha 1000", { alpha: { f32: 1000 } }, []],
    ["rope.scaling.yarn_log_multiplier", { ...yarnKeys, yarn_log_multiplier: { f32: 0.1 } }, []],
    ["rope.scaling.yarn_ext_factor 0", { ...yarnKeys, yarn_ext_factor: { f32: 0 } }, []],
    ["rope.scaling.attn_factor 1.5", { attn_factor: { f32: 1.5 } }, []],
    ["rope.scaling.type dynamic", { type: { text: "dynamic" }, factor: { f32: 2 } }, []],
    ["rope_factors_long.weight", { type: { text: "longrope" } }, []],
    ["rope_factors_short.weight", {}, factors.slice(0, 1)],
    ["linear beside rope_factors", { type: { text: "linear" }, factor: { f32: 2 } }, factors],
    ["rope.freq_base_swa 500", { ".freq_base_swa": { f32: 500 } }, []],
  ])("%s is refused by name", async (what, keys, tensors) => {
    const failure = await failureOf(() => opened(keys, tensors));
    expect(failure.code).toBe("model/unsupported-feature");
    expect(failure.message).toContain(what);
  });
});

describe("another family as GGUF", () => {
  /** What llama.cpp does not store: fixed by the architecture for the published models, other in the small reference models. */
  const unsaid: Readonly<Record<string, readonly string[]>> = {
    gemma2: ["query_pre_attn_scalar"],
    gemma3_text: ["query_pre_attn_scalar", "layer_types"],
    smollm3: ["no_rope_layers"],
  };

  it.each(Object.keys(ggufFamilies))("%s is the same model", async (name) => {
    const config = goldenConfig(name);
    const opened = await openGguf(source(familyGguf(name, config, await tensorsOf(golden(name, "model.safetensors")))));
    const patch = Object.fromEntries((unsaid[name] ?? []).map((key) => [key, config[key]]));
    const facts = (json: unknown): unknown => JSON.parse(JSON.stringify(parseModelConfig(json)));
    expect(facts({ ...opened.config, ...patch })).toEqual(facts(config));
  });

  it.each(Object.keys(ggufFamilies))("%s has the same tensors, whole and by rows", async (name) => {
    const tensors = await tensorsOf(golden(name, "model.safetensors"));
    const { reader } = await openGguf(source(familyGguf(name, goldenConfig(name), tensors)));
    expect([...reader.shapes.keys()].toSorted()).toEqual(tensors.map((tensor) => tensor.name).toSorted());
    for (const { name: tensor, shape, data } of tensors) {
      expect(reader.shapes.get(tensor)).toEqual(shape);
      // 1 is added and taken off again in float32, at the cost of half a unit of the last place of 1 … 2.
      const isShifted = name.startsWith("gemma") && tensor.endsWith("norm.weight");
      const width = data.length / (shape[0] ?? 1);
      const parts = [await reader.read(tensor), await reader.read(tensor, 3, 11)] as const;
      for (const [part, wanted] of [
        [parts[0], data],
        [parts[1], data.slice(3 * width, 11 * width)],
      ] as const) {
        if (isShifted) expect(Math.max(...part.map((value, at) => Math.abs(value - (wanted[at] as number))))).toBeLessThan(2 ** -23);
        else expect(part).toEqual(wanted);
      }
    }
  });
});

describe("blocks of eight bits", () => {
  const file = golden("quant", "quant.safetensors");
  const length = Number(new DataView(file.buffer).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length))) as Record<string, { data_offsets: [number, number] }>;
  const part = (name: string): ArrayBuffer => {
    const [from, to] = header[name]?.data_offsets ?? [0, 0];
    return file.slice(8 + length + from, 8 + length + to).buffer;
  };

  it("come out as the fixture's numbers exactly", () => {
    const scales = new Uint8Array(toFloat16(new Float32Array(part("q8_0_b32.scales_f32_of_f16"))).buffer);
    const codes = new Uint8Array(part("q8_0_b32.codes"));
    const blocks = Array.from({ length: scales.length / 2 }, (_, at) => [
      ...scales.subarray(at * 2, at * 2 + 2),
      ...codes.subarray(at * 32, at * 32 + 32),
    ]);
    expect(blockFormats.get(8)?.decode(Uint8Array.from(blocks.flat()))).toEqual(new Float32Array(part("q8_0_b32.dequant")));
  });

  it("are written by the tests with the fixture's codes", () => {
    const mine = quantizeQ8(new Float32Array(part("W")));
    expect(mine.filter((_, at) => at % 34 >= 2)).toEqual(new Uint8Array(part("q8_0_b32.codes")));
  });
});

describe("a file that", () => {
  const tensor = (name: string, shape: readonly number[], type = 0): GgufTensorToWrite => ({
    name,
    shape,
    type,
    bytes: new Uint8Array(4 * shape.reduce((a, b) => a * b, 1)),
  });
  const basics = llamaMetadata(tinyConfig);
  const { "llama.block_count": _count, ...noCount } = basics;
  const table = stored("token_embd.weight", [264, 32], new Float32Array(264 * 32), "F32");
  const lie = (at: number, value: bigint): Uint8Array<ArrayBuffer> => {
    const bytes = tinyGguf.slice();
    new DataView(bytes.buffer).setBigUint64(at, value, true);
    return bytes;
  };
  const cases: readonly (readonly [string, Uint8Array<ArrayBuffer>, string, string])[] = [
    ["is empty", new Uint8Array(), "model/file-invalid", "GGUF"],
    ["is a web page", new TextEncoder().encode("<!doctype html>"), "model/file-invalid", "GGUF"],
    ["ends in its header", tinyGguf.slice(0, 3000), "model/file-truncated", "cut off"],
    ["ends after the first bytes", tinyGguf.slice(0, 20), "model/file-truncated", "cut off"],
    ["ends in its tensors", tinyGguf.slice(0, -1000), "model/file-truncated", "tensor"],
    ["counts more tensors than it can hold", lie(8, 2n ** 60n), "model/file-invalid", "tensor count"],
    ["counts a few tensors too many", lie(8, 1_000_000n), "model/file-", "x.gguf"],
    ["counts more keys than it can hold", lie(16, 2n ** 60n), "model/file-invalid", "count"],
    ["is of another version", Uint8Array.from(tinyGguf, (byte, at) => (at === 4 ? 9 : byte)), "model/file-invalid", "version"],
    ["has no layers", writeGguf(noCount, [table]), "model/file-invalid", "llama.block_count"],
    ["holds no table", writeGguf(basics, [tensor("output.weight", [264, 32])]), "model/file-invalid", "token_embd"],
    ["is of an unknown architecture", writeGguf({ "general.architecture": { text: "mamba" } }, []), "model/unknown-architecture", "mamba"],
    ["names no architecture", writeGguf({}, []), "model/file-invalid", "general.architecture"],
    ["has a part unknown here", writeGguf(basics, [table, tensor("blk.0.ffn_gate_exps.weight", [4, 32])]), "model/tensor-unknown", "exps"],
    [
      "is stored in two bits",
      writeGguf(basics, [{ ...tensor("token_embd.weight", [2, 256]), type: 16 }]),
      "model/unsupported-feature",
      "IQ2_XXS",
    ],
    ["has broken rows", writeGguf(basics, [{ ...tensor("token_embd.weight", [4, 33]), type: 8 }]), "model/file-invalid", "token_embd"],
    ["is a part", writeGguf({ ...basics, "split.count": { u32: 3 } }, [table]), "model/unsupported-feature", "3 parts"],
    ["mixes experts", writeGguf({ ...basics, "llama.expert_count": { u32: 8 } }, [table]), "model/unsupported-feature", "experts"],
    ["counts in words", writeGguf({ ...basics, "llama.block_count": { text: "two" } }, [table]), "model/file-invalid", "llama.block_count"],
  ];

  it.each(cases)("%s is refused", async (_name, bytes, code, names) => {
    const failure = await failureOf(() => openGguf(source(bytes)));
    expect(failure.code).toContain(code);
    expect(failure.message).toContain(names);
    expect(failure.hint).not.toBe("");
  });

  const tokens: Record<string, GgufValue> = { ...basics, ...tinyTokens };
  it.each([
    ["splits texts in an unknown way", { ...tokens, "tokenizer.ggml.pre": { text: "klingon" } }, "tokens/tokenizer-invalid", "klingon"],
    ["has another kind of tokenizer", { ...tokens, "tokenizer.ggml.model": { text: "bert" } }, "tokens/tokenizer-invalid", "bert"],
    ["has no tokenizer", basics, "tokens/tokenizer-invalid", "no tokenizer"],
    ["ends with what is no token", { ...tokens, "tokenizer.ggml.eos_token_id": { u32: 999 } }, "model/file-invalid", "999"],
  ] as const)("%s is refused once texts are to be read", async (_name, metadata, code, names) => {
    const failure = await failureOf(async () => (await openGguf(source(writeGguf(metadata, [table])))).tokenizer());
    expect(failure).toMatchObject({ code, message: expect.stringContaining(names) as string });
  });
});
