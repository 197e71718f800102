// Claim: matrices made by hand in the layouts of AWQ, MLX and compressed-tensors are read by the published formulas, and what is
// easily misread in them is not.
import { describe, expect, it } from "vitest";
import { failureOf } from "../support/errors.ts";
import {
  code,
  columns,
  expectNumbers,
  formOf,
  group,
  groupOf,
  groupScale,
  groups,
  matrix,
  module,
  numbers,
  openPublished,
  rows,
  table,
  word,
  wordsAcross,
  wordsDown,
  zero,
  zeroed,
} from "../support/published.ts";
import { stored } from "../support/safetensors-writer.ts";

const bias = (n: number, g: number): number => 0.375 - n / 64 + g;
const affine = (of: typeof code) => numbers((n, k) => of(n, k) * groupScale(n, groupOf(k)) + bias(n, groupOf(k)));

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
      table(groups, rows, (g, n) => groupScale(n, g)),
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
    const codes = Array.from({ length: 8 }, (_, n) => (first[n * columns] ?? 0) / groupScale(n, 0) + zero(n, 0));
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
    scales: stored("BF16", [rows, groups], table(rows, groups, groupScale)),
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
    weight_scale: stored("BF16", [rows, groups], table(rows, groups, groupScale)),
    weight_shape: stored("I64", [2], [rows, columns]),
  };

  it("packs symmetric codes with an offset of 8", async () => {
    await expectNumbers(
      { parts: packed, config: int4 },
      numbers((n, k) => groupScale(n, groupOf(k)) * (code(n, k) - 8)),
    );
    expect(await formOf({ parts: packed, config: int4 })).not.toHaveProperty("minimum");
  });

  it("packs zero points along the outputs, with the same offset", async () => {
    const zeros = stored("I32", [rows / 8, groups], wordsDown(rows, groups, 4, zero));
    await expectNumbers({ parts: { ...packed, weight_zero_point: zeros }, config: int4 }, zeroed);
  });

  it.each([
    ["zero points", { symmetric: false }, "weight_zero_point"],
    ["an index of groups", { symmetric: true, actorder: "group" }, "weight_g_idx"],
  ])("that says it has %s and lacks them is refused", async (_name, said, part) => {
    const asked = config("pack-quantized", { num_bits: 4, type: "int", strategy: "group", group_size: group, ...said });
    const failure = await failureOf(() => openPublished({ parts: packed, config: asked }));
    expect(failure).toMatchObject({ code: "model/file-invalid", message: expect.stringContaining(part) });
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
      numbers((n, k) => groupScale(n, index(k)) * (code(n, k) - 8)),
    );
  });

  it("has int8 per row, with scales of activations that are not the model's", async () => {
    const of = (n: number, k: number): number => ((n * 31 + k * 7) % 256) - 128;
    const parts = {
      weight: stored("I8", [rows, columns], table(rows, columns, of)),
      weight_scale: stored("BF16", [rows, 1], table(rows, 1, groupScale)),
      input_scale: stored("BF16", [1], [2]),
      "model.layers.0.self_attn.k_scale": stored("BF16", [1], [2]),
    };
    const int8 = config("int-quantized", { num_bits: 8, type: "int", strategy: "channel" });
    await expectNumbers(
      { parts, config: int8 },
      numbers((n, k) => groupScale(n, 0) * of(n, k)),
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
      numbers((n, k) => groupScale(n, 0) * (of(n, k) - (n - 20))),
    );
  });
});
