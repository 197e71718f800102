// Claim: codes with a scale per row are the nearest of that scale, whatever the shape; what is multiplied by them is rounded row by row, to
// 8 bits or to twice as many, no row by another; and a product is that of the rounded numbers.
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../src/base/random.ts";
import { GraphBuilder } from "../../src/graph/builder.ts";
import { encodeRows, rowsScheme } from "../../src/model/quantization/rows-form.ts";
import type { RowsForm } from "../../src/model/quantization/forms.ts";
import type { MatrixShape } from "../../src/model/quantization/scheme.ts";
import { frozenProduct } from "../../src/model/stages/frozen-matrix.ts";
import { readFloats } from "../../src/runtime/engine.ts";
import { createReferenceEngine } from "../../src/runtime/reference/reference-engine.ts";
import { decodeForm } from "../support/decode-form.ts";
import { upload } from "../support/quantize.ts";
import { the } from "../support/the.ts";

const form = (activationParts: 1 | 2): RowsForm => ({ kind: "rows", activationParts });
const shapes: readonly MatrixShape[] = [
  { rows: 1, columns: 1 },
  { rows: 70, columns: 33 },
  { rows: 31, columns: 7 },
  { rows: 96, columns: 64 },
];

function numbers(count: number, seed: number): Float32Array {
  const random = seededRandom(seed);
  // Some far out, as activations have them.
  return Float32Array.from({ length: count }, () => random.normal() * (random.uniform() < 0.02 ? 60 : 1));
}

function encoded(weights: Float32Array, shape: MatrixShape) {
  return encodeRows(shape, (row, target, at) => target.set(weights.subarray(row * shape.columns, (row + 1) * shape.columns), at));
}

async function product(parts: 1 | 2, x: Float32Array, weights: Float32Array, shape: MatrixShape): Promise<Float64Array> {
  const tokens = x.length / shape.columns;
  const engine = createReferenceEngine();
  const g = new GraphBuilder();
  const y = frozenProduct(g, form(parts), "w", shape, g.input("x", "float32", [tokens, shape.columns]));
  const program = await engine.compile(g.finish("product", { y }));
  const feeds = {
    x: engine.upload("float32", [tokens, shape.columns], x),
    ...upload(engine, "w", form(parts), shape, encoded(weights, shape)),
  };
  return Float64Array.from(await readFloats(engine, the((await engine.run(program, feeds))["y"])));
}

/** Rows times the transpose of a matrix, in float64. */
function multiplied(x: ArrayLike<number>, weights: ArrayLike<number>, { rows, columns }: MatrixShape): Float64Array {
  return Float64Array.from({ length: (x.length / columns) * rows }, (_, at) => {
    let sum = 0;
    for (let k = 0; k < columns; k++) sum += the(x[Math.floor(at / rows) * columns + k]) * the(weights[(at % rows) * columns + k]);
    return sum;
  });
}

describe.each(shapes)("a matrix of $rows × $columns", (shape) => {
  const { rows, columns } = shape;
  const weights = numbers(rows * columns, 3);
  weights.fill(0, (rows - 1) * columns);
  if (rows === 1) weights[0] = -2;
  const parts = encoded(weights, shape);

  it("is held within half a step of its row and column, zeros as zeros", () => {
    const back = decodeForm(form(2), shape, parts);
    for (let row = 0; row < rows; row++) {
      const [own, held] = [weights.subarray(row * columns, (row + 1) * columns), back.subarray(row * columns, (row + 1) * columns)];
      for (const [at, value] of own.entries()) {
        const step = the(parts.scales[row]) * the(parts.factors[at]);
        expect(Math.abs(value - the(held[at]))).toBeLessThanOrEqual(0.501 * step);
        expect(Math.abs(value)).toBeLessThanOrEqual(127.01 * step);
        if (value === 0) expect(the(held[at])).toBe(0);
      }
    }
  });

  it("reads its rows back as it was written down to", () => {
    const back = decodeForm(form(1), shape, parts);
    const target = new Float32Array(columns + 2).fill(7);
    for (let row = 0; row < rows; row++) {
      rowsScheme(form(1)).decodeRow(parts, shape, row, target, 1);
      expect([...target]).toEqual([7, ...back.subarray(row * columns, (row + 1) * columns), 7]);
    }
  });

  it.each([
    [1, 1 / 254],
    [2, 1 / 254 / 254],
  ] as const)("is multiplied by rows in %d parts, rounded within half a step", async (count, half) => {
    const x = numbers(3 * columns, 8);
    // A row of zeros has no greatest value.
    x.fill(0, columns, 2 * columns);
    const held = decodeForm(form(count), shape, parts);
    const own = await product(count, x, weights, shape);
    const exact = multiplied(x, held, shape);
    // In units of the columns' factors, which what is multiplied takes before it is rounded.
    const taken = x.map((value, at) => Math.abs(value * the(parts.factors[at % columns])));
    const greatest = taken.map((_, at) => Math.max(...taken.subarray(Math.floor(at / columns) * columns).subarray(0, columns)));
    const total = multiplied(
      greatest,
      held.map((value, at) => Math.abs(value / the(parts.factors[at % columns]))),
      shape,
    );
    for (const [at, value] of own.entries()) expect(Math.abs(value - the(exact[at]))).toBeLessThanOrEqual(half * the(total[at]) * 1.0001);
    expect([...own.subarray(rows, 2 * rows)].every((value) => value === 0)).toBe(true);
  });
});

it("columns are balanced: where some are large, the others keep their precision", () => {
  const shape = { rows: 40, columns: 64 };
  const random = seededRandom(7);
  const weights = Float32Array.from({ length: 40 * 64 }, (_, at) => random.normal() * (at % 64 < 3 ? 30 : 1));
  const back = decodeForm(form(2), shape, encoded(weights, shape));
  const small = [...weights.keys()].filter((at) => at % 64 >= 3);
  const error = Math.hypot(...small.map((at) => the(back[at]) - the(weights[at]))) / Math.hypot(...small.map((at) => the(weights[at])));
  // By the greatest of each row alone, steps would be of some 60 / 127.
  expect(error).toBeLessThan(0.03);
});

it("a row's product depends on no other row", async () => {
  const shape = { rows: 9, columns: 21 };
  const [weights, x] = [numbers(189, 1), numbers(42, 2)];
  const together = await product(1, x, weights, shape);
  const alone = await product(1, x.subarray(21), weights, shape);
  expect([...alone]).toEqual([...together.subarray(9)]);
});
