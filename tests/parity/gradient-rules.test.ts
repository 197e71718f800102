// Every row of the gradient table against central finite differences, on every engine. The table below has a case per
// operation; the compiler refuses an operation without one.
import { expect, it } from "vitest";
import { seededRandom } from "../../src/base/random.ts";
import { elementCount, type Shape } from "../../src/base/tensor.ts";
import { GraphBuilder } from "../../src/graph/builder.ts";
import { backward } from "../../src/graph/grad/backward.ts";
import type { Graph } from "../../src/graph/ir.ts";
import type { Value } from "../../src/graph/value.ts";
import type { OpName } from "../../src/graph/ops.ts";
import { quantizeInt4 } from "../../src/model/quantization/int4-codes.ts";
import { readFloats, type DeviceTensor, type Engine } from "../../src/runtime/engine.ts";
import { describeEngines, engineOf } from "../support/engines.ts";
import { largestDifference } from "../support/goldens.ts";

interface Case {
  /** Shapes of the float inputs that are differentiated. */
  readonly wrt: readonly Shape[];
  readonly build: (g: GraphBuilder, x: readonly Value[]) => Value;
  /** Inputs that are not differentiated. */
  readonly fixed?: (engine: Engine) => Record<string, DeviceTensor>;
  readonly positive?: boolean;
}

const index = (engine: Engine, name: string, values: readonly number[]) => ({
  [name]: engine.upload("int32", [values.length], Int32Array.from(values)),
});
const codes = quantizeInt4(randoms(6 * 40, 7, false), 6, 40);

const cases: { readonly [K in OpName]: readonly Case[] } = {
  add: [{ wrt: [[3, 4], [4]], build: (g, [a, b]) => g.add(the(a), the(b)) }],
  sub: [
    {
      wrt: [
        [3, 1],
        [3, 4],
      ],
      build: (g, [a, b]) => g.sub(the(a), the(b)),
    },
  ],
  mul: [
    {
      wrt: [
        [2, 3, 4],
        [3, 1],
      ],
      build: (g, [a, b]) => g.mul(the(a), the(b)),
    },
  ],
  div: [
    {
      wrt: [
        [3, 4],
        [3, 4],
      ],
      positive: true,
      build: (g, [a, b]) => g.div(the(a), the(b)),
    },
  ],
  neg: [{ wrt: [[5]], build: (g, [a]) => g.neg(the(a)) }],
  exp: [{ wrt: [[2, 5]], build: (g, [a]) => g.exp(the(a)) }],
  sqrt: [{ wrt: [[2, 5]], positive: true, build: (g, [a]) => g.sqrt(the(a)) }],
  sigmoid: [{ wrt: [[2, 5]], build: (g, [a]) => g.sigmoid(the(a)) }],
  matmul: [
    {
      wrt: [
        [2, 3, 4],
        [2, 4, 5],
      ],
      build: (g, [a, b]) => g.matmul(the(a), the(b)),
    },
  ],
  gemm: [
    { wrt: [[3, 4], [4, 5], [5]], build: (g, [a, b, c]) => g.gemm(the(a), the(b), { alpha: 0.5, plus: the(c) }) },
    {
      wrt: [
        [4, 3],
        [5, 4],
        [3, 5],
      ],
      build: (g, [a, b, c]) => g.gemm(the(a), the(b), { transA: true, transB: true, plus: the(c) }),
    },
    {
      wrt: [
        [3, 4],
        [5, 4],
      ],
      build: (g, [a, b]) => g.gemm(the(a), the(b), { transB: true, alpha: 2 }),
    },
    {
      wrt: [
        [4, 3],
        [4, 5],
      ],
      build: (g, [a, b]) => g.gemm(the(a), the(b), { transA: true }),
    },
  ],
  reduceSum: [{ wrt: [[2, 3, 4]], build: (g, [a]) => g.reduceSum(the(a), [0, 2]) }],
  reduceMean: [{ wrt: [[2, 3, 4]], build: (g, [a]) => g.reduceMean(the(a), [1]) }],
  reshape: [{ wrt: [[2, 6]], build: (g, [a]) => g.reshape(the(a), [3, 4]) }],
  transpose: [{ wrt: [[2, 3, 4]], build: (g, [a]) => g.transpose(the(a), [2, 0, 1]) }],
  concat: [
    {
      wrt: [
        [2, 3],
        [2, 1],
        [2, 2],
      ],
      build: (g, parts) => g.concat(parts, 1),
    },
  ],
  split: [{ wrt: [[7, 2]], build: (g, [a]) => g.mul(the(g.split(the(a), [3, 3, 1])[0]), the(g.split(the(a), [3, 3, 1])[1])) }],
  slice: [{ wrt: [[4, 5]], build: (g, [a]) => g.slice(the(a), 1, 1, 4) }],
  expand: [{ wrt: [[3, 1]], build: (g, [a]) => g.expand(the(a), [2, 3, 4]) }],
  softmax: [{ wrt: [[3, 6]], build: (g, [a]) => g.softmax(the(a)) }],
  rmsNorm: [{ wrt: [[3, 8], [8]], build: (g, [a, w]) => g.rmsNorm(the(a), the(w), 1e-5) }],
  rotary: [
    {
      wrt: [[1, 3, 16]],
      build: (g, [x]) =>
        g.rotary(the(x), g.input("positions", "int64", [1, 3]), g.input("cos", "float32", [4, 4]), g.input("sin", "float32", [4, 4]), 2),
      fixed: (engine) => ({
        positions: engine.upload("int64", [1, 3], BigInt64Array.from([0n, 2n, 3n])),
        cos: engine.upload(
          "float32",
          [4, 4],
          Float32Array.from({ length: 16 }, (_, at) => Math.cos(at * 0.3)),
        ),
        sin: engine.upload(
          "float32",
          [4, 4],
          Float32Array.from({ length: 16 }, (_, at) => Math.sin(at * 0.3)),
        ),
      }),
    },
  ],
  // 40 columns: the second block of a row is not full.
  matmul4Bits: [
    {
      wrt: [[3, 40]],
      build: (g, [x]) =>
        g.matmul4Bits(the(x), g.input("codes", "uint8", [6, 2, 16]), g.input("scales", "float32", [12]), { n: 6, k: 40, block: 32 }),
      fixed: (engine) => ({ codes: engine.upload("uint8", [6, 2, 16], codes.codes), scales: engine.upload("float32", [12], codes.scales) }),
    },
  ],
  // A frozen weight: differentiated with respect to what it is multiplied with.
  dequantize4Bits: [
    {
      wrt: [[3, 64]],
      build: (g, [x]) => {
        const packed = g.input("codes", "uint8", [6, 2, 16]);
        return g.gemm(the(x), g.dequantize4Bits(g.view(packed, "uint4", [6, 64]), g.input("scales", "float32", [6, 2]), 32), {
          transB: true,
        });
      },
      fixed: (engine) => ({
        codes: engine.upload("uint8", [6, 2, 16], codes.codes),
        scales: engine.upload("float32", [6, 2], codes.scales),
      }),
    },
  ],
  // A row named twice, so that its gradients must add up.
  gatherRows: [
    {
      wrt: [[4, 3]],
      build: (g, [x]) => g.gatherRows(the(x), g.input("index", "int32", [3])),
      fixed: (engine) => index(engine, "index", [2, 0, 2]),
    },
  ],
  oneHot: [
    {
      wrt: [[3, 5]],
      build: (g, [x]) => g.mul(the(x), g.oneHot(g.input("index", "int32", [3]), 5)),
      fixed: (engine) => index(engine, "index", [4, 0, 2]),
    },
  ],
  tokenLogProb: [
    {
      wrt: [[3, 6]],
      build: (g, [x]) => g.tokenLogProb(the(x), g.input("labels", "int32", [3])),
      fixed: (engine) => index(engine, "labels", [5, 0, 3]),
    },
  ],
};

describeEngines("gradient rules", ["reference", "wasm", "webgpu"], (name) => {
  for (const [op, list] of Object.entries(cases)) {
    for (const [at, testCase] of list.entries()) {
      it(`${op} ${at}`, async () => {
        const engine = await engineOf(name);
        const seed = op.length * 100 + at;
        if (name !== "reference") {
          const [own, oracle] = [await valueOf(engine, testCase, seed), await valueOf(await engineOf("reference"), testCase, seed)];
          expect(largestDifference(own, oracle), `value, seed ${seed}`).toBeLessThan(1e-4);
        }
        const worst = await worstDifference(engine, testCase, seed);
        // float32 engines lose digits in the difference quotient; the float64 one shows that the rule is exact.
        expect(worst, `seed ${seed}`).toBeLessThan(name === "reference" ? 1e-7 : 2e-3);
      });
    }
  }
});

/** Largest |analytic − numeric| relative to the largest gradient, over all inputs. */
async function worstDifference(engine: Engine, { wrt, build, fixed, positive = false }: Case, seed: number): Promise<number> {
  const g = new GraphBuilder();
  const x = wrt.map((shape, at) => g.input(`x${at}`, "float32", shape));
  const y = build(g, x);
  const dy = g.input("dy", "float32", y.shape);
  const value = g.finish("value", { y });
  const gradients = backward(g, [{ value: y, gradient: dy }], x);
  const graph = g.finish("gradient", Object.fromEntries(gradients.map((gradient, at) => [`d${at}`, gradient])));
  const data = wrt.map((shape, at) => randoms(elementCount(shape), seed + at, positive));
  const weights = randoms(elementCount(y.shape), seed + 50, false);
  const rest = fixed?.(engine) ?? {};
  const feeds = (inputs: readonly Float32Array[]) => ({
    ...rest,
    ...Object.fromEntries(inputs.map((input, at) => [`x${at}`, engine.upload("float32", the(wrt[at]), input)])),
  });
  const analytic = await run(engine, graph, { ...feeds(data), dy: engine.upload("float32", y.shape, weights) });
  const program = await engine.compile(value);
  const evaluate = async (inputs: readonly Float32Array[]): Promise<number> => {
    const out = await engine.read(the((await engine.run(program, feeds(inputs)))["y"]));
    return weights.reduce((sum, weight, at) => sum + weight * Number(out[at]), 0);
  };
  const step = engine.kind === "reference" ? 2 ** -14 : 2 ** -7;
  let worst = 0;
  for (const [input, values] of data.entries()) {
    const exact = the(analytic[`d${input}`]);
    const scale = Math.max(1e-3, ...exact.map(Math.abs));
    for (const element of values.keys()) {
      const shifted = (by: number) => data.map((array, at) => (at === input ? array.map((v, i) => (i === element ? v + by : v)) : array));
      // Fourth-order central difference, so that the step may be large enough for float32.
      const [a, b, c, d] = [
        await evaluate(shifted(2 * step)),
        await evaluate(shifted(step)),
        await evaluate(shifted(-step)),
        await evaluate(shifted(-2 * step)),
      ];
      const numeric = (-a + 8 * b - 8 * c + d) / (12 * step);
      worst = Math.max(worst, Math.abs(numeric - the(exact[element])) / scale);
    }
  }
  program.dispose();
  return worst;
}

async function valueOf(engine: Engine, { wrt, build, fixed, positive = false }: Case, seed: number): Promise<Float32Array> {
  const g = new GraphBuilder();
  const y = build(
    g,
    wrt.map((shape, at) => g.input(`x${at}`, "float32", shape)),
  );
  const inputs = wrt.map((shape, at) => [`x${at}`, engine.upload("float32", shape, randoms(elementCount(shape), seed + at, positive))]);
  const { y: value } = await run(engine, g.finish("value", { y }), { ...Object.fromEntries(inputs), ...fixed?.(engine) });
  return the(value);
}

async function run(engine: Engine, graph: Graph, feeds: Record<string, DeviceTensor>): Promise<Record<string, Float32Array>> {
  const program = await engine.compile(graph);
  const results = await engine.run(program, feeds);
  const out: Record<string, Float32Array> = {};
  for (const [name, tensor] of Object.entries(results)) out[name] = (await readFloats(engine, tensor)).slice();
  program.dispose();
  return out;
}

function randoms(count: number, seed: number, positive: boolean): Float32Array {
  const random = seededRandom(seed);
  return Float32Array.from({ length: count }, () => (positive ? 0.5 + random.uniform() : random.normal()));
}

function the<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("missing");
  return value;
}
