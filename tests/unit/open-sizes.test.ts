// Claim: a graph with open sizes is, for whatever it is fed, the graph of those sizes; graphs that are joined give what they give one after
// the other; and what ONNX is told to reshape to is right for every size.
import { describe, expect, it } from "vitest";
import { onnx } from "onnx-proto";
import { boundSize, openSizes } from "../../src/base/tensor.ts";
import { boundGraph } from "../../src/graph/bind-graph.ts";
import { GraphBuilder } from "../../src/graph/builder.ts";
import { joinGraphs } from "../../src/graph/join-graphs.ts";
import { encodeOnnx } from "../../src/graph/onnx.ts";
import { createPlanningEngine } from "../../src/runtime/planning-engine.ts";
import { createReferenceEngine } from "../../src/runtime/reference/reference-engine.ts";
import { failureOf } from "../support/errors.ts";

const { rows, past, picked, capacity } = openSizes;

/** [rows, 6] beside [past, 6], as three heads of two: [3, past + rows, 2]. */
function byHeads() {
  const g = new GraphBuilder();
  const all = g.concat([g.input("past", "float32", [past, 6]), g.input("x", "float32", [rows, 6])], 0);
  return g.finish("heads", { y: g.transpose(g.reshape(all, [past + rows, 3, 2]), [1, 0, 2]) });
}

describe("open sizes", () => {
  it.each([
    [rows, 7],
    [3 * rows, 21],
    [past, 50],
    [past + rows, 57],
    [past + rows + 16, 73],
    [picked, 2],
    [capacity, 9],
    [2 ** 24, 2 ** 24],
  ])("%d is %d", (written, size) => expect(boundSize(written, { rows: 7, past: 50, picked: 2, capacity: 9 })).toBe(size));

  it("are settled by what a run is fed", async () => {
    const engine = createReferenceEngine();
    const program = await engine.compile(byHeads());
    const numbers = (count: number, from: number) => Float32Array.from({ length: count * 6 }, (_, at) => from + at);
    for (const [before, fresh] of [[1, 1] as const, [2, 3] as const]) {
      const feeds = {
        past: engine.upload("float32", [before, 6], numbers(before, 0)),
        x: engine.upload("float32", [fresh, 6], numbers(fresh, 100)),
      };
      const { y } = await engine.run(program, feeds);
      expect(y.shape).toEqual([3, before + fresh, 2]);
      // The second head of every row.
      const expected = [...Array.from({ length: before }, (_, at) => 6 * at), ...Array.from({ length: fresh }, (_, at) => 100 + 6 * at)];
      const head = [...(await engine.read(y))].slice(2 * (before + fresh), 4 * (before + fresh));
      expect(head).toEqual(expected.flatMap((first) => [first + 2, first + 3]));
    }
  });

  it("leave the bytes of a closed graph alone, and a planning engine counts those that were fed", async () => {
    const closed = new GraphBuilder();
    const graph = closed.finish("closed", { y: closed.exp(closed.input("x", "float32", [4])) });
    expect(boundGraph(graph, () => [9])).toBe(graph);
    const engine = createPlanningEngine("wasm", true);
    const program = await engine.compile(byHeads());
    const before = engine.memory().heapBytes;
    await engine.run(program, {
      past: engine.upload("float32", [10, 6], () => new Float32Array()),
      x: engine.upload("float32", [1, 6], () => new Float32Array()),
    });
    // Copies of both, their concatenation, and its transposition.
    expect(engine.memory().heapBytes - before).toBe(3 * 4 * 6 * 11);
  });

  it("become -1 where they are worked out, 0 where they stay in their place, and names in the model's inputs", () => {
    const graph = onnx.ModelProto.decode(encodeOnnx(byHeads())).graph;
    const target = graph?.initializer?.[0]?.rawData as Uint8Array;
    expect([...new BigInt64Array(Uint8Array.from(target).buffer)]).toEqual([0n, 3n, 2n]);
    const names = graph?.input?.map(({ type }) => type?.tensorType?.shape?.dim?.[0]?.dimParam);
    expect(new Set(names).size).toBe(2);
  });

  it("of which two move at once are refused", async () => {
    const g = new GraphBuilder();
    const x = g.reshape(g.input("x", "float32", [rows, past]), [1, rows, past]);
    expect((await failureOf(() => Promise.resolve(encodeOnnx(g.finish("two", { x }))))).code).toBe("graph/shape");
  });
});

describe("joined graphs", () => {
  const part = (weight: string) => {
    const g = new GraphBuilder();
    const x = g.input("x", "float32", [2]);
    return g.finish("part", { y: g.add(g.mul(x, g.input(weight, "float32", [2])), g.input("shift", "float32", [2])) });
  };
  const nameOf = (input: string) => (input.startsWith("w") ? undefined : input === "x" ? "hidden" : input);
  const weightOf = () => () => Promise.resolve(Float32Array.of(2, 3));

  it("run one after the other, share inputs of one name and read their weights when they are compiled", async () => {
    const stage = (weight: string) => ({ graph: part(weight), nameOf, weightOf, outputs: { y: "hidden" } });
    const graph = joinGraphs("both", [stage("w1"), stage("w2")], { out: "hidden" });
    expect(graph.inputs.map(({ name }) => name)).toEqual(["hidden", "shift"]);
    const engine = createReferenceEngine();
    const vector = (...numbers: number[]) => engine.upload("float32", [2], Float32Array.from(numbers));
    const { out } = await engine.run(await engine.compile(graph), { hidden: vector(5, 7), shift: vector(1, 10) });
    // (5 · 2 + 1) · 2 + 1, (7 · 3 + 10) · 3 + 10
    expect([...(await engine.read(out as NonNullable<typeof out>))]).toEqual([23, 103]);
  });

  it("take over views of what they are fed, and none of what a part made", async () => {
    const g = new GraphBuilder();
    const held = g.view(g.input("held", "float32", [2]), "float32", [1, 2]);
    const seen = g.finish("seen", { y: g.neg(g.reshape(held, [2])) });
    const stage = (at: number, named: string | undefined) => ({
      graph: seen,
      nameOf: (input: string) => (input === "held" ? (named ?? `held.${at}`) : `${input}.${at}`),
      weightOf,
      outputs: { y: "hidden" },
    });
    const graph = joinGraphs("both", [stage(0, undefined), stage(1, undefined)], { out: "hidden" });
    expect(graph.inputs.flatMap(({ viewOf }) => viewOf ?? [])).toEqual(["held.0", "held.1"]);
    const engine = createReferenceEngine();
    const vector = (...numbers: number[]) => engine.upload("float32", [2], Float32Array.from(numbers));
    const { out } = await engine.run(await engine.compile(graph), { "held.0": vector(1, 2), "held.1": vector(3, 4) });
    expect([...(await engine.read(out as NonNullable<typeof out>))]).toEqual([-3, -4]);
    const chained = [stage(0, undefined), stage(1, "hidden")];
    expect((await failureOf(async () => Promise.resolve(joinGraphs("chain", chained, { out: "hidden" })))).code).toBe("graph/view");
  });

  it("have their weights as files beside the model, and a planning engine counts them twice while they are packed", async () => {
    const graph = joinGraphs("one", [{ graph: part("w"), nameOf, weightOf, outputs: { y: "hidden" } }], { out: "hidden" });
    const [weight] = onnx.ModelProto.decode(encodeOnnx(graph)).graph?.initializer ?? [];
    expect(weight?.rawData?.length ?? 0).toBe(0);
    expect(weight?.externalData?.map(({ key, value }) => [key, value])).toEqual([
      ["location", "0/w"],
      ["offset", "0"],
      ["length", "8"],
    ]);
    const engine = createPlanningEngine("wasm", true);
    const before = engine.memory().heapBytes;
    const program = await engine.compile(graph);
    expect(engine.memory().heapBytes - before).toBe(2 * 8);
    program.dispose();
    (await engine.compile(graph)).dispose();
    expect(engine.memory().heapBytes - before).toBe(2 * 8);
  });
});
