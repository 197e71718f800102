// Claim: matrices made by hand in the layouts of GPTQ, AWQ, MLX and compressed-tensors are read by the published formulas, and what is
// easily misread in them is not.
import { describe, expect, it } from "vitest";
import { failureOf } from "../support/errors.ts";
import {
  columns,
  held,
  matrix,
  module,
  numbers,
  openPublished,
  rows,
  table,
  word,
  wordsAcross,
  wordsDown,
  type Published,
} from "../support/published.ts";
import { stored } from "../support/safetensors-writer.ts";
import { the } from "../support/the.ts";

const group = 32;
const groups = columns / group;
const code = (n: number, k: number): number => (n * 7 + k * 3 + (k >> 3)) % 16;
const zero = (n: number, g: number): number => (n * 5 + g * 3) % 16;
/** Has few bits, so that float16 and bfloat16 hold it; some are negative. */
const scale = (n: number, g: number): number => ((n % 3) - 1.25) * 2 ** -(3 + g);
const bias = (n: number, g: number): number => 0.375 - n / 64 + g;
const groupOf = (k: number): number => Math.floor(k / group);
const zeroed = numbers((n, k) => scale(n, groupOf(k)) * (code(n, k) - zero(n, groupOf(k))));
const affine = (of: typeof code) => numbers((n, k) => of(n, k) * scale(n, groupOf(k)) + bias(n, groupOf(k)));
const same = (a: Float32Array): number[] => Array.from(a, (value) => value + 0);

async function expectNumbers(published: Published, expected: Float32Array): Promise<void> {
  const reader = await openPublished(published);
  expect([...reader.shapes]).toEqual([[matrix, [rows, columns]]]);
  expect(same(await reader.read(matrix))).toEqual(same(expected));
  expect(same(await reader.read(matrix, 5, 7))).toEqual(same(expected.slice(5 * columns, 7 * columns)));
  expect(same(await held(reader))).toEqual(same(expected));
  expect(same(await held(reader, 16, 32))).toEqual(same(expected.slice(16 * columns)));
}

const formOf = async (published: Published) => (await openPublished(published)).published?.get(matrix)?.form;

const gptqConfig = (changes: object = {}) => ({
  quantization_config: {
    quant_method: "gptq",
    bits: 4,
    group_size: group,
    sym: false,
    desc_act: false,
    checkpoint_format: "gptq_v2",
    ...changes,
  },
});
const gptqParts = (bits = 4, of = code, zeros = zero) => ({
  qweight: stored(
    "I32",
    [(columns * bits) / 32, rows],
    wordsDown(columns, rows, bits, (k, n) => of(n, k)),
  ),
  qzeros: stored(
    "I32",
    [groups, (rows * bits) / 32],
    wordsAcross(groups, rows, bits, (g, n) => zeros(n, g)),
  ),
  scales: stored(
    "F16",
    [groups, rows],
    table(groups, rows, (g, n) => scale(n, g)),
  ),
});
const indexPart = (of: (k: number) => number) => ({
  g_idx: stored(
    "I32",
    [columns],
    table(1, columns, (_, k) => of(k)),
  ),
});

describe("GPTQ", () => {
  it("packs codes along the inputs, zero points along the outputs", async () => {
    await expectNumbers({ parts: { ...gptqParts(), ...indexPart(groupOf) }, config: gptqConfig() }, zeroed);
    expect(await formOf({ parts: gptqParts(), config: gptqConfig() })).toMatchObject({ bits: 4, block: 32, minimum: { dtype: "float32" } });
  });

  // A zero point of 0 is stored as −1, which borrows from the field above it.
  it.each([["gptq"], [undefined]])("of format %s has zero points less one, taken off whole words", async (format) => {
    const words = wordsAcross(groups, rows, 4, (g, n) => zero(n, g)).map((packed) => (packed - 0x11111111) | 0);
    const parts = { ...gptqParts(), qzeros: stored("I32", [groups, rows / 8], words) };
    expect(words.some((packed, at) => (packed & 15) === 15 && at >= 0)).toBe(true);
    await expectNumbers({ parts, config: gptqConfig({ checkpoint_format: format }) }, zeroed);
  });

  it("of format gptq reads fields of 15 as 0, with what they carry", async () => {
    const parts = {
      ...gptqParts(),
      qzeros: stored(
        "I32",
        [groups, rows / 8],
        table(groups, rows / 8, () => 0x0fffffff),
      ),
    };
    const reader = await openPublished({ parts, config: gptqConfig({ checkpoint_format: "gptq" }) });
    // 0x0fffffff + 0x11111111 = 0x21111110
    const zeros = [0, 1, 1, 1, 1, 1, 1, 2];
    expect(same(await reader.read(matrix))).toEqual(same(numbers((n, k) => scale(n, groupOf(k)) * (code(n, k) - (zeros[n % 8] ?? 0)))));
  });

  it.each([
    [2, (n: number, k: number) => (n + k) % 4, 1],
    [8, (n: number, k: number) => (n * 31 + k * 7) % 256, 77],
  ])("has %i bits as well", async (bits, of, middle) => {
    const expected = numbers((n, k) => scale(n, groupOf(k)) * (of(n, k) - middle));
    await expectNumbers({ parts: gptqParts(bits, of, () => middle), config: gptqConfig({ bits }) }, expected);
  });

  it("that is symmetric needs no minimum, and one that is not after all is not held as if it were", async () => {
    const config = gptqConfig({ sym: true });
    await expectNumbers(
      { parts: gptqParts(4, code, () => 8), config },
      numbers((n, k) => scale(n, groupOf(k)) * (code(n, k) - 8)),
    );
    expect(await formOf({ parts: gptqParts(4, code, () => 8), config })).not.toHaveProperty("minimum");
    const reader = await openPublished({ parts: gptqParts(), config });
    expect(same(await reader.read(matrix))).toEqual(same(zeroed));
    expect(await failureOf(() => held(reader))).toMatchObject({ code: "model/file-invalid", message: expect.stringContaining("zero is") });
  });

  it("in one group has one scale a row", async () => {
    const parts = {
      ...gptqParts(),
      qzeros: stored(
        "I32",
        [1, rows / 8],
        wordsAcross(1, rows, 4, (_, n) => zero(n, 0)),
      ),
      scales: stored(
        "BF16",
        [1, rows],
        table(1, rows, (_, n) => scale(n, 0)),
      ),
    };
    await expectNumbers(
      { parts, config: gptqConfig({ group_size: -1 }) },
      numbers((n, k) => scale(n, 0) * (code(n, k) - zero(n, 0))),
    );
  });

  it("in act-order is held group by group", async () => {
    const scattered = (k: number): number => (k * 5) % groups;
    const published = { parts: { ...gptqParts(), ...indexPart(scattered) }, config: gptqConfig({ desc_act: true }) };
    await expectNumbers(
      published,
      numbers((n, k) => scale(n, scattered(k)) * (code(n, k) - zero(n, scattered(k)))),
    );
    const reader = await openPublished(published);
    expect(the(reader.published?.get(matrix)).form).toMatchObject({ isReordered: true });
    const { order } = await the(reader.published?.get(matrix)).read(0, 32);
    expect([...the(order)].slice(0, 3).concat([...the(order)].slice(32, 35))).toEqual([0, 2, 4, 1, 3, 5]);
  });

  it.each([
    ["uneven groups", true, (k: number) => (k < 40 ? 0 : 1)],
    ["an order that config.json denies", false, (k: number) => k % 2],
  ])("with %s gives numbers and no form", async (_name, order, of) => {
    const reader = await openPublished({ parts: { ...gptqParts(), ...indexPart(of) }, config: gptqConfig({ desc_act: order }) });
    expect(same(await reader.read(matrix))).toEqual(same(numbers((n, k) => scale(n, of(k)) * (code(n, k) - zero(n, of(k))))));
    expect((await failureOf(() => held(reader))).message).toContain("g_idx");
  });

  it("with a group that does not exist is refused", async () => {
    const reader = await openPublished({ parts: { ...gptqParts(), ...indexPart((k) => k - 1) }, config: gptqConfig() });
    expect((await failureOf(() => reader.read(matrix))).message).toContain("g_idx is -1");
  });

  it("may have a bias of zeros where the architecture has none, and no other", async () => {
    const zeros = stored(
      "F16",
      [rows],
      table(1, rows, () => 0),
    );
    await expectNumbers({ parts: { ...gptqParts(), bias: zeros }, config: gptqConfig() }, zeroed);
    const other = stored(
      "F16",
      [rows],
      table(1, rows, (_, n) => n),
    );
    const reader = await openPublished({ parts: { ...gptqParts(), bias: other }, config: gptqConfig() });
    expect(await failureOf(() => reader.read(matrix))).toMatchObject({
      code: "model/tensor-unknown",
      message: expect.stringContaining("bias"),
    });
  });

  it("may be described beside config.json alone", async () => {
    const { quantization_config: settings } = gptqConfig({ quant_method: undefined });
    await expectNumbers({ parts: gptqParts(), files: { "quantize_config.json": settings } }, zeroed);
    const failure = await failureOf(() => openPublished({ parts: gptqParts() }));
    expect(failure).toMatchObject({ code: "model/file-invalid", message: expect.stringContaining(`${module}qweight`) });
    const three = { "quantize_config.json": { ...settings, bits: 3 } };
    expect((await failureOf(() => openPublished({ parts: gptqParts(), files: three }))).message).toContain("bits = 3");
  });

  it("of a module with 3 bits among others is refused by name", async () => {
    const parts = {
      ...gptqParts(),
      qzeros: stored(
        "I32",
        [groups, 3],
        table(groups, 3, () => 0),
      ),
    };
    expect(await failureOf(() => openPublished({ parts, config: gptqConfig() }))).toMatchObject({
      code: "model/unsupported-feature",
      message: expect.stringContaining("bits = 3"),
    });
  });
});

describe("AWQ", () => {
  const places = [0, 4, 1, 5, 2, 6, 3, 7];
  const awqWords = (height: number, of: (i: number, n: number) => number): number[] =>
    table(height, rows / 8, (i, c) => {
      const fields = Array.from({ length: 8 }, () => 0);
      for (const [j, place] of places.entries()) fields[place] = of(i, c * 8 + j);
      return word(fields, 4);
    });
  const parts = {
    qweight: stored(
      "I32",
      [columns, rows / 8],
      awqWords(columns, (k, n) => code(n, k)),
    ),
    qzeros: stored(
      "I32",
      [groups, rows / 8],
      awqWords(groups, (g, n) => zero(n, g)),
    ),
    scales: stored(
      "F16",
      [groups, rows],
      table(groups, rows, (g, n) => scale(n, g)),
    ),
  };
  const config = { quantization_config: { quant_method: "awq", bits: 4, group_size: group, version: "gemm", zero_point: true } };

  it("packs along the outputs in its own order, zero points too", async () => expectNumbers({ parts, config }, zeroed));

  it("has output 1 in the half byte 4 of a word", async () => {
    const one = {
      ...parts,
      qweight: stored(
        "I32",
        [columns, rows / 8],
        table(columns, rows / 8, () => 0x76543210),
      ),
    };
    const reader = await openPublished({ parts: one, config });
    const first = await reader.read(matrix, 0, 8);
    const codes = Array.from({ length: 8 }, (_, n) => (first[n * columns] ?? 0) / scale(n, 0) + zero(n, 0));
    expect(codes).toEqual(places);
  });

  it("may be described beside config.json alone", async () => {
    const settings = { zero_point: true, q_group_size: group, w_bit: 4, version: "GEMM" };
    await expectNumbers({ parts, files: { "quant_config.json": settings } }, zeroed);
  });
});

describe("MLX", () => {
  const parts = (bits: number, of: typeof code) => ({
    weight: stored("U32", [rows, (columns * bits) / 32], streamed(bits, of)),
    scales: stored("BF16", [rows, groups], table(rows, groups, scale)),
    biases: stored("BF16", [rows, groups], table(rows, groups, bias)),
  });
  const streamed = (bits: number, of: typeof code): number[] => {
    const out: number[] = [];
    for (let n = 0; n < rows; n++) {
      let stream = 0n;
      for (let k = 0; k < columns; k++) stream |= BigInt(of(n, k)) << BigInt(k * bits);
      for (let at = 0; at < (columns * bits) / 32; at++) out.push(Number((stream >> BigInt(at * 32)) & 0xffffffffn));
    }
    return out;
  };

  it.each([2, 3, 4, 5, 6, 8])("in %i bits is a stream of bits per row; scales may be negative", async (bits) => {
    const of = (n: number, k: number): number => (n * 7 + k * 3) % 2 ** bits;
    const config = { quantization: { group_size: group, bits, mode: "affine" }, quantization_config: { group_size: group, bits } };
    await expectNumbers({ parts: parts(bits, of), config }, affine(of));
    expect(await formOf({ parts: parts(bits, of), config })).toMatchObject({ bits: bits <= 4 ? 4 : 8 });
  });

  it("may have other bits in one module", async () => {
    const of = (n: number, k: number): number => (n * 7 + k * 3) % 256;
    const config = { quantization: { group_size: 64, bits: 4, [module.slice(0, -1)]: { group_size: group, bits: 8 } } };
    await expectNumbers({ parts: parts(8, of), config }, affine(of));
    const wrong = { quantization: { group_size: group, bits: 4 } };
    expect((await failureOf(() => openPublished({ parts: parts(8, of), config: wrong }))).message).toContain("weight is U32 [32, 16]");
  });
});

describe("compressed-tensors", () => {
  const config = (format: string, weights: object) => ({
    quantization_config: { quant_method: "compressed-tensors", format, config_groups: { group_0: { targets: ["Linear"], weights } } },
  });
  const int4 = config("pack-quantized", { num_bits: 4, type: "int", strategy: "group", group_size: group });
  const packed = {
    weight_packed: stored("I32", [rows, columns / 8], wordsAcross(rows, columns, 4, code)),
    weight_scale: stored("BF16", [rows, groups], table(rows, groups, scale)),
    weight_shape: stored("I64", [2], [rows, columns]),
  };

  it("packs symmetric codes with an offset of 8", async () => {
    await expectNumbers(
      { parts: packed, config: int4 },
      numbers((n, k) => scale(n, groupOf(k)) * (code(n, k) - 8)),
    );
    expect(await formOf({ parts: packed, config: int4 })).not.toHaveProperty("minimum");
  });

  it("packs zero points along the outputs, with the same offset", async () => {
    const zeros = stored("I32", [rows / 8, groups], wordsDown(rows, groups, 4, zero));
    await expectNumbers({ parts: { ...packed, weight_zero_point: zeros }, config: int4 }, zeroed);
  });

  it("of another shape than it says is refused", async () => {
    const reader = await openPublished({ parts: { ...packed, weight_shape: stored("I64", [2], [rows, 60]) }, config: int4 });
    expect((await failureOf(() => reader.read(matrix))).message).toContain("weight_shape is [32,60]; expected [32,64]");
  });

  it("in act-order is held group by group", async () => {
    const index = (k: number): number => (k + 1) % groups;
    const parts = {
      ...packed,
      weight_g_idx: stored(
        "I32",
        [columns],
        table(1, columns, (_, k) => index(k)),
      ),
    };
    await expectNumbers(
      { parts, config: int4 },
      numbers((n, k) => scale(n, index(k)) * (code(n, k) - 8)),
    );
  });

  it("has int8 per row, with scales of activations that are not the model's", async () => {
    const of = (n: number, k: number): number => ((n * 31 + k * 7) % 256) - 128;
    const parts = {
      weight: stored("I8", [rows, columns], table(rows, columns, of)),
      weight_scale: stored("BF16", [rows, 1], table(rows, 1, scale)),
      input_scale: stored("BF16", [1], [2]),
      "model.layers.0.self_attn.k_scale": stored("BF16", [1], [2]),
    };
    const int8 = config("int-quantized", { num_bits: 8, type: "int", strategy: "channel" });
    await expectNumbers(
      { parts, config: int8 },
      numbers((n, k) => scale(n, 0) * of(n, k)),
    );
    const zeros = {
      weight_zero_point: stored(
        "I8",
        [rows, 1],
        table(rows, 1, (n) => n - 20),
      ),
    };
    await expectNumbers(
      { parts: { ...parts, ...zeros }, config: int8 },
      numbers((n, k) => scale(n, 0) * (of(n, k) - (n - 20))),
    );
  });
});
