// Products of rounded rows, on the engine that computes them: the reference's to a step of the finer part, whatever the shape; where a
// number is not finite, neither is what is made of it; and a model that answers by them gives the reference engine's logits.
import { describe, expect, it } from "vitest";
import { blobSource } from "../../src/base/byte-source.ts";
import { seededRandom } from "../../src/base/random.ts";
import { openSizes } from "../../src/base/tensor.ts";
import { Decoder } from "../../src/generate/decoder.ts";
import { DecoderPrograms } from "../../src/generate/decoder-programs.ts";
import { Residents } from "../../src/generate/residents.ts";
import { GraphBuilder } from "../../src/graph/builder.ts";
import { openSafetensors, readTensor } from "../../src/interchange/safetensors.ts";
import { parseModelConfig } from "../../src/model/architectures.ts";
import { encodeRows } from "../../src/model/quantization/rows-form.ts";
import type { TensorReader } from "../../src/model/tensor-reader.ts";
import { frozenProduct } from "../../src/model/stages/frozen-matrix.ts";
import { loadModel } from "../../src/model/weights.ts";
import { readFloats, type Engine } from "../../src/runtime/engine.ts";
import { engineOf } from "../support/engines.ts";
import { largestDifference } from "../support/goldens.ts";
import { oddModels } from "../support/odd-models.ts";
import { upload } from "../support/quantize.ts";
import { the } from "../support/the.ts";
import { tinyWeights } from "../support/tiny-model.ts";

const random = seededRandom(11);
const numbers = (count: number): Float32Array =>
  Float32Array.from({ length: count }, () => random.normal() * (random.uniform() < 0.03 ? 40 : 1));

const cases = [
  [1, 5, 13, 3],
  [2, 96, 64, 1],
  [2, 77, 130, 70],
  [1, 77, 131, 33],
  [2, 33, 577, 2],
] as const;

type Compute = (engine: Engine, x: Float32Array) => Promise<Float32Array>;

function productOf(parts: 1 | 2, rows: number, columns: number): { readonly compute: Compute; readonly step: number } {
  const form = { kind: "rows", activationParts: parts } as const;
  const [shape, weights] = [{ rows, columns }, numbers(rows * columns)];
  const encoded = encodeRows(shape, (row, target, at) => target.set(weights.subarray(row * columns, (row + 1) * columns), at));
  const g = new GraphBuilder();
  const graph = g.finish("product", { y: frozenProduct(g, form, "w", shape, g.input("x", "float32", [openSizes.rows, columns])) });
  const compute: Compute = async (engine, x) => {
    const program = await engine.compile(graph);
    const feeds = { x: engine.upload("float32", [x.length / columns, columns], x), ...upload(engine, "w", form, shape, encoded) };
    const y = (await readFloats(engine, the((await engine.run(program, feeds))["y"]))).slice();
    program.dispose();
    return y;
  };
  // What one code more or less of the greatest weight makes, where both engines round a tie.
  return { compute, step: Math.max(...weights.map(Math.abs)) / 127 / 254 ** (parts - 1) };
}

describe("a product of rounded rows", () => {
  it.each(cases)("in %d part(s), %d × %d, of %d rows", async (parts, rows, columns, tokens) => {
    const { compute, step } = productOf(parts, rows, columns);
    const x = numbers(tokens * columns);
    if (tokens > 2) x.fill(0, columns, 2 * columns);
    const [own, expected] = [await compute(await engineOf("wasm"), x), await compute(await engineOf("reference"), x)];
    const greatest = Math.max(...x.map(Math.abs));
    expect(largestDifference(own, expected)).toBeLessThan(step * greatest * 1.5 + 1e-6 * Math.max(...expected.map(Math.abs)));
    if (tokens > 2) expect([...own.subarray(rows, 2 * rows)].every((value) => value === 0)).toBe(true);
  });

  it.each([NaN, Infinity, -Infinity])("never hides a %d, wherever it stands", async (bad) => {
    const { compute } = productOf(2, 9, 21);
    for (let at = 21; at < 42; at++) {
      const own = await compute(await engineOf("wasm"), numbers(42).with(at, bad));
      expect(own.subarray(0, 9).every(Number.isFinite)).toBe(true);
      expect(own.subarray(9).some(Number.isFinite), `at ${at}`).toBe(false);
    }
  });
});

async function open(engine: Engine, name: string) {
  const config = the(oddModels[name]);
  const weights = await openSafetensors(blobSource("odd", new Blob([tinyWeights(config)])));
  const shapes = new Map([...weights.tensors].map(([tensor, { shape }]) => [tensor, shape]));
  const reader = { shapes, read: (...range: Parameters<TensorReader["read"]>) => readTensor(weights, ...range) };
  return loadModel(engine, parseModelConfig(config), reader, { quantization: "int4" });
}

it.each(Object.keys(oddModels))("%s answers as on the reference engine, prompt and tokens", async (name) => {
  const logits = async (engine: Engine): Promise<readonly Float32Array[]> => {
    const model = await open(engine, name);
    const residents = new Residents(model, Infinity, 0);
    expect(residents.rounds(null)).toBe(true);
    const programs = new DecoderPrograms(model, null, residents);
    using decoder = new Decoder(programs, 8, null);
    const found = [(await decoder.read([5, 17, 3, 60, 2])).slice(), (await decoder.read([9])).slice(), (await decoder.read([44])).slice()];
    await programs.dispose();
    await residents.dispose();
    model.dispose();
    return found;
  };
  const [own, expected] = [await logits(await engineOf("wasm")), await logits(await engineOf("reference"))];
  for (const [at, of] of own.entries()) {
    const greatest = Math.max(...the(expected[at]).map(Math.abs));
    // A code of the finer part is 3e-5 of the greatest number of its row, and float32 rounds a tie otherwise now and then.
    expect(largestDifference(of, the(expected[at])) / greatest, `token ${at}`).toBeLessThan(1e-3);
    expect(of.indexOf(Math.max(...of))).toBe(the(expected[at]).indexOf(Math.max(...the(expected[at]))));
  }
});
