// Every quantization on every engine: a product and its gradient are those of the dequantized matrix, computed on the host;
// the reference products; and a matrix in pieces is the matrix.
import { expect, it } from "vitest";
import { seededRandom } from "../../src/base/random.ts";
import { ownQuantizations } from "../../src/config/quantizations.ts";
import { GraphBuilder } from "../../src/graph/builder.ts";
import { backward } from "../../src/graph/grad/backward.ts";
import { piecesOf, type Piece } from "../../src/model/quantization/pieces.ts";
import type { MatrixForm } from "../../src/model/quantization/forms.ts";
import { quantizers } from "../../src/model/quantization/quantizers.ts";
import type { EncodedMatrix, MatrixShape } from "../../src/model/quantization/scheme.ts";
import { frozenProduct } from "../../src/model/stages/frozen-matrix.ts";
import { disposeAll, readFloats, type DeviceTensor, type Engine, type TensorData } from "../../src/runtime/engine.ts";
import { describeEngines, engineOf } from "../support/engines.ts";
import { quantBytes, quantGolden, relativeError } from "../support/goldens.ts";
import { publishedForms, publishedNames } from "../support/published-forms.ts";
import { decodeForm, encode, placedForm, randomEncoded, upload } from "../support/quantize.ts";
import { the } from "../support/the.ts";
import { english } from "../support/words.ts";

const tokens = 5;

interface HeldPiece extends Piece {
  readonly encoded: EncodedMatrix;
}

/** Product and gradient of x with a matrix in the given pieces. */
async function compute(
  engine: Engine,
  form: MatrixForm,
  shape: MatrixShape,
  pieces: readonly HeldPiece[],
  [x, dy]: readonly [Float32Array, Float32Array],
): Promise<{ y: Float32Array; dx: Float32Array }> {
  const g = new GraphBuilder();
  const input = g.input("x", "float32", [tokens, shape.columns]);
  const y = frozenProduct(g, placedForm(form, engine), "w", shape, input, g.input("plus", "float32", [shape.rows]), pieces);
  const [dx] = backward(g, [{ value: y, gradient: g.input("dy", "float32", [tokens, shape.rows]) }], [input]);
  const program = await engine.compile(g.finish("product", { y, dx: the(dx) }));
  const feeds: Record<string, DeviceTensor> = {
    x: engine.upload("float32", [tokens, shape.columns], x),
    dy: engine.upload("float32", [tokens, shape.rows], dy),
    plus: engine.upload("float32", [shape.rows], new Float32Array(shape.rows)),
  };
  for (const piece of pieces) Object.assign(feeds, upload(engine, piece.name, form, piece.shape, piece.encoded));
  const results = await engine.run(program, feeds);
  const out = { y: (await readFloats(engine, the(results["y"]))).slice(), dx: (await readFloats(engine, the(results["dx"]))).slice() };
  disposeAll(feeds);
  disposeAll(results);
  program.dispose();
  return out;
}

/** A matrix that is held whole. */
const whole = (shape: MatrixShape, encoded: EncodedMatrix): readonly HeldPiece[] => [{ name: "w", shape, encoded }];

/** Product and gradient against float64 with the numbers that the form stands for. */
async function expectDecoded(engine: Engine, form: MatrixForm, shape: MatrixShape, pieces: readonly HeldPiece[]): Promise<void> {
  const { rows, columns } = shape;
  const [x, dy] = [randoms(tokens * columns, 2), randoms(tokens * rows, 3)];
  const back = Float32Array.from(pieces.flatMap((piece) => [...decodeForm(form, piece.encoded, piece.shape)]));
  const own = await compute(engine, form, shape, pieces, [x, dy]);
  expect(relativeError(own.y, product(x, back, [tokens, rows, columns], true))).toBeLessThan(2e-6);
  expect(relativeError(own.dx, product(dy, back, [tokens, columns, rows], false))).toBeLessThan(2e-6);
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
  for (const quantization of ownQuantizations) {
    // Odd and even numbers of blocks, whole blocks and padded ones, rows that end inside a byte's or a block's run.
    it.for([
      [64, 128],
      [24, 96],
      [33, 40],
      [7, 45],
      [300, 132],
    ])(`${quantization} is that of the numbers it stands for, and so is its gradient: %j`, async ([rows = 0, columns = 0], { skip }) => {
      const engine = await engineOf(name);
      if (quantization === "f16" && !engine.hasFloat16) {
        console.warn(`SKIPPED f16 on ${english.text(engine.description)}: it has no float16`);
        skip();
      }
      const shape = { rows, columns };
      const encoded = encode(quantization, randoms(rows * columns, rows), shape);
      await expectDecoded(engine, quantizers[quantization].form, shape, whole(shape, encoded));
    });
  }

  // Widths of one, two and an odd number of spans of 256.
  it.each(
    publishedNames.flatMap((form) =>
      [
        [24, 256],
        [7, 768],
      ].map(([rows = 0, columns = 0]) => [form, rows, columns] as const),
    ),
  )("%s is that of the numbers it stands for, and so is its gradient: %i × %i", async (form, rows, columns) => {
    const shape = { rows, columns };
    await expectDecoded(await engineOf(name), publishedForms[form], shape, whole(shape, randomEncoded(publishedForms[form], shape, rows)));
  });

  it("scales on two levels need no whole span of 256", async () => {
    const [form, shape] = [publishedForms.Q2_K, { rows: 10, columns: 576 }];
    await expectDecoded(await engineOf(name), form, shape, whole(shape, randomEncoded(form, shape, 3)));
  });

  it.each([
    ["int4", "ort_int4_sym_b32", { codes: "packed", scales: "scales" }],
    ["int4-asym", "ort_int4_asym_b32", { codes: "packed", scales: "scales", zeros: "zero_points_packed" }],
    ["nf4", "nf4_b64", { codes: "packed_bnb", absmax: "absmax" }],
  ] as const)("%s with the reference's codes gives the reference's product", async (quantization, tag, parts) => {
    const [x, y] = [await quantGolden("x"), await quantGolden(`${tag}.y`)];
    const encoded: Record<string, TensorData> = {};
    for (const [part, stored] of Object.entries(parts)) {
      const isFloat = part === "scales" || part === "absmax";
      encoded[part] = isFloat ? await quantGolden(`${tag}.${stored}`) : await quantBytes(`${tag}.${stored}`);
    }
    const shape = { rows: 128, columns: 96 };
    const data = [x, randoms(tokens * 128, 1)] as const;
    const own = await compute(await engineOf(name), quantizers[quantization].form, shape, whole(shape, encoded), data);
    expect(relativeError(own.y, y)).toBeLessThan(1e-6);
  });

  it.each(["int4", "int4-asym-b64", "nf4-dq", "int8", "none"] as const)("%s in pieces is joined in order", async (quantization) => {
    const shape = { rows: 150, columns: 64 };
    const weights = randoms(shape.rows * shape.columns, 5);
    const pieces = piecesOf("w", shape, 64 * 64);
    expect(pieces.map((piece) => piece.shape.rows)).toEqual([64, 64, 22]);
    // Only the scales of double quantization look over the whole of what they are given: their mean is a piece's.
    const held = pieces.map((piece, at) => {
      const rows = weights.slice(at * 64 * 64, at * 64 * 64 + piece.shape.rows * 64);
      return { ...piece, encoded: encode(quantization, rows, piece.shape) };
    });
    await expectDecoded(await engineOf(name), quantizers[quantization].form, shape, held);
  });
});
