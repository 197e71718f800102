// Every row of the gradient table against central finite differences, on every engine. The table below has a case per
// operation; the compiler refuses an operation without one.
import { expect, it } from "vitest";
import type { TrainedOp } from "../../src/graph/ops.ts";
import type { Engine } from "../../src/runtime/engine.ts";
import { describeEngines, engineOf } from "../support/engines.ts";
import { lackingFor, randoms, valueOf, worstDifference, type Case } from "../support/finite-differences.ts";
import { largestDifference } from "../support/goldens.ts";
import { the } from "../support/the.ts";
import { nBits, roundedRows } from "../support/product-cases.ts";
import { uploadRandom } from "../support/quantize.ts";
import { english } from "../support/words.ts";

const index = (engine: Engine, name: string, values: readonly number[]) => ({
  [name]: engine.upload("int32", [values.length], Int32Array.from(values)),
});

const cases: { readonly [K in TrainedOp]: readonly Case[] } = {
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
  maximum: [
    // Numbers between which a step of the difference quotient does not lead from one to the other.
    {
      wrt: [
        [3, 4],
        [3, 1],
      ],
      build: (g, [a, b]) => g.maximum(the(a), the(b)),
    },
    { wrt: [[2, 5]], build: (g, [a]) => g.maximum(the(a), g.float(0.25)) },
  ],
  neg: [{ wrt: [[5]], build: (g, [a]) => g.neg(the(a)) }],
  abs: [{ wrt: [[2, 5]], build: (g, [a]) => g.abs(the(a)) }],
  // Of numbers on both sides of zero, and of zero.
  sign: [{ wrt: [[2, 5]], build: (g, [a]) => g.add(g.sign(g.sub(the(a), the(a))), g.sign(the(a))) }],
  exp: [{ wrt: [[2, 5]], build: (g, [a]) => g.exp(the(a)) }],
  // No gradient of its own (tests/unit/graph.test.ts), so that here only the other factor has one.
  floor: [
    {
      wrt: [[4, 3]],
      build: (g, [x]) =>
        g.mul(the(x), g.floor(g.float(Float32Array.of(-1.5, -1, -0.25, 0, 0.75, 1, 1.25, 2, 2038.999, 3, -7.5, 6), [4, 3]))),
    },
  ],
  sqrt: [{ wrt: [[2, 5]], positive: true, build: (g, [a]) => g.sqrt(the(a)) }],
  sigmoid: [{ wrt: [[2, 5]], build: (g, [a]) => g.sigmoid(the(a)) }],
  tanh: [{ wrt: [[2, 5]], build: (g, [a]) => g.tanh(the(a)) }],
  erf: [{ wrt: [[2, 5]], build: (g, [a]) => g.erf(the(a)) }],
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
  split: [
    { wrt: [[7, 2]], build: (g, [a]) => g.mul(the(g.split(the(a), [3, 3, 1])[0]), the(g.split(the(a), [3, 3, 1])[1])) },
    // More parts than a shader may have buffers.
    { wrt: [[16, 2]], build: (g, [a]) => g.concat(g.split(the(a), [1, 3, 2, 2, 2, 2, 2, 2]).toReversed(), 0) },
    { wrt: [[2, 7]], build: (g, [a]) => g.mul(the(g.split(the(a), [3, 3, 1], 1)[0]), the(g.split(the(a), [3, 3, 1], 1)[1])) },
  ],
  slice: [{ wrt: [[4, 5]], build: (g, [a]) => g.slice(the(a), 1, 1, 4) }],
  expand: [{ wrt: [[3, 1]], build: (g, [a]) => g.expand(the(a), [2, 3, 4]) }],
  detach: [
    { wrt: [[3, 4]], build: (g, [x]) => g.mul(the(x), g.detach(g.float(Float32Array.of(2, -3, 0.5, 0), [4]))) },
    { wrt: [[3, 4]], build: (g, [x]) => g.sub(g.exp(the(x)), g.mul(g.detach(the(x)), g.float(0))) },
  ],
  softmax: [{ wrt: [[3, 6]], build: (g, [a]) => g.softmax(the(a)) }],
  rmsNorm: [{ wrt: [[3, 8], [8]], build: (g, [a, w]) => g.rmsNorm(the(a), the(w), 1e-5) }],
  layerNorm: [{ wrt: [[3, 8], [8], [8]], build: (g, [a, w, b]) => g.layerNorm(the(a), the(w), the(b), 1e-5) }],
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
  // 40 columns: the second block of a row is not full. Zero points for an even number of blocks and for an odd one.
  matmulNBits: [nBits("int4", 6, 40), nBits("int4-asym", 6, 40), nBits("int4-asym", 6, 96), nBits("int4-b64", 5, 70), nBits("int8", 6, 40)],
  // A frozen weight: differentiated with respect to what it is multiplied with.
  dequantize: [
    {
      wrt: [[3, 64]],
      build: (g, [x]) => {
        const codes = g.view(g.input("w.codes", "uint8", [6, 2, 16]), "uint4", [6, 64]);
        const zeros = g.view(g.input("w.zeros", "uint8", [6, 1]), "uint4", [6, 2]);
        return g.gemm(the(x), g.dequantize(codes, g.input("w.scales", "float32", [6, 2]), 32, zeros), { transB: true });
      },
      fixed: (engine) => uploadRandom(engine, "int4-asym", { rows: 6, columns: 64 }),
    },
    {
      wrt: [[3, 64]],
      build: (g, [x]) =>
        g.gemm(
          the(x),
          g.dequantize(g.view(g.input("w.codes", "uint8", [6, 2, 32]), "uint8", [6, 64]), g.input("w.scales", "float32", [6, 2]), 32),
          {
            transB: true,
          },
        ),
      fixed: (engine) => uploadRandom(engine, "int8", { rows: 6, columns: 64 }),
    },
  ],
  // 40 columns: blocks span rows, and the last is not full.
  matmulLevels4: [
    {
      wrt: [[3, 40]],
      build: (g, [x]) =>
        g.matmulLevels4(the(x), g.input("w.codes", "uint8", [5, 32]), g.input("w.absmax", "float32", [5]), { n: 7, k: 40, table: "nf4" }),
      fixed: (engine) => uploadRandom(engine, "nf4", { rows: 7, columns: 40 }),
    },
    {
      wrt: [[3, 64]],
      build: (g, [x]) =>
        g.matmulLevels4(the(x), g.input("w.codes", "uint8", [6, 32]), g.input("w.absmax", "float32", [6]), { n: 6, k: 64, table: "fp4" }),
      fixed: (engine) => uploadRandom(engine, "nf4", { rows: 6, columns: 64 }),
    },
  ],
  quantizeRows: [roundedRows(1), roundedRows(2)],
  matmulRowCodes: [roundedRows(1), roundedRows(2)],
  lookup: [
    {
      wrt: [[3, 4, 2]],
      build: (g, [x]) => g.mul(the(x), g.lookup(g.float(randoms(512, 4, false), [256, 2]), g.input("indices", "uint8", [3, 4]))),
      fixed: (engine) => ({ indices: engine.upload("uint8", [3, 4], Uint8Array.of(0, 1, 2, 255, 254, 128, 127, 64, 200, 3, 15, 240)) }),
    },
  ],
  // Skipped, printed, where the GPU has no float16.
  cast: [
    {
      wrt: [[3, 8]],
      needsFloat16: true,
      build: (g, [x]) => g.gemm(the(x), g.widen(g.input("w.weight", "float16", [5, 8])), { transB: true }),
      fixed: (engine) => uploadRandom(engine, "f16", { rows: 5, columns: 8 }),
    },
  ],
  permuteColumns: [
    {
      wrt: [[3, 4]],
      build: (g, [x]) => g.permuteColumns(the(x), g.input("order", "int32", [4]), g.input("inverse", "int32", [4])),
      fixed: (engine) => ({ ...index(engine, "order", [2, 0, 3, 1]), ...index(engine, "inverse", [1, 3, 0, 2]) }),
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
  scatterRows: [
    {
      wrt: [
        [4, 3],
        [5, 3],
      ],
      build: (g, [base, updates]) => g.scatterRows(the(base), g.input("index", "int32", [5]), the(updates)),
      fixed: (engine) => index(engine, "index", [2, 0, 2, 2, 3]),
    },
  ],
  addPicked: [
    {
      wrt: [[3, 5], [3]],
      build: (g, [x, values]) => g.mul(the(x), g.addPicked(the(x), g.input("index", "int32", [3]), the(values))),
      fixed: (engine) => index(engine, "index", [4, 0, 2]),
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
    {
      wrt: [[3, 6]],
      build: (g, [x]) => g.tokenLogProb(the(x), g.input("labels", "int32", [3]), 0.1),
      fixed: (engine) => index(engine, "labels", [5, 0, 3]),
    },
  ],
};

describeEngines("gradient rules", ["reference", "wasm", "webgpu"], (name) => {
  for (const [op, list] of Object.entries(cases)) {
    for (const [at, testCase] of list.entries()) {
      it(`${op} ${at}`, async ({ skip }) => {
        const engine = await engineOf(name);
        const lacking = lackingFor(testCase, engine);
        if (lacking) {
          console.warn(`SKIPPED ${op} on ${english.text(engine.description)}: it has no ${lacking}`);
          skip();
        }
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
