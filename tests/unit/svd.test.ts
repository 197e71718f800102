// Claim: the largest singular triples are LAPACK's, of wide and tall matrices, of values that stand many times, of matrices with fewer
// than are asked for; the same each time, with the signs that are promised.
import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../src/base/random.ts";
import { largestTriples, type SingularTriples } from "../../src/base/svd.ts";
import { readTensor } from "../../src/interchange/safetensors.ts";
import { jsonOf, rootPath, safetensorsOf } from "../support/files.ts";
import { relativeError } from "../support/goldens.ts";
import { the } from "../support/the.ts";

/** The matrix that the fixture's numbers are of. */
function congruential(count: number): Float32Array {
  let state = 1;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 8) / 2 ** 23 - 1;
  });
}

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, at) => sum + value * the(b[at]), 0);

/** Σ value · left · rightᵀ, [rows, columns]. */
function product({ values, left, right }: SingularTriples, rows: number, columns: number): Float64Array {
  const out = new Float64Array(rows * columns);
  for (const [at, value] of values.entries())
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++)
        out[row * columns + column] = the(out[row * columns + column]) + value * the(left[at]?.[row]) * the(right[at]?.[column]);
  return out;
}

function expectOrthonormal(vectors: readonly Float64Array[]): void {
  for (const [p, a] of vectors.entries())
    for (const [q, b] of vectors.entries()) expect(Math.abs(dot(a, b) - Number(p === q)), `${p}, ${q}`).toBeLessThan(1e-12);
}

/** U · diag(values) · Vᵀ with random orthonormal U and V, rounded to float32. */
function withValues(values: readonly number[], rows: number, columns: number): Float32Array {
  const random = seededRandom(4);
  const orthonormal = (length: number): Float64Array[] => {
    const out: Float64Array[] = [];
    while (out.length < values.length) {
      const fresh = Float64Array.from({ length }, () => random.normal());
      for (const other of [...out, ...out]) {
        const part = dot(other, fresh);
        for (let at = 0; at < length; at++) fresh[at] = the(fresh[at]) - part * the(other[at]);
      }
      const norm = Math.sqrt(dot(fresh, fresh));
      out.push(fresh.map((value) => value / norm));
    }
    return out;
  };
  return Float32Array.from(
    product({ values: Float64Array.from(values), left: orthonormal(rows), right: orthonormal(columns) }, rows, columns),
  );
}

describe("the largest singular triples", () => {
  it("are LAPACK's", async () => {
    const golden = jsonOf("tests/fixtures/svd.json") as Record<"left" | "right", number[][]> & { readonly values: number[] };
    const triples = await largestTriples(congruential(130 * 210), 130, 210, 6);
    for (const [at, value] of golden.values.entries()) {
      expect(Math.abs(the(triples.values[at]) / value - 1)).toBeLessThan(1e-9);
      for (const side of ["left", "right"] as const)
        expect(relativeError(the(triples[side][at]), the(golden[side][at]))).toBeLessThan(1e-6);
    }
  });

  it.each([
    [130, 210],
    [210, 130],
    [300, 150],
    [30, 40],
    [40, 7],
    [1, 5],
  ])("of a matrix of %i by %i are orthonormal, in order and what the matrix does", async (rows, columns) => {
    const matrix = congruential(rows * columns);
    const { values, left, right } = await largestTriples(matrix, rows, columns, 6);
    expect([values.length, left.length, right.length]).toEqual(Array.from({ length: 3 }, () => Math.min(rows, columns, 6)));
    expect([...values].toSorted((a, b) => b - a)).toEqual([...values]);
    expectOrthonormal(left);
    expectOrthonormal(right);
    for (const [at, value] of values.entries()) {
      const image = Float64Array.from({ length: rows }, (_, row) =>
        dot(Float64Array.from(matrix.subarray(row * columns, (row + 1) * columns)), the(right[at])),
      );
      expect(
        relativeError(
          image,
          the(left[at]).map((entry) => entry * value),
        ),
      ).toBeLessThan(1e-7);
      const largest = the(left[at]).reduce((best, entry) => (Math.abs(entry) > Math.abs(best) ? entry : best), 0);
      expect(largest).toBeGreaterThan(0);
    }
  });

  it.each<[string, number[]]>([
    ["that are known", [9, 7, 5, 3, 1, 0.5, 0.25, 0.1]],
    ["of which one stands twenty times", [...Array.from({ length: 20 }, () => 10), ...Array.from({ length: 60 }, (_, at) => 3 - at / 30)]],
    ["of a rank below what is asked for", [4, 2]],
    ["of a rank of one", [3]],
  ])("have values %s", async (_kind, given) => {
    for (const [rows, columns] of [
      [160, 140],
      [140, 400],
    ] as const) {
      const { values, left, right } = await largestTriples(withValues(given, rows, columns), rows, columns, 12);
      for (const [at, value] of values.entries()) expect(Math.abs(value - (given[at] ?? 0))).toBeLessThan(2e-6);
      expectOrthonormal(left);
      expectOrthonormal(right);
    }
  });

  it("of nothing are zeros, of the identity ones", async () => {
    const nothing = await largestTriples(new Float32Array(200 * 180), 200, 180, 3);
    expect([...nothing.values]).toEqual([0, 0, 0]);
    expectOrthonormal(nothing.left);
    const identity = Float32Array.from({ length: 200 * 200 }, (_, at) => Number(at % 201 === 0));
    for (const value of (await largestTriples(identity, 200, 200, 20)).values) expect(Math.abs(value - 1)).toBeLessThan(1e-12);
  });

  it("are the same each time, and can be stopped", async () => {
    const matrix = congruential(150 * 260);
    expect(await largestTriples(matrix, 150, 260, 8)).toEqual(await largestTriples(matrix, 150, 260, 8));
    let pauses = 0;
    const stop = async (): Promise<void> => {
      if (++pauses === 3) throw new Error("stopped");
    };
    await expect(largestTriples(matrix, 150, 260, 8, stop)).rejects.toThrow("stopped");
    expect(pauses).toBe(3);
  });
});

/** PiSSA of PEFT 0.21.2 on one layer of a tiny Llama: B · A, whose double is what the four largest triples make. */
const extra = "../shared/goldens/extra/extra.safetensors";
if (!existsSync(rootPath(extra))) console.warn("SKIPPED PiSSA of PEFT: ../shared is absent");

it.skipIf(!existsSync(rootPath(extra)))("give PEFT's PiSSA", async () => {
  const [goldens, weights] = [await safetensorsOf(extra), await safetensorsOf("tests/fixtures/goldens/llama_tied/model.safetensors")];
  const names = [...goldens.tensors.keys()].filter((name) => name.startsWith("pissa.BA."));
  expect(names.length).toBe(7);
  for (const name of names) {
    const [rows = 0, columns = 0] = the(goldens.tensors.get(name)).shape;
    const matrix = await readTensor(weights, `${name.slice("pissa.BA.".length)}.weight`);
    const found = product(await largestTriples(matrix, rows, columns, 4), rows, columns);
    const expected = (await readTensor(goldens, name)).map((value) => 2 * value);
    expect(relativeError(found, expected), name).toBeLessThan(1e-5);
  }
});
