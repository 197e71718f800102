import { describe, expect, it } from "vitest";
import { seededRandom } from "../../src/base/random.ts";
import { int4Block, quantizeInt4 } from "../../src/model/quantization/int4-codes.ts";
import { tensorBytes } from "../support/files.ts";

function dequantize(weights: Float32Array, rows: number, columns: number): Float32Array {
  const { codes, scales } = quantizeInt4(weights, rows, columns);
  const blocks = Math.ceil(columns / int4Block);
  return Float32Array.from({ length: rows * columns }, (_, at) => {
    const [row, column] = [Math.floor(at / columns), at % columns];
    const flat = row * blocks * int4Block + column;
    const code = ((codes[flat >> 1] ?? 0) >> (flat % 2 ? 4 : 0)) & 15;
    return (code - 8) * (scales[row * blocks + Math.floor(column / int4Block)] ?? 0);
  });
}

describe("int4 quantization", () => {
  it("is ONNX Runtime's own, to the bit: outliers, zero blocks, one-signed blocks and ties", () => {
    const read = (name: string): Uint8Array<ArrayBuffer> => tensorBytes("tests/fixtures/goldens/quant/quant.safetensors", name);
    const weights = new Float32Array(read("W").buffer);
    const { codes, scales } = quantizeInt4(weights, 128, 96);
    expect([...scales]).toEqual([...new Float32Array(read("ort_int4_sym_b32.scales").buffer)]);
    expect([...codes]).toEqual([...read("ort_int4_sym_b32.packed")]);
    expect([...dequantize(weights, 128, 96)]).toEqual([...new Float32Array(read("ort_int4_sym_b32.dequant").buffer)]);
  });

  it("pads the last block of a row with zeros", () => {
    const weights = Float32Array.from({ length: 2 * 40 }, (_, at) => Math.sin(at));
    const { codes, scales } = quantizeInt4(weights, 2, 40);
    expect([codes.length, scales.length]).toEqual([64, 4]);
    // Elements 40 to 63 of row 0: code 8, which is zero.
    expect([...codes.subarray(20, 32)]).toEqual(Array(12).fill(0x88));
  });

  it("errs by at most half a step, one on the side that −8 … 7 cuts off", () => {
    for (let seed = 0; seed < 20; seed++) {
      const random = seededRandom(seed);
      const weights = Float32Array.from({ length: 3 * 100 }, () => random.normal() * 10 ** (random.below(5) - 2));
      const back = dequantize(weights, 3, 100);
      const { scales } = quantizeInt4(weights, 3, 100);
      for (const [at, weight] of weights.entries()) {
        const step = Math.abs(scales[Math.floor(at / 100) * 4 + Math.floor((at % 100) / int4Block)] ?? 0);
        expect(Math.abs(weight - (back[at] ?? NaN)), `seed ${seed}, element ${at}`).toBeLessThanOrEqual(step * 1.0001);
      }
    }
  });

  it("keeps zeros exactly", () => {
    expect(dequantize(new Float32Array(64), 1, 64).every((value) => value === 0)).toBe(true);
  });
});
