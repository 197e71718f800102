// Claim: matrices made by hand in the layouts of bitsandbytes are read by its formulas, and what is easily misread in them is not.
import { describe, expect, it } from "vitest";
import { dynamicMap } from "../../src/model/quantization/double-quantization.ts";
import { failureOf } from "../support/errors.ts";
import { code, columns, expectNumbers, formOf, held, matrix, numbers, openPublished, rows, same, table } from "../support/published.ts";
import { stored, textTensor, type Stored } from "../support/safetensors-writer.ts";
import { the } from "../support/the.ts";

const f = Math.fround;
const signed = (n: number, k: number): number => ((n * 31 + k * 7) % 256) - 128;

describe("4 bits of bitsandbytes", () => {
  const nf4 = [
    -1.0, -0.6961928009986877, -0.5250730514526367, -0.39491748809814453, -0.28444138169288635, -0.18477343022823334, -0.09105003625154495,
    0.0, 0.07958029955625534, 0.16093020141124725, 0.24611230194568634, 0.33791524171829224, 0.44070982933044434, 0.5626170039176941,
    0.7229568362236023, 1.0,
  ];
  const fp4 = [0, 0.0625, 8, 12, 4, 6, 2, 3].map((value) => value / 12);
  const tables = { nf4, fp4: [...fp4, ...fp4.map((value) => -value)] };
  const [blockSize, blocks] = [64, (rows * columns) / 64];
  const absmax = (block: number): number => f(0.5 + block / 30);
  const bytes = table(rows, columns / 2, (n, at) => (code(n, 2 * at) << 4) | code(n, 2 * at + 1));
  const partsOf = (kind: "nf4" | "fp4", state: object = {}, size = blockSize) => ({
    weight: stored("U8", [(rows * columns) / 2, 1], bytes),
    "weight.absmax": stored(
      "F32",
      [(rows * columns) / size],
      table(1, (rows * columns) / size, (_, block) => absmax(block)),
    ),
    "weight.quant_map": stored("F32", [16], tables[kind]),
    [`weight.quant_state.bitsandbytes__${kind}`]: textTensor(
      JSON.stringify({ quant_type: kind, blocksize: size, dtype: "bfloat16", shape: [rows, columns], ...state }),
    ),
  });
  const expected = (kind: "nf4" | "fp4") => numbers((n, k) => f(tables[kind][code(n, k)] ?? 0) * absmax(n));

  it.each(["nf4", "fp4"] as const)("has the first of two elements in the high half: %s", async (kind) => {
    await expectNumbers({ parts: partsOf(kind) }, expected(kind));
    expect(await formOf({ parts: partsOf(kind) })).toEqual({ kind: "levels4", table: kind });
  });

  it("may be stored as another type's bytes", async () => {
    const view = { ...stored("U8", [rows * columns], bytes), dtype: "BF16", shape: [(rows * columns) / 4, 1] };
    await expectNumbers({ parts: { ...partsOf("nf4"), weight: view } }, expected("nf4"));
  });

  it("with scales that are quantized too adds their mean back", async () => {
    const [code8, nested, offset] = [(block: number) => (block * 37) % 256, 0.75, 0.8125];
    const scaleOf = (block: number): number => f(f((dynamicMap()[code8(block)] ?? 0) * nested) + offset);
    const parts = {
      ...partsOf("fp4", { nested_blocksize: 256, nested_offset: offset, nested_dtype: "float32" }),
      "weight.absmax": stored(
        "U8",
        [blocks],
        table(1, blocks, (_, block) => code8(block)),
      ),
      "weight.nested_absmax": stored("F32", [1], [nested]),
      "weight.nested_quant_map": stored("F32", [256], [...dynamicMap()]),
    };
    const reader = await openPublished({ parts });
    const wanted = numbers((n, k) => f(tables.fp4[code(n, k)] ?? 0) * scaleOf(n));
    expect(same(await reader.read(matrix))).toEqual(same(wanted));
    expect(same(await held(reader))).toEqual(same(wanted));
    expect(the(reader.published?.get(matrix)).form).toEqual({ kind: "levels4", table: "fp4", isDouble: true });
    const other = {
      ...parts,
      "weight.nested_quant_map": stored(
        "F32",
        [256],
        table(1, 256, (_, at) => at / 255),
      ),
    };
    expect((await failureOf(async () => held(await openPublished({ parts: other })))).message).toContain(
      "nested_quant_map is not the table",
    );
  });

  it("with blocks that run across rows", async () => {
    const name = "model.layers.0.self_attn.q_proj.";
    const parts: Record<string, Stored> = Object.fromEntries(
      Object.entries({
        ...partsOf("nf4", { shape: [32, 32] }),
        weight: stored("U8", [512, 1], bytes.slice(0, 512)),
        "weight.absmax": stored(
          "F32",
          [16],
          table(1, 16, (_, block) => absmax(block)),
        ),
      }).map(([part, tensor]) => [name + part, tensor]),
    );
    const reader = await openPublished({ parts });
    const flat = (e: number): number => f(nf4[code(Math.floor(e / 64), e % 64)] ?? 0) * absmax(Math.floor(e / 64));
    const wanted = numbers((n, k) => flat(n * 32 + k), 0, 32, 32);
    expect(same(await reader.read(`${name}weight`))).toEqual(same(wanted));
    expect(same(await reader.read(`${name}weight`, 3, 6))).toEqual(same(wanted.slice(96, 192)));
    expect(same(await held(reader, 0, 32, `${name}weight`))).toEqual(same(wanted));
  });

  it("of blocks that no form has is numbers only", async () => {
    const reader = await openPublished({ parts: partsOf("nf4", {}, 128) });
    expect(same(await reader.read(matrix))).toEqual(same(numbers((n, k) => f(nf4[code(n, k)] ?? 0) * absmax(n >> 1))));
    expect(reader.published).toBeUndefined();
  });

  it("with a table of its own gives its numbers and no form", async () => {
    const own = nf4.map((value) => value / 2);
    const reader = await openPublished({ parts: { ...partsOf("nf4"), "weight.quant_map": stored("F32", [16], own) } });
    expect(same(await reader.read(matrix))).toEqual(same(numbers((n, k) => f(own[code(n, k)] ?? 0) * absmax(n))));
    expect((await failureOf(() => held(reader))).message).toContain("quant_map is not the table of nf4");
  });

  it.each([
    ["shape", { shape: [columns, rows] }, "shape is [64,32]; expected [32,64]"],
    ["block size", { blocksize: 128 }, "blocksize is 128; expected 64"],
    ["type", { quant_type: "fp4" }, "quant_type is fp4; expected nf4"],
  ])("of another %s than the tensors have is refused", async (_name, state, message) => {
    const reader = await openPublished({ parts: partsOf("nf4", state) });
    expect((await failureOf(() => reader.read(matrix))).message).toContain(message);
  });

  it("of another size than the architecture asks for is refused", async () => {
    const parts = { ...partsOf("nf4"), weight: stored("U8", [512, 1], bytes.slice(0, 512)) };
    expect(await failureOf(() => openPublished({ parts }))).toMatchObject({ code: "model/file-invalid" });
  });
});

describe("8 bits of bitsandbytes", () => {
  const largest = (n: number): number => f(0.3 + n / 7);
  const parts = {
    weight: stored("I8", [rows, columns], table(rows, columns, signed)),
    SCB: stored(
      "F32",
      [rows],
      table(1, rows, (_, n) => largest(n)),
    ),
    weight_format: stored("U8", [], [0]),
  };

  it("multiplies code, largest and 1 / 127 in that order; the form differs in the last bits", async () => {
    const reader = await openPublished({ parts });
    const wanted = numbers((n, k) => f(signed(n, k) * largest(n)) * f(1 / 127));
    expect(same(await reader.read(matrix))).toEqual(same(wanted));
    const off = (await held(reader)).map((value, at) => Math.abs(value / the(wanted[at]) - 1)).filter((value) => !Number.isNaN(value));
    expect(Math.max(...off)).toBeLessThan(2 ** -22);
  });

  it("in a layout of GPUs is refused", async () => {
    const reader = await openPublished({ parts: { ...parts, weight_format: stored("U8", [], [1]) } });
    expect((await failureOf(() => reader.read(matrix))).message).toContain("weight_format is 1; expected 0");
  });
});
