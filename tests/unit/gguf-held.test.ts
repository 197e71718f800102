// What a GGUF file's matrices are held as stands for llama.cpp's numbers to the last bit, signs of zeros too: blocks of every type,
// rows that the conversion rearranged, whole files.
import { createHash } from "node:crypto";
import { openAsBlob, existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { blobSource } from "../../src/base/byte-source.ts";
import { float16Value, fromBfloat16 } from "../../src/base/half.ts";
import type { Change } from "../../src/interchange/gguf-architectures.ts";
import { blockFormats, type BlockFormat } from "../../src/interchange/gguf-blocks.ts";
import { readGgufHeader } from "../../src/interchange/gguf-header.ts";
import { ggufReader } from "../../src/interchange/gguf-reader.ts";
import { openGguf } from "../../src/interchange/gguf.ts";
import type { PublishedMatrix, TensorReader } from "../../src/model/tensor-reader.ts";
import { decodeForm } from "../support/decode-form.ts";
import { failureOf } from "../support/errors.ts";
import { bitsOf, blockFixtures, fromBase64, makeFinite, randomBytes, withEdges } from "../support/gguf-blocks.ts";
import { splitFused } from "../support/gguf-families.ts";
import { permute } from "../support/gguf-model.ts";
import { writeGguf, type GgufTensorToWrite } from "../support/gguf-writer.ts";
import { the } from "../support/the.ts";

const formatOf = (type: number): BlockFormat => the(blockFormats.get(type));
const sha256 = (values: Float32Array): string => createHash("sha256").update(bitsOf(values)).digest("hex");

/** Blocks as a matrix of so many columns, held and read back. */
function heldNumbers({ form, encode, values, bytes }: BlockFormat, data: Uint8Array<ArrayBuffer>, columns = values): Float32Array {
  const rows = ((data.length / bytes) * values) / columns;
  return decodeForm(form, { rows, columns }, encode(data));
}

/** Types whose numbers are all held exactly. */
const exact = blockFixtures.filter(([name]) => name !== "BF16");

describe("blocks of a GGUF file", () => {
  it.each([
    ["Q4_0", 4, 32, 1, undefined],
    ["Q4_1", 4, 32, 1, 1],
    ["Q5_0", 8, 32, 1, undefined],
    ["Q5_1", 8, 32, 1, 1],
    ["Q8_0", 8, 32, 1, undefined],
    ["Q2_K", 4, 16, 2, 2],
    ["Q3_K", 4, 16, 2, undefined],
    ["Q4_K", 4, 32, 2, 2],
    ["Q5_K", 8, 32, 2, 2],
    ["Q6_K", 8, 16, 2, undefined],
    ["IQ4_NL", 8, 32, 1, undefined],
    ["IQ4_XS", 8, 32, 2, undefined],
  ])("%s are %i bits in blocks of %i", (name, bits, block, scaleLevels, minimumLevels) => {
    const { form } = the([...blockFormats.values()].find((format) => format.name === name));
    const levels = (count: number) => ({ dtype: "float16", levels: count });
    expect(form).toMatchObject({ kind: "blocks", bits, block, scale: levels(scaleLevels) });
    expect("minimum" in form ? form.minimum : undefined).toEqual(minimumLevels === undefined ? undefined : levels(minimumLevels));
  });

  it.each(exact)("of %s stand for llama.cpp's numbers", (_name, { type, blocks, values }) => {
    expect(bitsOf(heldNumbers(formatOf(type), fromBase64(blocks)))).toEqual(new Uint32Array(fromBase64(values).buffer));
  });

  it.each(exact)("of %s do so with scales at the ends of float16", (_name, { type, halves, blocks, edges }) => {
    const format = formatOf(type);
    expect(sha256(heldNumbers(format, withEdges(fromBase64(blocks).subarray(0, format.bytes), halves)))).toBe(edges);
  });

  it.each(exact)("of %s do so in 64 KB of random bytes, as rows of many blocks", (_name, { type, halves, many }) => {
    const format = formatOf(type);
    const count = Math.floor(65_536 / format.bytes);
    const bytes = randomBytes(count * format.bytes, 200 + type);
    makeFinite(bytes, format, halves);
    const perRow = the([7, 5, 3, 2].find((divisor) => count % divisor === 0) ?? count);
    expect(sha256(heldNumbers(format, bytes, perRow * format.values))).toBe(many);
  });

  it("may begin within the buffer that they came in", () => {
    for (const [, { type, blocks }] of exact) {
      const [format, bytes] = [formatOf(type), fromBase64(blocks)];
      const within = new Uint8Array(bytes.length + 8).subarray(2, 2 + bytes.length);
      within.set(bytes);
      expect(bitsOf(heldNumbers(format, within))).toEqual(bitsOf(heldNumbers(format, bytes)));
    }
  });
});

describe("bfloat16 numbers of a GGUF file", () => {
  const format = formatOf(30);
  const patterns = Uint16Array.from({ length: 65_536 }, (_, at) => at);
  const numbers = fromBfloat16(patterns);
  const pick = (keep: (magnitude: number) => boolean): Uint16Array<ArrayBuffer> =>
    patterns.filter((pattern) => keep(Math.abs(numbers[pattern] as number)));
  const held = (bits: Uint16Array<ArrayBuffer>): Float32Array => heldNumbers(format, new Uint8Array(bits.buffer), bits.length);

  it("are float16 times 2⁻¹²: all from 2⁻²⁹ to 15.9375, and zeros, in every bit", () => {
    const bits = pick((magnitude) => magnitude === 0 || (magnitude >= 2 ** -29 && magnitude <= 15.9375));
    // 33 exponents of 128 numbers, and zero, of either sign.
    expect(bits).toHaveLength(2 * (33 * 128 + 1));
    expect(bitsOf(held(bits))).toEqual(bitsOf(fromBfloat16(bits)));
  });

  it("below that are the nearest that can be held, off by 2⁻³⁷ at most", () => {
    const bits = pick((magnitude) => magnitude < 2 ** -29);
    for (const [at, value] of held(bits).entries()) {
      expect(Math.abs(value - (numbers[bits[at] as number] as number))).toBeLessThanOrEqual(2 ** -37);
    }
  });

  it("above that are refused, with the number", async () => {
    // 16 and -1.5 · 2¹⁰⁰
    for (const [bits, value] of [
      [0x4180, 16],
      [0xf1c0, -1.5 * 2 ** 100],
    ] as const) {
      const failure = await failureOf(() => Promise.resolve(format.encode(new Uint8Array(Uint16Array.of(0x3f80, bits).buffer))));
      expect(failure).toMatchObject({ key: "model/float16-range#bfloat16", params: { value, largest: 15.9375 } });
    }
  });

  it("that are none stay so, for whoever looks through the weights", () => {
    const { weight } = format.encode(new Uint8Array(Uint16Array.of(0x7f80, 0xff80, 0x7fc0, 0x7f81).buffer));
    expect(Array.from(weight as Uint16Array, float16Value)).toEqual([Infinity, -Infinity, NaN, NaN]);
  });
});

/** Random finite rows of a type; bfloat16 within what can be held. */
function randomRows(format: BlockFormat, type: number, rows: number, columns: number): Uint8Array<ArrayBuffer> {
  const bytes = randomBytes(((rows * columns) / format.values) * format.bytes, 900 + type);
  makeFinite(bytes, format, the(blockFixtures.find(([name]) => name === format.name))[1].halves);
  if (format.name === "BF16") for (let at = 1; at < bytes.length; at += 2) bytes[at] = ((bytes[at] as number) & 0x80) | 0x3c;
  return bytes;
}

/** The rows of a matrix, row `order[r]` in place r. */
function inOrder(data: Uint8Array, order: Iterable<number>, rows: number): Uint8Array {
  const width = data.length / rows;
  const out = new Uint8Array(data.length);
  let to = 0;
  for (const row of order) out.set(data.subarray(row * width, (row + 1) * width), width * to++);
  return out;
}

async function readerOf(tensors: readonly GgufTensorToWrite[], changes: Readonly<Record<string, Change>>): Promise<TensorReader> {
  const header = await readGgufHeader(blobSource("x.gguf", new Blob([writeGguf({}, tensors)])));
  const placed = new Map([...header.tensors].map(([name, tensor]) => [name, { tensor, change: changes[name] }]));
  return ggufReader(header, placed, { query: 4, key: 2 });
}

async function numbersOf(matrix: PublishedMatrix, [from, to]: readonly [number, number], columns: number): Promise<Uint32Array> {
  return bitsOf(decodeForm(matrix.form, { rows: to - from, columns }, await matrix.read(from, to)));
}

/** As toEqual, which takes seconds for numbers of this count. */
function expectBits(found: Uint32Array, wanted: Uint32Array): void {
  expect(found).toHaveLength(wanted.length);
  const at = found.findIndex((bits, index) => bits !== wanted[index]);
  expect({ at, found: found[at], wanted: wanted[at] }).toEqual({ at: -1, found: undefined, wanted: undefined });
}

describe.each(blockFixtures)("matrices of %s in a file", (typeName, { type }) => {
  const format = formatOf(type);
  const columns = 512;
  const ranges = (rows: number) =>
    [
      [0, rows],
      [3, 17],
      [rows - 1, rows],
      [rows / 2 - 5, rows / 2 + 5],
    ] as const;
  const indices = (rows: number): Float32Array => Float32Array.from({ length: rows }, (_, row) => row);
  const cases: readonly (readonly [string, number, Change | undefined, Float32Array])[] = [
    ["as they were", 48, undefined, indices(48)],
    ["with queries in pairs", 64, { kind: "paired-rows", heads: "query" }, permute(indices(64), 64, 4)],
    ["with keys in pairs", 32, { kind: "paired-rows", heads: "key" }, permute(indices(32), 32, 2)],
    [
      "fused by part",
      96,
      { kind: "fused-by-part" },
      splitFused({ name: "query_key_value", shape: [96], data: indices(96) }, { num_attention_heads: 4 }).data,
    ],
  ];

  it.each(cases)("%s have Hugging Face's rows, whole and by ranges", async (_what, rows, change, order) => {
    const data = randomRows(format, type, rows, columns);
    const tensor = { name: "m", shape: [rows, columns], type, bytes: inOrder(data, order, rows) };
    const reader = await readerOf([tensor], change ? { m: change } : {});
    const published = the(reader.published?.get("m"));
    expect(published).toMatchObject({ name: typeName, form: format.form });
    const wanted = bitsOf(format.decode(data));
    for (const [from, to] of ranges(rows)) {
      expectBits(await numbersOf(published, [from, to], columns), wanted.slice(from * columns, to * columns));
      expectBits(bitsOf(await reader.read("m", from, to)), wanted.slice(from * columns, to * columns));
    }
  });

  it("that Hugging Face has transposed are the linear layer's own", async () => {
    const rows = 24;
    const data = randomRows(format, type, rows, columns);
    const reader = await readerOf([{ name: "m", shape: [rows, columns], type, bytes: data }], { m: { kind: "transposed" } });
    const wanted = bitsOf(format.decode(data));
    const published = the(reader.published?.get("m"));
    for (const [from, to] of ranges(rows))
      expectBits(await numbersOf(published, [from, to], columns), wanted.slice(from * columns, to * columns));
    expect(reader.shapes.get("m")).toEqual([columns, rows]);
    const flipped = bitsOf(await reader.read("m"));
    expect([flipped[1], flipped[rows]]).toEqual([wanted[columns], wanted[1]]);
  });

  it("are published, vectors not", async () => {
    const vector = { name: "v", shape: [columns], type, bytes: randomRows(format, type, 1, columns) };
    const matrix = { name: "m", shape: [2, columns], type, bytes: randomRows(format, type, 2, columns) };
    const reader = await readerOf([vector, matrix], {});
    expect([...(reader.published?.keys() ?? [])]).toEqual(["m"]);
  });
});

const shared = fileURLToPath(new URL("../../../shared/models/", import.meta.url));
const isHere = existsSync(shared);
if (!isHere) console.log("skipped: the published GGUF files are not beside this checkout");
const files = isHere ? readdirSync(`${shared}gguf-types`).filter((name) => name.endsWith(".gguf")) : [];

const openFile = async (path: string): Promise<TensorReader> => (await openGguf(blobSource(path, await openAsBlob(shared + path)))).reader;

async function expectSame(reader: TensorReader, name: string, rows: number): Promise<void> {
  const columns = the(reader.shapes.get(name)?.[1]);
  const numbers = await numbersOf(the(reader.published?.get(name)), [0, rows], columns);
  expectBits(numbers, bitsOf(await reader.read(name, 0, rows)));
}

describe.skipIf(!isHere)("published files", () => {
  it("are of twelve types", () => expect(files).toHaveLength(12));

  it.each(files)("%s has all its matrices in forms that stand for its numbers", async (file) => {
    const reader = await openFile(`gguf-types/${file}`);
    const published = [...(reader.published ?? [])];
    // Two layers of seven matrices, the table and the head.
    expect(published).toHaveLength(16);
    expect(new Set(published.map(([, { name }]) => name.toLowerCase()))).toEqual(new Set([file.slice(0, -".gguf".length)]));
    for (const [name] of published) await expectSame(reader, name, the(reader.shapes.get(name)?.[0]));
  });

  it("SmolLM2-135M has so in Q4_1, its table in Q8_0", async () => {
    const reader = await openFile("smollm2-135m-instruct/SmolLM2-135M-Instruct.Q4_1.gguf");
    expect(reader.published?.size).toBe(30 * 7 + 1);
    const layer = "model.layers.29.";
    for (const [name, rows] of [
      ["model.embed_tokens.weight", 512],
      [`${layer}self_attn.q_proj.weight`, 576],
      [`${layer}self_attn.k_proj.weight`, 192],
      [`${layer}mlp.down_proj.weight`, 576],
    ] as const)
      await expectSame(reader, name, rows);
    expect([...new Set([...(reader.published ?? [])].map(([, { name }]) => name))]).toEqual(["Q8_0", "Q4_1"]);
  });
});
