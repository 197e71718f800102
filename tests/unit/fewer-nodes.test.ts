// Claim: a graph in fewer nodes gives what it gave; what is stacked or taken out gives it too; and what would hold too much, or depends on
// what changes from run to run, stays where it is.
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../src/base/random.ts";
import { elementCount, openSizes } from "../../src/base/tensor.ts";
import { GraphBuilder } from "../../src/graph/builder.ts";
import { backward } from "../../src/graph/grad/backward.ts";
import { fusedGraph } from "../../src/graph/fuse.ts";
import { hoisted } from "../../src/graph/hoist.ts";
import type { Graph } from "../../src/graph/ir.ts";
import { stackedGraph } from "../../src/graph/stack.ts";
import type { Value } from "../../src/graph/value.ts";
import { createReferenceEngine } from "../../src/runtime/reference/reference-engine.ts";
import type { DeviceTensor } from "../../src/runtime/engine.ts";
import { failureOf } from "../support/errors.ts";
import { the } from "../support/the.ts";

const engine = createReferenceEngine();

function feedsOf({ inputs }: Graph): Record<string, DeviceTensor> {
  const random = seededRandom(8);
  return Object.fromEntries(
    inputs.map(({ name, value: { shape } }) => {
      const numbers = Float32Array.from({ length: elementCount(shape) }, () => random.normal());
      return [name, engine.upload("float32", shape, numbers)];
    }),
  );
}

async function resultsOf(graph: Graph, feeds: Record<string, DeviceTensor>): Promise<Record<string, DeviceTensor>> {
  return engine.run(await engine.compile(graph), feeds);
}

async function expectAlike(made: Record<string, DeviceTensor>, graph: Graph, feeds: Record<string, DeviceTensor>): Promise<void> {
  const expected = await resultsOf(graph, feeds);
  expect(Object.keys(made)).toEqual(Object.keys(expected));
  for (const [name, tensor] of Object.entries(expected)) {
    const [own, others] = [await engine.read(the(made[name])), await engine.read(tensor)];
    for (let at = 0; at < others.length; at++) expect(Number(own[at])).toBeCloseTo(Number(others[at]), 9);
  }
}

const opsOf = ({ nodes }: Graph): readonly string[] => nodes.map(({ op }) => op).toSorted();

describe("fewer nodes", () => {
  it("of sums with norms, one of several norms of one sum, and gates", async () => {
    const g = new GraphBuilder();
    const [a, b, w, v] = [
      g.input("a", "float32", [3, 5]),
      g.input("b", "float32", [3, 5]),
      g.input("w", "float32", [5]),
      g.input("v", "float32", [5]),
    ];
    const sum = g.add(a, b);
    const [one, other] = [g.rmsNorm(sum, w, 1e-5), g.rmsNorm(sum, v, 1e-5)];
    const gated = g.mul(g.sigmoid(one), one);
    const kept = g.sigmoid(other);
    const graph = g.finish("f", { y: g.mul(gated, g.mul(other, kept)), sum, kept, broad: g.rmsNorm(g.add(a, w), v, 1e-5) });
    const made = fusedGraph(graph);
    // A sigmoid that is wanted for itself stays, and so does the norm of a sum that broadcasts.
    expect(opsOf(made)).toEqual(["add", "addRmsNorm", "mul", "mul", "rmsNorm", "rmsNorm", "sigmoid", "silu"].toSorted());
    const feeds = feedsOf(graph);
    await expectAlike(await resultsOf(made, feeds), graph, feeds);
  });

  it("have no gradient", async () => {
    const g = new GraphBuilder();
    const x = g.input("x", "float32", [3]);
    const [y] = g.apply("silu", [x], {});
    expect((await failureOf(() => Promise.resolve(backward(g, [{ value: the(y), gradient: the(y) }], [x])))).code).toBe(
      "graph/no-gradient",
    );
  });
});

/** y of so many layers that share x, of different ranks. */
function lowRanks(g: GraphBuilder, x: Value, ranks: readonly number[]): Value[] {
  return ranks.map((rank, at) => {
    const [a, b] = [g.input(`parameters.${at}.a`, "float32", [rank, 5]), g.input(`parameters.${at}.b`, "float32", [4 + at, rank])];
    const p = g.gemm(x, g.input(`w${at}`, "float32", [4 + at, 5]), { transB: true });
    return g.gemm(g.gemm(x, a, { transB: true }), b, { transB: true, alpha: 0.5 + at, plus: p });
  });
}

describe("low-rank products that share an input", () => {
  it("are one, whatever their ranks and scales, and those of another input their own", async () => {
    const g = new GraphBuilder();
    const [x, z] = [g.input("x", "float32", [3, 5]), g.input("z", "float32", [3, 5])];
    const ys = lowRanks(g, x, [2, 3, 1]);
    const alone = g.gemm(
      g.gemm(z, g.input("parameters.c", "float32", [2, 5]), { transB: true }),
      g.input("parameters.d", "float32", [5, 2]),
      {
        transB: true,
        plus: z,
      },
    );
    const graph = g.finish("f", { ...Object.fromEntries(ys.map((y, at) => [`y${at}`, y])), alone });
    const made = stackedGraph(graph);
    expect(graph.nodes.filter(({ op }) => op === "gemm")).toHaveLength(11);
    expect(made.nodes.filter(({ op }) => op === "gemm")).toHaveLength(9);
    const feeds = feedsOf(graph);
    await expectAlike(await resultsOf(made, feeds), graph, feeds);
    // Stacked once, before.
    const apart = the(hoisted(made, ({ name }) => name.startsWith("parameters.")));
    expect(opsOf(the(apart.before))).toEqual(["concat", "concat", "concat", "concat"]);
    const held = await resultsOf(the(apart.before), feeds);
    await expectAlike(await resultsOf(apart.main, { ...feeds, ...held }), graph, feeds);
    expect(apart.main.inputs.some(({ name }) => name === "parameters.0.a")).toBe(false);
  });
});

describe("what is taken out of a graph", () => {
  const sized = (rows: number): Graph => {
    const g = new GraphBuilder();
    const [x, fixed] = [g.input("x", "float32", [1]), g.input("fixed", "float32", [rows, 1024])];
    return g.finish("f", { y: g.mul(g.exp(fixed), x) });
  };

  it("is what depends on fixed inputs alone, as far as it is not too large", () => {
    const isFixed = ({ name }: { readonly name: string }): boolean => name === "fixed";
    expect(opsOf(the(hoisted(sized(64), isFixed)).main)).toEqual(["mul"]);
    expect(hoisted(sized(4096), isFixed)).toBeNull();
    expect(hoisted(sized(64), () => false)).toBeNull();
    const g = new GraphBuilder();
    const open = g.finish("f", { y: g.exp(g.input("fixed", "float32", [openSizes.rows])) });
    expect(hoisted(open, isFixed)).toBeNull();
  });
});
