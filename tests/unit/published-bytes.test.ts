// Claim: matrices made by hand in the layouts of FP8, torchao, optimum-quanto and HQQ are read by the published formulas, and what is
// easily misread in them is not.
import { describe, expect, it } from "vitest";
import { failureOf } from "../support/errors.ts";
import { code, columns, expectNumbers, formOf, held, matrix, numbers, openPublished, rows, same, table } from "../support/published.ts";
import { stored, textTensor } from "../support/safetensors-writer.ts";
import { the } from "../support/the.ts";

const f = Math.fround;
const signed = (n: number, k: number): number => ((n * 31 + k * 7) % 256) - 128;
const scale = (n: number, g = 0): number => ((n % 3) + 1.25) * 2 ** -(3 + g);

describe("FP8", () => {
  const float8 = (n: number, k: number): number => ((n * 31 + k * 7) % 127) | ((k % 2) << 7);
  const value = (bits: number): number => {
    const [sign, exponent, fraction] = [bits & 128 ? -1 : 1, (bits & 127) >> 3, bits & 7];
    return sign * (exponent === 0 ? fraction * 2 ** -9 : (8 + fraction) * 2 ** (exponent - 10));
  };
  const weight = stored("F8_E4M3", [rows, columns], table(rows, columns, float8));
  const config = (size: readonly number[]) => ({ quantization_config: { quant_method: "fp8", weight_block_size: size } });

  it("has known numbers: subnormals, 1, the largest", () => {
    expect([0x01, 0x07, 0x08, 0x38, 0x7e, 0xb8].map(value)).toEqual([2 ** -9, 7 * 2 ** -9, 2 ** -6, 1, 448, -1]);
  });

  // 32 rows of tiles of 20, 64 columns of tiles of 48: both edges are cut.
  it("in tiles is multiplied by weight_scale_inv, in spite of its name", async () => {
    const tile = (n: number, k: number): number => f(0.1 + Math.floor(n / 20) + 3 * Math.floor(k / 48));
    const scales = stored("F32", [2, 2], [tile(0, 0), tile(0, 48), tile(20, 0), tile(20, 48)]);
    const published = { parts: { weight, weight_scale_inv: scales }, config: config([20, 48]) };
    await expectNumbers(
      published,
      numbers((n, k) => value(float8(n, k)) * tile(n, k)),
    );
    expect(await formOf(published)).toEqual({ kind: "float8", block: 48 });
    expect((await failureOf(() => openPublished({ ...published, config: config([32, 32]) }))).message).toContain(
      "weight_scale_inv is F32 [2, 2]",
    );
  });

  it.each([
    ["the matrix", [], () => scale(2)],
    ["a row", [rows, 1], (n: number) => scale(n)],
  ])("has a scale for %s", async (_name, shape, of) => {
    const scales = stored("BF16", shape, table(shape[0] ?? 1, 1, of));
    await expectNumbers(
      { parts: { weight, weight_scale: scales } },
      numbers((n, k) => value(float8(n, k)) * of(n)),
    );
  });

  it("that is NaN is not held", async () => {
    const codes = table(rows, columns, (n, k) => (n === 20 && k === 3 ? 0xff : 0x38));
    const reader = await openPublished({
      parts: { weight: stored("F8_E4M3", [rows, columns], codes), weight_scale: stored("F32", [1], [1]) },
    });
    expect(Number.isNaN((await reader.read(matrix, 20, 21))[3])).toBe(true);
    expect(await failureOf(() => held(reader, 16, 32))).toMatchObject({
      code: "model/not-finite",
      message: expect.stringContaining(matrix),
    });
    expect(same(await held(reader, 0, 16)).every((one) => one === 1)).toBe(true);
  });
});

describe("torchao", () => {
  const metadata = (type: string, data: object = {}) => ({ [matrix]: JSON.stringify({ _type: type, _data: data }) });
  const int8 = {
    _weight_qdata: stored("I8", [rows, columns], table(rows, columns, signed)),
    _weight_scale: stored(
      "F32",
      [rows, 1],
      table(rows, 1, (n) => f(0.1 + n)),
    ),
  };
  const zeros = (of: (n: number) => number) => ({ _weight_zero_point: stored("I8", [rows, 1], table(rows, 1, of)) });

  it("has int8 per row; a zero point that should not be there is not left out", async () => {
    const published = { parts: { ...int8, ...zeros(() => 0) }, metadata: metadata("Int8Tensor", { block_size: [1, columns] }) };
    await expectNumbers(
      published,
      numbers((n, k) => signed(n, k) * f(0.1 + n)),
    );
    const other = await openPublished({ ...published, parts: { ...int8, ...zeros((n) => n - 3) } });
    expect(same(await other.read(matrix))).toEqual(same(numbers((n, k) => (signed(n, k) - (n - 3)) * f(0.1 + n))));
    expect((await failureOf(() => held(other))).message).toContain("zero is -3; expected 0");
  });

  it("holds codes of 4 bits in 4 bits, though they take a byte in the file", async () => {
    const parts = {
      _weight_qdata: stored(
        "I8",
        [rows, columns],
        table(rows, columns, (n, k) => code(n, k) - 8),
      ),
      _weight_scale: stored("BF16", [rows, 2], table(rows, 2, scale)),
      _weight_zero_point: stored(
        "I8",
        [rows, 2],
        table(rows, 2, () => 0),
      ),
    };
    const data = { block_size: [1, 32], target_dtype: { _type: "torch.dtype", _data: "int4" } };
    const published = { parts, metadata: metadata("IntxUnpackedToInt8Tensor", data) };
    await expectNumbers(
      published,
      numbers((n, k) => (code(n, k) - 8) * scale(n, k >> 5)),
    );
    expect(await formOf(published)).toMatchObject({ bits: 4 });
  });

  it("adds the zero point of Int4Tensor, whose scales lie the other way round", async () => {
    const zero = (n: number, g: number): number => 0.25 - n / 32 + g;
    const parts = {
      _weight_qdata: stored(
        "I8",
        [rows, columns / 2],
        table(rows, columns / 2, (n, at) => {
          const byte = (code(n, 2 * at) & 15) | (code(n, 2 * at + 1) << 4);
          return byte > 127 ? byte - 256 : byte;
        }),
      ),
      _weight_scale: stored(
        "BF16",
        [2, rows],
        table(2, rows, (g, n) => scale(n, g)),
      ),
      _weight_zero_point: stored(
        "BF16",
        [2, rows],
        table(2, rows, (g, n) => zero(n, g)),
      ),
    };
    const twos = (n: number, k: number): number => (code(n, k) > 7 ? code(n, k) - 16 : code(n, k));
    await expectNumbers(
      { parts, metadata: metadata("Int4Tensor") },
      numbers((n, k) => twos(n, k) * scale(n, k >> 5) + zero(n, k >> 5)),
    );
  });

  it.each([["Float8Tensor"], ["Int4TilePackedTo4dTensor"]])("of the class %s is refused by name", async (type) => {
    expect(await failureOf(() => openPublished({ parts: int8, metadata: metadata(type) }))).toMatchObject({
      code: "model/unsupported-feature",
      message: expect.stringContaining(type),
    });
  });

  it("of no known class is refused", async () => {
    expect((await failureOf(() => openPublished({ parts: int8 }))).message).toContain("__metadata__ is missing");
  });
});

describe("groups in two halves", () => {
  const width = 32;
  const count = (rows * columns) / width;
  const half = count / 2;
  /** Code j of group r. */
  const of = (r: number, j: number): number => code(Math.floor((r * width + j) / columns), (r * width + j) % columns);
  const group = (n: number, k: number): number => Math.floor((n * columns + k) / width);

  it("lie in low and high half bytes of optimum-quanto, whose shift is taken off", async () => {
    const shift = (r: number): number => 0.5 - r / 64;
    const parts = {
      "weight._data._data": stored(
        "U8",
        [half, width],
        table(half, width, (r, j) => of(r, j) | (of(r + half, j) << 4)),
      ),
      "weight._scale": stored(
        "BF16",
        [count, 1],
        table(count, 1, (r) => scale(r)),
      ),
      "weight._shift": stored("BF16", [count, 1], table(count, 1, shift)),
      input_scale: stored("BF16", [], [1]),
      output_scale: stored("BF16", [], [1]),
    };
    await expectNumbers(
      { parts },
      numbers((n, k) => scale(group(n, k)) * code(n, k) - shift(group(n, k))),
    );
    const lost = {
      ...parts,
      "weight._data._data": stored(
        "U8",
        [half, 16],
        table(half, 16, () => 0),
      ),
    };
    expect((await failureOf(() => openPublished({ parts: lost }))).message).toContain("weight._data._data is U8 [32, 16]");
  });

  it("lie in high and low ones of HQQ, whose zero points are no whole numbers", async () => {
    const zero = (r: number): number => 7.25 + r / 16;
    const notes = { shape: stored("I64", [2], [rows, columns]), nbits: stored("I32", [], [4]), axis: stored("I32", [], [1]) };
    const parts = {
      W_q: stored(
        "U8",
        [half, width],
        table(half, width, (r, j) => (of(r, j) << 4) | of(r + half, j)),
      ),
      scale: stored(
        "F16",
        [count, 1],
        table(count, 1, (r) => scale(r)),
      ),
      zero: stored("F16", [count, 1], table(count, 1, zero)),
      packing: textTensor("4bit_u8"),
      ...notes,
    };
    await expectNumbers(
      { parts },
      numbers((n, k) => f(code(n, k) - zero(group(n, k))) * scale(group(n, k))),
    );
    // Products of float32 numbers would round in the form, and not in the formula.
    const long = { ...parts, zero: stored("F32", [count, 1], table(count, 1, zero)) };
    expect((await openPublished({ parts: long })).published).toBeUndefined();
    for (const [part, other, message] of [
      ["axis", stored("I32", [], [0]), "axis is [0]; expected [1]"],
      ["shape", stored("I64", [2], [columns, rows]), "shape is [64,32]"],
      ["nbits", stored("I32", [], [3]), "nbits is [3]"],
    ] as const) {
      const reader = await openPublished({ parts: { ...parts, [part]: other } });
      expect((await failureOf(() => reader.read(matrix))).message).toContain(message);
    }
  });
});

describe("groups that run from one row into the next", () => {
  // Groups of 96 elements: two for every three rows of 64.
  const [width, count] = [96, 22];
  const zeroOf = (r: number): number => 100 + r / 8;
  const of = (r: number, j: number): number => (r * 31 + j * 7) % 256;
  const value = (n: number, k: number): number => {
    const [r, j] = [Math.floor((n * columns + k) / width), (n * columns + k) % width];
    return f(of(r, j) - zeroOf(r)) * scale(r);
  };

  it("are read and held in parts that share a scale", async () => {
    const tall = { vocab_size: 33, hidden_size: 64, num_attention_heads: 4 };
    const name = "model.embed_tokens.";
    const parts = {
      [`${name}W_q`]: stored("U8", [count, width], table(count, width, of)),
      [`${name}scale`]: stored(
        "F16",
        [count, 1],
        table(count, 1, (r) => scale(r)),
      ),
      [`${name}zero`]: stored("F16", [count, 1], table(count, 1, zeroOf)),
    };
    const reader = await openPublished({ parts, config: tall });
    const expected = numbers(value, 0, 33, 64);
    expect(same(await reader.read(`${name}weight`))).toEqual(same(expected));
    expect(same(await reader.read(`${name}weight`, 4, 9))).toEqual(same(expected.slice(4 * 64, 9 * 64)));
    expect(the(reader.published?.get(`${name}weight`)).form).toMatchObject({ block: 32 });
    expect(same(await held(reader, 4, 9, `${name}weight`))).toEqual(same(expected.slice(4 * 64, 9 * 64)));
  });
});

describe("optimum-quanto's int8", () => {
  const parts = {
    "weight._data": stored("I8", [rows, columns], table(rows, columns, signed)),
    "weight._scale": stored(
      "BF16",
      [rows, 1],
      table(rows, 1, (n) => scale(n)),
    ),
  };

  it("has a scale per row", async () =>
    expectNumbers(
      { parts },
      numbers((n, k) => signed(n, k) * scale(n)),
    ));

  it("with a scale that is not finite is not held", async () => {
    const infinite = {
      ...parts,
      "weight._scale": stored(
        "F32",
        [rows, 1],
        table(rows, 1, (n) => (n === 9 ? Infinity : 1)),
      ),
    };
    expect(await failureOf(async () => held(await openPublished({ parts: infinite })))).toMatchObject({ code: "model/not-finite" });
  });

  it("with a width of no whole blocks is numbers only", async () => {
    const narrow = { ...parts, "weight._data": stored("I8", [rows, 44], table(rows, 44, signed)) };
    const reader = await openPublished({ parts: narrow, config: { intermediate_size: 44 } });
    expect(same(await reader.read(matrix))).toEqual(same(numbers((n, k) => signed(n, k) * scale(n), 0, rows, 44)));
    expect(reader.published).toBeUndefined();
  });
});
