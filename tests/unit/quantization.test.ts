// Codes and scales against the reference numbers, to the bit, and what must hold of every quantization. Those by least squares have tests of
// their own.
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../src/base/random.ts";
import { byteLength } from "../../src/base/tensor.ts";
import { ownQuantizations, quantizationTable, type OwnQuantization } from "../../src/config/quantizations.ts";
import { dynamicMap, encodeScales } from "../../src/model/quantization/double-quantization.ts";
import { schemeOf } from "../../src/model/quantization/form-schemes.ts";
import { piecesOf } from "../../src/model/quantization/pieces.ts";
import { quantizers } from "../../src/model/quantization/quantizers.ts";
import { failureOf } from "../support/errors.ts";
import { tensorBytes } from "../support/files.ts";
import { decode, encode } from "../support/quantize.ts";
import { largestDifference } from "../support/goldens.ts";
import { the } from "../support/the.ts";

const golden = (name: string): Uint8Array<ArrayBuffer> => tensorBytes("tests/fixtures/goldens/quant/quant.safetensors", name);
const floats = (name: string): number[] => [...new Float32Array(golden(name).buffer)];
const shape = { rows: 128, columns: 96 };
const weights = new Float32Array(golden("W").buffer);

describe("codes and scales equal the reference: outliers, zero blocks, one-signed blocks and ties", () => {
  it("nf4 is bitsandbytes', blocks running over the ends of rows", () => {
    const encoded = encode("nf4", weights, shape);
    expect([...the(encoded["absmax"])]).toEqual(floats("nf4_b64.absmax"));
    expect([...the(encoded["codes"])]).toEqual([...golden("nf4_b64.packed_bnb")]);
    expect([...decode("nf4", encoded, shape)]).toEqual(floats("nf4_b64.dequant"));
  });

  it("int8 is GGUF's Q8_0", () => {
    const encoded = encode("int8", weights, shape);
    const signed = new Int8Array(golden("q8_0_b32.codes").buffer);
    expect([...the(encoded["scales"])]).toEqual(floats("q8_0_b32.scales_f32_of_f16"));
    expect([...the(encoded["codes"])].map((code) => Number(code) - 128)).toEqual([...signed]);
    expect([...decode("int8", encoded, shape)]).toEqual(floats("q8_0_b32.dequant"));
  });
});

/** Largest error over the largest weight of its block, as the width of a step allows it, and what least squares cut off at the ends. */
const tolerance: { readonly [Q in OwnQuantization]: number } = {
  int4: 1 / 4,
  "int4-b64": 1 / 4,
  "int4-b128": 1 / 4,
  "int4-asym": 1 / 4,
  "int4-asym-b64": 1 / 4,
  "int4-asym-b128": 1 / 4,
  "int4-fine": 1 / 6,
  nf4: 0.16,
  "nf4-dq": 0.17,
  int8: 0.005,
  f16: 2 ** -11,
  none: 0,
};

describe.each(ownQuantizations)("%s", (quantization) => {
  const scheme = schemeOf(quantizers[quantization].form);

  it("takes the bits per weight that its description says", () => {
    const large = { rows: 256, columns: 4096 };
    const bytes = Object.values(scheme.parts(large)).reduce((sum, part) => sum + byteLength(part.dtype, part.shape), 0);
    // The one mean of double quantization is shared by the whole matrix.
    expect((bytes * 8) / (large.rows * large.columns)).toBeCloseTo(quantizationTable[quantization].bitsPerWeight, 4);
  });

  it.each([
    [128, 96],
    [70, 40],
    [3, 100],
    [5, 7],
    [1, 1],
    [130, 131],
  ])("fills its parts and comes back within a step: %i × %i", (rows, columns) => {
    for (let seed = 0; seed < 4; seed++) {
      const random = seededRandom(seed);
      const matrix = Float32Array.from({ length: rows * columns }, () => random.normal());
      const most = matrix.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
      const encoded = encode(quantization, matrix, { rows, columns });
      for (const [name, part] of Object.entries(scheme.parts({ rows, columns })))
        expect(the(encoded[name]).byteLength, name).toBe(byteLength(part.dtype, part.shape));
      const back = decode(quantization, encoded, { rows, columns });
      expect(largestDifference(back, matrix), `seed ${seed}`).toBeLessThanOrEqual(tolerance[quantization] * most * 1.001);
    }
  });

  it("does not depend on how many rows come at once", () => {
    const random = seededRandom(9);
    const large = { rows: 300, columns: 45 };
    const matrix = Float32Array.from({ length: large.rows * large.columns }, () => random.normal());
    expect(encode(quantization, matrix, large, 64)).toEqual(encode(quantization, matrix, large, 320));
  });

  it("keeps zeros exactly", () => {
    const zeros = new Float32Array(2 * 70);
    const back = decode(quantization, encode(quantization, zeros, { rows: 2, columns: 70 }), { rows: 2, columns: 70 });
    expect(back.every((value) => value === 0)).toBe(true);
  });
});

describe("double quantization", () => {
  it("has bitsandbytes' dynamic map: 7 decades of twice as many values, both signs, zero and one", () => {
    const map = [...dynamicMap()];
    expect(new Set(map).size).toBe(256);
    expect(map).toEqual(map.toSorted((a, b) => a - b));
    expect([map[127], map[255]]).toEqual([0, 1]);
    // Each but 0 and 1 has its mirror image.
    expect(map.slice(0, 127)).toEqual(
      map
        .slice(128, 255)
        .map((value) => -value)
        .toReversed(),
    );
    // Means of neighbours in linspace(0.1, 1, 2), of 3 and of 65 points, times 1e-6, 1e-5 and 1.
    for (const [at, value] of [
      [128, 0.55e-6],
      [129, 3.25e-6],
      [130, 7.75e-6],
      [254, 0.99296875],
    ] as const)
      expect(Math.abs(the(map[at]) / value - 1)).toBeLessThan(2e-7);
  });

  // nested_quant_map of a checkpoint that bitsandbytes wrote: values that other roundings of the same formula miss.
  it.each([
    [18, -0.7398437261581421],
    [20, -0.7117187976837158],
    [43, -0.3882812261581421],
    [65, -0.09578125923871994],
    [80, -0.053593751043081284],
  ])("has the map's value %i to the last bit", (at, value) => expect(dynamicMap()[at]).toBe(value));

  it("takes the nearest value of each scale less the mean", () => {
    const random = seededRandom(3);
    const scales = Float32Array.from({ length: 700 }, () => 0.1 + 0.02 * random.normal());
    const { scaleCodes, scaleAbsmax, scaleMean } = encodeScales(scales);
    expect([scaleCodes?.length, scaleAbsmax?.length, scaleMean?.length]).toEqual([768, 3, 1]);
    expect(Number(the(scaleMean)[0])).toBeCloseTo(scales.reduce((a, b) => a + b) / 700, 7);
    for (const [at, scale] of scales.entries()) {
      const scaled = (scale - Number(the(scaleMean)[0])) / Number(the(scaleAbsmax)[Math.floor(at / 256)]);
      const distances = dynamicMap().map((value) => Math.abs(value - scaled));
      expect(distances[Number(the(scaleCodes)[at])], `scale ${at}`).toBeLessThanOrEqual(Math.min(...distances) + 1e-6);
    }
  });
});

describe("limits", () => {
  it("f16 refuses what float16 cannot hold, naming it", async () => {
    const failure = await failureOf(() => encode("f16", Float32Array.of(1, -70_000), { rows: 1, columns: 2 }));
    expect(failure).toMatchObject({ code: "model/float16-range" });
    expect(failure.message).toContain("-70,000");
  });

  it("cuts a matrix that no WebGPU device need bind at once, and only such", () => {
    expect(piecesOf("q", { rows: 4096, columns: 4096 })).toEqual([{ name: "q", shape: { rows: 4096, columns: 4096 } }]);
    const pieces = piecesOf("head", { rows: 151_936, columns: 896 });
    expect(pieces.map(({ name }) => name)).toEqual(["head.0", "head.1", "head.2", "head.3", "head.4"]);
    expect(pieces.reduce((sum, piece) => sum + piece.shape.rows, 0)).toBe(151_936);
    for (const [at, piece] of pieces.entries()) {
      expect(piece.shape.rows * 896 * 4).toBeLessThanOrEqual(128 * 2 ** 20);
      if (at < pieces.length - 1) expect(piece.shape.rows % 64).toBe(0);
    }
  });
});
