// Claim: matrices made by hand in the layout of GPTQ are read by its formula, and what is easily misread in it is not.
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
  held,
  matrix,
  module,
  numbers,
  openPublished,
  rows,
  same,
  table,
  wordsAcross,
  wordsDown,
  zero,
  zeroed,
} from "../support/published.ts";
import { stored } from "../support/safetensors-writer.ts";
import { the } from "../support/the.ts";

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
    table(groups, rows, (g, n) => groupScale(n, g)),
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
    expect(same(await reader.read(matrix))).toEqual(
      same(numbers((n, k) => groupScale(n, groupOf(k)) * (code(n, k) - (zeros[n % 8] ?? 0)))),
    );
  });

  it.each([
    [2, (n: number, k: number) => (n + k) % 4, 1],
    [8, (n: number, k: number) => (n * 31 + k * 7) % 256, 77],
  ])("has %i bits as well", async (bits, of, middle) => {
    const expected = numbers((n, k) => groupScale(n, groupOf(k)) * (of(n, k) - middle));
    await expectNumbers({ parts: gptqParts(bits, of, () => middle), config: gptqConfig({ bits }) }, expected);
  });

  it("that is symmetric needs no minimum, and one that is not after all is not held as if it were", async () => {
    const config = gptqConfig({ sym: true });
    await expectNumbers(
      { parts: gptqParts(4, code, () => 8), config },
      numbers((n, k) => groupScale(n, groupOf(k)) * (code(n, k) - 8)),
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
        table(1, rows, (_, n) => groupScale(n, 0)),
      ),
    };
    await expectNumbers(
      { parts, config: gptqConfig({ group_size: -1 }) },
      numbers((n, k) => groupScale(n, 0) * (code(n, k) - zero(n, 0))),
    );
  });

  it("in act-order is held group by group", async () => {
    const scattered = (k: number): number => (k * 5) % groups;
    const published = { parts: { ...gptqParts(), ...indexPart(scattered) }, config: gptqConfig({ desc_act: true }) };
    await expectNumbers(
      published,
      numbers((n, k) => groupScale(n, scattered(k)) * (code(n, k) - zero(n, scattered(k)))),
    );
    const reader = await openPublished(published);
    expect(the(reader.published?.get(matrix)).form).toMatchObject({ isReordered: true });
    const { order } = await the(reader.published?.get(matrix)).read(0, 32);
    expect([...the(order)].slice(0, 3).concat([...the(order)].slice(32, 35))).toEqual([0, 2, 4, 1, 3, 5]);
  });

  it("in act-order without the index is refused, not read in order", async () => {
    const failure = await failureOf(() => openPublished({ parts: gptqParts(), config: gptqConfig({ desc_act: true }) }));
    expect(failure).toMatchObject({ code: "model/file-invalid", message: expect.stringContaining("g_idx") });
  });

  it.each([
    ["uneven groups", true, (k: number) => (k < 40 ? 0 : 1)],
    ["an order that config.json denies", false, (k: number) => k % 2],
  ])("with %s gives numbers and no form", async (_name, order, of) => {
    const reader = await openPublished({ parts: { ...gptqParts(), ...indexPart(of) }, config: gptqConfig({ desc_act: order }) });
    expect(same(await reader.read(matrix))).toEqual(same(numbers((n, k) => groupScale(n, of(k)) * (code(n, k) - zero(n, of(k))))));
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
