// Every quantization on every engine: a product and its gradient are those of the dequantized matrix, computed on the host;
// the reference products; and a matrix in pieces is the matrix.
import { expect, it } from "vitest";
import { seededRandom } from "../../src/base/random.ts";
import { quantizations, type Quantization } from "../../src/config/quantizations.ts";
import { GraphBuilder } from "../../src/graph/builder.ts";
import { backward } from "../../src/graph/grad/backward.ts";
import { piecesOf, type Piece } from "../../src/model/quantization/pieces.ts";
import type { MatrixShape } from "../../src/model/quantization/scheme.ts";
import { frozenProduct } from "../../src/model/stages/frozen-matrix.ts";
import { disposeAll, readFloats, type DeviceTensor, type Engine } from "../../src/runtime/engine.ts";
import { describeEngines, engineOf } from "../support/engines.ts";
import { quantGolden, relativeError } from "../support/goldens.ts";
import { decode, encode, upload } from "../support/quantize.ts";
import { the } from "../support/the.ts";
import { english } from "../support/words.ts";

const tokens = 5;

/** Product and gradient of x with a matrix in the given pieces. */
async function compute(
  engine: Engine,
  quantization: Quantization,
  shape: MatrixShape,
  weights: Float32Array,
  [x, dy]: readonly [Float32Array, Float32Array],
  pieces: readonly Piece[] = piecesOf("w", shape),
): Promise<{ y: Float32Array; dx: Float32Array }> {
  const g = new GraphBuilder();
  const input = g.input("x", "float32", [tokens, shape.columns]);
  const y = frozenProduct(g, quantization, "w", shape, input, g.input("plus", "float32", [shape.rows]), pieces);
  const [dx] = backward(g, [{ value: y, gradient: g.input("dy", "float32", [tokens, shape.rows]) }], [input]);
  const program = await engine.compile(g.finish("product", { y, dx: the(dx) }));
  const feeds: Record<string, DeviceTensor> = {
    x: engine.upload("float32", [tokens, shape.columns], x),
    dy: engine.upload("float32", [tokens, shape.rows], dy),
    plus: engine.upload("float32", [shape.rows], new Float32Array(shape.rows)),
  };
  let row = 0;
  for (const piece of pieces) {
    const rows = weights.slice(row * shape.columns, (row + piece.shape.rows) * shape.columns);
    Object.assign(feeds, upload(engine, piece.name, quantization, piece.shape, encode(quantization, rows, piece.shape)));
    row += piece.shape.rows;
  }
  const results = await engine.run(program, feeds);
  const out = { y: (await readFloats(engine, the(results["y"]))).slice(), dx: (await readFloats(engine, the(results["dx"]))).slice() };
  disposeAll(feeds);
  disposeAll(results);
  program.dispose();
  return out;
}

/** a [m, k] times b [k, n], or b [n, k] transposed. */
function product(a: Float32Array, b: Float32Array, [m, n, k]: readonly [number, number, number], transposed: boolean): Float64Array {
  const out = new Float64Array(m * n);
  for (let row = 0; row < m; row++)
    for (let column = 0; column < n; column++)
      for (let at = 0; at < k; at++)
        out[row * n + column] = the(out[row * n + column]) + the(a[row * k + at]) * the(b[transposed ? column * k + at : at * n + column]);
  return out;
}

const randoms = (count: number, seed: number): Float32Array => {
  const random = seededRandom(seed);
  return Float32Array.from({ length: count }, () => random.normal());
};

describeEngines("quantized products", ["reference", "wasm", "webgpu"], (name) => {
  for (const quantization of quantizations) {
    // Odd and even numbers of blocks, whole blocks and padded ones, rows that end inside a byte's or a block's run.
    it.for([
      [64, 128],
      [24, 96],
      [33, 40],
      [7, 45],
      [300, 132],
    ])(`${quantization} is that of the dequantized matrix, and so is its gradient: %j`, async ([rows = 0, columns = 0], { skip }) => {
      const engine = await engineOf(name);
      if (quantization === "f16" && !engine.hasFloat16) {
        console.warn(`SKIPPED f16 on ${english.text(engine.description)}: it has no float16`);
        skip();
      }
      const shape = { rows, columns };
      const weights = randoms(rows * columns, rows);
      const [x, dy] = [randoms(tokens * columns, 2), randoms(tokens * rows, 3)];
      const back = decode(quantization, encode(quantization, weights, shape), shape);
      const own = await compute(engine, quantization, shape, weights, [x, dy]);
      expect(relativeError(own.y, product(x, back, [tokens, rows, columns], true))).toBeLessThan(1e-6);
      expect(relativeError(own.dx, product(dy, back, [tokens, columns, rows], false))).toBeLessThan(1e-6);
    });
  }

  it.each([
    ["int4", "ort_int4_sym_b32"],
    ["int4-asym", "ort_int4_asym_b32"],
    ["nf4", "nf4_b64"],
  ] as const)("%s reproduces the reference product", async (quantization, tag) => {
    const [weights, x, y] = [await quantGolden("W"), await quantGolden("x"), await quantGolden(`${tag}.y`)];
    const own = await compute(await engineOf(name), quantization, { rows: 128, columns: 96 }, weights, [x, randoms(tokens * 128, 1)]);
    expect(relativeError(own.y, y)).toBeLessThan(1e-6);
  });

  it.each(["int4", "int4-asym-b64", "nf4-dq", "int8", "none"] as const)("%s in pieces is joined in order", async (quantization) => {
    const engine = await engineOf(name);
    const shape = { rows: 150, columns: 64 };
    const weights = randoms(shape.rows * shape.columns, 5);
    const data = [randoms(tokens * 64, 2), randoms(tokens * 150, 3)] as const;
    const pieces = piecesOf("w", shape, 64 * 64);
    expect(pieces.map((piece) => piece.shape.rows)).toEqual([64, 64, 22]);
    // Only the scales of double quantization look over the whole of what they are given: their mean is a piece's.
    const back = Float32Array.from(
      pieces.flatMap(({ shape: own }, at) => {
        const rows = weights.slice(at * 64 * 64, at * 64 * 64 + own.rows * 64);
        return [...decode(quantization, encode(quantization, rows, own), own)];
      }),
    );
    const own = await compute(engine, quantization, shape, weights, data, pieces);
    expect(relativeError(own.y, product(data[0], back, [tokens, 150, 64], true))).toBeLessThan(1e-6);
    expect(relativeError(own.dx, product(data[1], back, [tokens, 64, 150], false))).toBeLessThan(1e-6);
  });
});
