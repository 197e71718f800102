import { onnx } from "onnx-proto";
import { describe, expect, it } from "vitest";
import { GraphBuilder } from "../../src/graph/builder.ts";
import { backward } from "../../src/graph/grad/backward.ts";
import { encodeOnnx } from "../../src/graph/onnx.ts";
import { createReferenceEngine } from "../../src/runtime/reference/reference-engine.ts";
import { failureOf } from "../support/errors.ts";
import { the } from "../support/the.ts";

const decode = (bytes: Uint8Array) => the(onnx.ModelProto.decode(bytes).graph);

describe("graph builder", () => {
  it("makes equal nodes once", () => {
    const g = new GraphBuilder();
    const [x, y] = [g.input("x", "float32", [2]), g.input("y", "float32", [2])];
    expect(g.add(x, y)).toBe(g.add(x, y));
    expect(g.add(y, x)).not.toBe(g.add(x, y));
    expect(g.float(2)).toBe(g.float(2));
    expect(g.reshape(x, [2, 1])).not.toBe(g.reshape(x, [1, 2]));
  });

  it("drops nodes, constants and inputs that no output needs", () => {
    const g = new GraphBuilder();
    const [x, unused] = [g.input("x", "float32", [2]), g.input("unused", "float32", [2])];
    const y = g.neg(x);
    g.mul(unused, g.float(3));
    const graph = g.finish("small", { y });
    expect(graph.nodes.map(({ op }) => op)).toEqual(["neg"]);
    expect([graph.inputs.map(({ name }) => name), graph.constants.length]).toEqual([["x"], 0]);
  });

  it.each<[string, (g: GraphBuilder) => unknown]>([
    ["add", (g) => g.add(g.input("a", "float32", [2]), g.input("b", "float32", [3]))],
    ["matmul", (g) => g.matmul(g.input("a", "float32", [2, 3]), g.input("b", "float32", [2, 3]))],
    ["gemm", (g) => g.gemm(g.input("a", "float32", [2, 3]), g.input("b", "float32", [2, 3]))],
    ["reshape", (g) => g.reshape(g.input("a", "float32", [6]), [4])],
    ["expand", (g) => g.expand(g.input("a", "float32", [3]), [2, 4])],
    ["split", (g) => g.split(g.input("a", "float32", [5]), [2, 2])],
  ])("refuses shapes that do not fit in %s", async (_op, build) => {
    expect((await failureOf(() => build(new GraphBuilder()))).code).toBe("graph/shape");
  });

  it("refuses two inputs of one name, and views of anything but an input", async () => {
    const g = new GraphBuilder();
    const x = g.input("x", "uint8", [4]);
    expect((await failureOf(() => g.input("x", "uint8", [4]))).code).toBe("graph/duplicate-input");
    expect(g.view(x, "uint4", [8])).toBe(g.view(x, "uint4", [8]));
    expect((await failureOf(() => g.view(x, "uint4", [4]))).code).toBe("graph/view");
    const computed = g.neg(g.input("y", "float32", [4]));
    expect((await failureOf(() => g.view(computed, "uint8", [16]))).code).toBe("graph/view");
  });
});

describe("backward", () => {
  it("adds up where a value is used more than once", async () => {
    const g = new GraphBuilder();
    const x = g.input("x", "float32", [2]);
    // d(x·x + 3x)/dx = 2x + 3
    const y = g.add(g.mul(x, x), g.mul(x, g.float(3)));
    const [dx] = backward(g, [{ value: y, gradient: g.float(1, [2]) }], [x]);
    const engine = createReferenceEngine();
    const program = await engine.compile(g.finish("gradient", { dx: the(dx) }));
    const results = await engine.run(program, { x: engine.upload("float32", [2], Float32Array.of(5, -1)) });
    expect([...(await engine.read(the(results["dx"])))]).toEqual([13, 1]);
  });

  it("costs nothing for what is frozen", () => {
    const g = new GraphBuilder();
    const [x, w] = [g.input("x", "float32", [1, 2]), g.input("w", "float32", [2, 2])];
    const y = g.matmul(x, w);
    const before = g.nodes.length;
    const [dx] = backward(g, [{ value: y, gradient: g.input("dy", "float32", [1, 2]) }], [x]);
    // A transpose of the weight and one product; nothing for the weight's own gradient.
    expect(g.nodes.length - before).toBe(2);
    expect(dx?.shape).toEqual([1, 2]);
  });

  it("stops at what is detached or rounded down, and goes on beside it", async () => {
    const g = new GraphBuilder();
    const x = g.input("x", "float32", [3]);
    // d(x · detach(x) + x · floor(x) + 3x)/dx = x + floor(x) + 3
    const y = g.add(g.add(g.mul(x, g.detach(x)), g.mul(x, g.floor(x))), g.mul(x, g.float(3)));
    const [dx] = backward(g, [{ value: y, gradient: g.float(1, [3]) }], [x]);
    const engine = createReferenceEngine();
    const program = await engine.compile(g.finish("gradient", { y, dx: the(dx) }));
    const results = await engine.run(program, { x: engine.upload("float32", [3], Float32Array.of(1.5, -1.5, 2)) });
    expect([...(await engine.read(the(results["y"])))]).toEqual([8.25, 0.75, 14]);
    expect([...(await engine.read(the(results["dx"])))]).toEqual([5.5, -0.5, 7]);
  });

  it.each(["detach", "floor"] as const)("knows no gradient through %s alone", async (op) => {
    const g = new GraphBuilder();
    const x = g.input("x", "float32", [2]);
    const y = g.mul(g[op](x), g.float(2));
    expect((await failureOf(() => backward(g, [{ value: y, gradient: g.float(1, [2]) }], [x]))).code).toBe("graph/no-gradient");
  });

  it("of rows that are looked up is a table: rows that are named twice add up, others get none", async () => {
    const g = new GraphBuilder();
    const [table, rows] = [g.input("table", "float32", [4, 2]), g.input("rows", "int32", [3])];
    const [dTable] = backward(g, [{ value: g.gatherRows(table, rows), gradient: g.input("dy", "float32", [3, 2]) }], [table]);
    const engine = createReferenceEngine();
    const graph = g.finish("gradient", { dTable: the(dTable) });
    const results = await engine.run(await engine.compile(graph), {
      table: engine.upload("float32", [4, 2], Float32Array.of(9, 8, 7, 6, 5, 4, 3, 2)),
      rows: engine.upload("int32", [3], Int32Array.of(3, 1, 3)),
      dy: engine.upload("float32", [3, 2], Float32Array.of(1, 2, 10, 20, 100, 200)),
    });
    expect([...(await engine.read(the(results["dTable"])))]).toEqual([0, 0, 10, 20, 0, 0, 101, 202]);
    // Nothing as large as tokens times rows.
    expect(graph.nodes.map(({ op }) => op)).toEqual(["sub", "scatterRows"]);
  });

  it("refuses a value that nothing depends on", async () => {
    const g = new GraphBuilder();
    const [x, y] = [g.input("x", "float32", [2]), g.input("y", "float32", [2])];
    const failure = await failureOf(() => backward(g, [{ value: g.neg(x), gradient: g.float(1, [2]) }], [y]));
    expect(failure.code).toBe("graph/no-gradient");
  });
});

describe("ONNX encoding", () => {
  it("names inputs and outputs, with their shapes, and keeps the constant's bytes", () => {
    const g = new GraphBuilder();
    const x = g.input("x", "float32", [2, 3]);
    const graph = decode(encodeOnnx(g.finish("demo", { y: g.mul(x, g.float(0.5)) })));
    expect(graph.name).toBe("demo");
    expect(graph.node?.map(({ opType }) => opType)).toEqual(["Mul"]);
    expect(graph.input?.map(({ name }) => name)).toEqual(["x"]);
    expect(graph.output?.map(({ name }) => name)).toEqual(["y"]);
    expect(graph.input?.[0]?.type?.tensorType?.shape?.dim?.map(({ dimValue }) => Number(dimValue))).toEqual([2, 3]);
    const [constant] = graph.initializer ?? [];
    expect(new Float32Array(Uint8Array.from(the(constant?.rawData)).buffer)[0]).toBe(0.5);
  });

  it("gives an output that is an input, or another output, a node of its own", () => {
    const g = new GraphBuilder();
    const x = g.input("x", "float32", [2]);
    const y = g.neg(x);
    const graph = decode(encodeOnnx(g.finish("same", { y, again: y, through: x })));
    const produced = graph.node?.flatMap(({ output }) => output ?? []) ?? [];
    expect(produced.toSorted()).toEqual(["again", "through", "y"]);
  });

  it("declares the opset and the contrib domain", () => {
    const g = new GraphBuilder();
    const model = onnx.ModelProto.decode(encodeOnnx(g.finish("x", { y: g.neg(g.input("x", "float32", [1])) })));
    expect(model.opsetImport?.map(({ domain, version }) => [domain ?? "", Number(version)])).toEqual([
      ["", 21],
      ["com.microsoft", 1],
    ]);
  });
});
