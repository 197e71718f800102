// The tests' own decoder of held matrices: against the application's for the forms that it has had, and numbers worked out by hand
// for the others.
import { describe, expect, it } from "vitest";
import { toFloat16 } from "../../src/base/half.ts";
import { seededRandom } from "../../src/base/random.ts";
import type { Quantization } from "../../src/config/quantizations.ts";
import type { MatrixForm } from "../../src/model/quantization/forms.ts";
import { decodeForm } from "../support/decode-form.ts";
import { decode, encode } from "../support/quantize.ts";

const random = seededRandom(3);
/** Neither whole blocks nor whole bytes of zero points. */
const shape = { rows: 5, columns: 150 };
const weights = Float32Array.from({ length: shape.rows * shape.columns }, () => random.normal());
const float32 = { dtype: "float32", levels: 1 } as const;

const known: readonly (readonly [Quantization, MatrixForm])[] = [
  ["none", { kind: "float", dtype: "float32" }],
  ["f16", { kind: "float", dtype: "float16" }],
  ["int4", { kind: "blocks", bits: 4, block: 32, scale: float32 }],
  ["int4-asym-b64", { kind: "blocks", bits: 4, block: 64, scale: float32, hasZeros: true }],
  ["nf4", { kind: "levels4", table: "nf4" }],
  ["nf4-dq", { kind: "levels4", table: "nf4", isDouble: true }],
];

const halves = (...values: readonly number[]): Uint16Array => toFloat16(Float32Array.from(values));
const numbers = (...args: Parameters<typeof decodeForm>): number[] => [...decodeForm(...args)];

describe("a held matrix, decoded", () => {
  it.each(known)("%s is as the application decodes it", (quantization, form) => {
    const encoded = encode(quantization, weights, shape);
    expect(decodeForm(form, shape, encoded)).toEqual(decode(quantization, encoded, shape));
  });

  it("blocks of 8 bits are codes from −128, times a scale; a short last block is padded", () => {
    const form = { kind: "blocks", bits: 8, block: 16, scale: { dtype: "float16", levels: 1 } } as const;
    const codes = Uint8Array.from({ length: 32 }, (_, at) => 128 + at);
    expect(numbers(form, { rows: 1, columns: 18 }, { codes, scales: halves(0.5, -2) })).toEqual([
      ...Array.from({ length: 16 }, (_, at) => at / 2),
      -32,
      -34,
    ]);
  });

  it("scales and minima on two levels are codes less 128 times units of 256 columns", () => {
    const levels = { dtype: "float16", levels: 2 } as const;
    const form = { kind: "blocks", bits: 4, block: 128, scale: levels, minimum: levels, center: 2 } as const;
    const columns = 384;
    const decoded = numbers(
      form,
      { rows: 1, columns },
      {
        // Even elements 6 and odd ones 9: q = 0 and 3.
        codes: new Uint8Array(columns / 2).fill(0x96),
        scales: Uint8Array.of(129, 130, 127),
        scaleUnits: halves(0.5, 4),
        minima: Uint8Array.of(128, 129, 131),
        minimumUnits: halves(-1, 8),
      },
    );
    expect([decoded[0], decoded[1], decoded[128], decoded[129], decoded[256], decoded[257]]).toEqual([0, 1.5, -1, 2, 24, 12]);
  });

  it("columns come from where the order says", () => {
    const form = { kind: "blocks", bits: 4, block: 16, scale: float32, isReordered: true } as const;
    // q = −8, −7, −6.
    const codes = Uint8Array.of(0x10, 0x02, 0, 0, 0, 0, 0, 0);
    const order = Int32Array.of(2, 0, 1);
    expect(numbers(form, { rows: 1, columns: 3 }, { codes, scales: Float32Array.of(1), order })).toEqual([-7, -6, -8]);
  });

  it("FP4 codes are bitsandbytes' twelfths, the first in the high half", () => {
    const codes = Uint8Array.from({ length: 32 }, (_, at) => (at < 8 ? 2 * at * 16 + 2 * at + 1 : 0));
    const decoded = numbers({ kind: "levels4", table: "fp4" }, { rows: 2, columns: 8 }, { codes, absmax: Float32Array.of(12) });
    const positive = [0, 0.0625, 8, 12, 4, 6, 2, 3];
    expect(decoded.map((value) => value + 0)).toEqual(
      [...positive, ...positive.map((value) => 0 - value)].map((value) => Math.fround(Math.fround(value / 12) * 12)),
    );
  });

  it("float8 codes are E4M3, times a scale per block", () => {
    // 1, greatest, least subnormal, least normal, −1.125
    const codes = Uint8Array.of(0x38, 0x7e, 0x01, 0x08, 0xb9);
    const scales = Float32Array.of(2, 1, 4);
    expect(numbers({ kind: "float8", block: 2 }, { rows: 1, columns: 5 }, { codes, scales })).toEqual([2, 896, 2 ** -9, 2 ** -6, -4.5]);
    expect(numbers({ kind: "float8" }, { rows: 1, columns: 2 }, { codes: Uint8Array.of(0x7f, 0), scales: Float32Array.of(2) })).toEqual([
      NaN,
      0,
    ]);
  });

  it("refuses parts that are missing, of another length or too many", () => {
    const form = { kind: "float", dtype: "float32" } as const;
    const one = { rows: 1, columns: 1 };
    expect(() => decodeForm(form, one, {})).toThrow("missing");
    expect(() => decodeForm(form, one, { weight: new Float32Array(2) })).toThrow("2 elements");
    expect(() => decodeForm(form, one, { weight: new Float32Array(1), scales: new Float32Array(1) })).toThrow("scales");
  });
});
