// GPTQ against numbers that numpy made from the paper's derivation, without a factorization, and against what it is for: smaller errors of
// the outputs.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../src/base/random.ts";
import { byteLength } from "../../src/base/tensor.ts";
import { schemeOf } from "../../src/model/quantization/form-schemes.ts";
import { gptqEncoder, gptqForm } from "../../src/model/quantization/gptq-encoder.ts";
import { gptq, type GridChoice } from "../../src/model/quantization/gptq.ts";
import { inverseFactor } from "../../src/model/quantization/inverse-factor.ts";
import { fitWeighted } from "../../src/model/quantization/weighted-fit.ts";
import { failureOf } from "../support/errors.ts";
import { decode, decodeForm, encode } from "../support/quantize.ts";
import { the } from "../support/the.ts";

interface Golden {
  readonly rows: number;
  readonly columns: number;
  readonly block: number;
  readonly weights: readonly number[];
  /** Row by row from the diagonal on. */
  readonly hessianUpper: readonly number[];
  readonly codes: readonly number[];
  readonly scales: readonly number[];
  readonly zeros: readonly number[];
  /** Σ over rows of e H eᵀ, e the errors of a row; and that of rounding to the nearest. */
  readonly loss: number;
  readonly lossOfRounding: number;
  readonly factorDiagonal: readonly number[];
  readonly factorLastColumn: readonly number[];
}

const golden = JSON.parse(readFileSync("tests/fixtures/goldens/quant/gptq.json", "utf8")) as Golden;

function hessianOf({ columns, hessianUpper }: Golden): Float32Array {
  const hessian = new Float32Array(columns * columns);
  let from = 0;
  for (let row = 0; row < columns; row++)
    for (let column = row; column < columns; column++)
      hessian[row * columns + column] = hessian[column * columns + row] = hessianUpper[from++] as number;
  return hessian;
}

/** Smallest … largest weight to 0 … 15, zero among them. */
class MinMax implements GridChoice {
  readonly scales: number[] = [];
  readonly zeros: number[] = [];

  constructor(
    readonly block: number,
    readonly blocks: number,
  ) {}

  begin(weights: Float32Array, row: number, block: number) {
    const part = weights.subarray(block * this.block, (block + 1) * this.block);
    const [low, high] = [Math.min(0, ...part), Math.max(0, ...part)];
    const scale = (high - low) / 15;
    const zero = Math.round(-low / scale);
    this.scales[row * this.blocks + block] = scale;
    this.zeros[row * this.blocks + block] = zero;
    return { scale, zero, middle: 0 };
  }
}

/** Σ over rows of e H eᵀ. */
function outputError(held: Float32Array, weights: Float32Array, hessian: Float32Array, size: number): number {
  let sum = 0;
  for (let from = 0; from < held.length; from += size)
    for (let a = 0; a < size; a++)
      for (let b = 0; b < size; b++) {
        const error = (at: number): number => (held[from + at] as number) - (weights[from + at] as number);
        sum += error(a) * error(b) * (hessian[a * size + b] as number);
      }
  return sum;
}

describe("GPTQ", () => {
  const { rows, columns, block } = golden;
  const hessian = hessianOf(golden);

  it("has the factor of the inverse that numpy has", () => {
    const factor = inverseFactor(hessian, columns);
    for (let at = 0; at < columns; at++) {
      expect(factor[at * columns + at]).toBeCloseTo(golden.factorDiagonal[at] as number, 9);
      expect(factor[at * columns + columns - 1]).toBeCloseTo(golden.factorLastColumn[at] as number, 9);
      for (let before = 0; before < at; before++) expect(factor[at * columns + before]).toBe(0);
    }
  });

  it("makes the codes, scales and zero points that the paper's steps make", () => {
    const weights = Float32Array.from(golden.weights);
    const choice = new MinMax(block, Math.ceil(columns / block));
    const codes = gptq(weights, { rows, columns }, inverseFactor(hessian, columns), choice);
    expect([...codes]).toEqual(golden.codes);
    expect(choice.zeros).toEqual(golden.zeros);
    for (const [at, scale] of choice.scales.entries()) expect(scale).toBeCloseTo(golden.scales[at] as number, 6);
    expect(outputError(weights, Float32Array.from(golden.weights), hessian, columns)).toBeCloseTo(golden.loss, 3);
    expect(golden.loss).toBeLessThan(0.5 * golden.lossOfRounding);
  });

  it("rounds to the nearest where inputs tell nothing of each other, or were never seen", () => {
    const random = seededRandom(5);
    const weights = Float32Array.from({ length: 3 * 40 }, () => random.normal());
    const choice: GridChoice = { block: 16, begin: () => ({ scale: 0.3, zero: 7, middle: 0.125 }) };
    for (const diagonal of [2, 0]) {
      const alone = new Float64Array(40 * 40);
      for (let at = 0; at < 40; at++) alone[at * 41] = diagonal;
      const held = weights.slice();
      const codes = gptq(held, { rows: 3, columns: 40 }, inverseFactor(alone, 40), choice);
      const nearest = [...weights].map((weight) => Math.max(0, Math.min(15, Math.round((weight - 0.125) / 0.3 + 7))));
      expect([...codes]).toEqual(nearest);
      for (const [at, code] of nearest.entries()) expect(held[at]).toBeCloseTo((code - 7) * 0.3 + 0.125, 6);
    }
  });

  it("finds the factor for any size, one row of it included", () => {
    const random = seededRandom(8);
    for (const size of [1, 2, 3, 4, 5, 7, 8, 13]) {
      const inputs = Array.from({ length: 3 * size }, () => Array.from({ length: size }, () => random.normal()));
      const h = new Float64Array(size * size);
      for (const x of inputs)
        for (let a = 0; a < size; a++)
          for (let b = 0; b < size; b++) h[a * size + b] = (h[a * size + b] as number) + 2 * (x[a] as number) * (x[b] as number);
      const u = inverseFactor(h, size);
      const trace = Array.from({ length: size }, (_, at) => h[at * size + at] as number).reduce((a, b) => a + b);
      // (H + damping) · Uᵀ U is the unit matrix.
      for (let a = 0; a < size; a++)
        for (let b = 0; b < size; b++) {
          let sum = 0;
          for (let c = 0; c < size; c++)
            for (let k = 0; k < size; k++)
              sum +=
                ((h[a * size + c] as number) + (a === c ? (0.01 * trace) / size : 0)) *
                (u[k * size + c] as number) *
                (u[k * size + b] as number);
          expect(sum, `size ${size}, ${a}, ${b}`).toBeCloseTo(a === b ? 1 : 0, 9);
        }
    }
  });

  it("refuses sums that are not finite", async () => {
    expect(await failureOf(() => inverseFactor(Float64Array.of(1, NaN, NaN, 1), 2))).toMatchObject({ code: "model/gptq-hessian" });
    expect(await failureOf(() => inverseFactor(Float64Array.of(1, 5, 5, 1), 2))).toMatchObject({ code: "model/gptq-hessian" });
  });
});

describe("a matrix by GPTQ", () => {
  const random = seededRandom(11);

  /** 2 Σ x xᵀ of inputs that go together, some of them strong. */
  function hessianOfInputs(columns: number): Float64Array {
    const strength = Array.from({ length: columns }, (_, at) => (at % 7 === 3 ? 6 : 1));
    const hessian = new Float64Array(columns * columns);
    for (let token = 0; token < 3 * columns; token++) {
      const shared = random.normal();
      const x = strength.map((width) => width * (random.normal() + shared));
      for (let a = 0; a < columns; a++)
        for (let b = 0; b < columns; b++)
          hessian[a * columns + b] = (hessian[a * columns + b] as number) + 2 * (x[a] as number) * (x[b] as number);
    }
    return hessian;
  }

  it.each([
    [8, 72],
    [5, 64],
    [3, 40],
    [16, 33],
  ])("has less than two thirds of the output error of rounding by least squares: %i × %i", (rows, columns) => {
    const shape = { rows, columns };
    const hessian = hessianOfInputs(columns);
    const weights = Float32Array.from({ length: rows * columns }, () => 0.05 * random.normal());
    const kept = weights.slice();
    const encoded = gptqEncoder(hessian, columns)(weights, rows);
    expect(weights).toEqual(kept);
    for (const [name, part] of Object.entries(schemeOf(gptqForm).parts(shape)))
      expect(the(encoded[name]).byteLength, name).toBe(byteLength(part.dtype, part.shape));
    const held = decodeForm(gptqForm, encoded, shape);
    const rounded = decode("int4-asym", encode("int4-asym", weights, shape), shape);
    expect(outputError(held, weights, Float32Array.from(hessian), columns)).toBeLessThan(
      (2 / 3) * outputError(rounded, weights, Float32Array.from(hessian), columns),
    );
    // Neither the unit of the inputs nor how many of them there were matters.
    expect(
      gptqEncoder(
        hessian.map((value) => value / 1024),
        columns,
      )(weights, rows),
    ).toEqual(encoded);
  });

  it("keeps zeros, and holds what float16 has hardly a scale for", () => {
    const hessian = hessianOfInputs(32);
    const encode1 = gptqEncoder(hessian, 32);
    expect(decodeForm(gptqForm, encode1(new Float32Array(64), 2), { rows: 2, columns: 32 }).every((value) => value === 0)).toBe(true);
    const tiny = Float32Array.from({ length: 32 }, () => 1e-8 * random.normal());
    const back = decodeForm(gptqForm, encode1(tiny, 1), { rows: 1, columns: 32 });
    for (const [at, value] of back.entries()) expect(Math.abs(value - (tiny[at] as number))).toBeLessThan(1.3e-7);
  });

  it("refuses weights beyond float16", async () => {
    const failure = await failureOf(() => gptqEncoder(hessianOfInputs(4), 4)(Float32Array.of(1, 2, 3, 70_000), 1));
    expect(failure).toMatchObject({ code: "model/float16-range" });
  });
});

describe("least squares with the importance of columns", () => {
  const errorOf = (weights: Float32Array, importance: Float64Array, scale: number, zero: number): number =>
    weights.reduce((sum, weight, at) => {
      const code = Math.max(0, Math.min(15, Math.round(weight / scale + zero)));
      return sum + (importance[at] as number) * (weight - (code - zero) * scale) ** 2;
    }, 0);

  it("comes within 3% of the least error over 2,000 steps and all zero points", () => {
    const random = seededRandom(6);
    let [found, least] = [0, 0];
    for (let round = 0; round < 12; round++) {
      const weights = Float32Array.from({ length: 32 }, () => random.normal());
      const importance = Float64Array.from({ length: 32 }, () => Math.exp(1.5 * random.normal()));
      const { scale, zero } = fitWeighted(weights, importance, 0, 32);
      found += errorOf(weights, importance, scale, zero);
      let best = Infinity;
      for (let at = 0; at < 2000; at++)
        for (let z = 0; z < 16; z++) best = Math.min(best, errorOf(weights, importance, 0.1 * 6 ** (at / 2000), z));
      least += best;
    }
    expect(found).toBeLessThanOrEqual(1.03 * least);
  });
});
