// Claim: what is compiled ahead is taken by whoever compiles an equal graph, once, and by nobody else.
import { describe, expect, it } from "vitest";
import { AtelierError } from "../../src/base/errors.ts";
import { GraphBuilder } from "../../src/graph/builder.ts";
import type { Graph } from "../../src/graph/ir.ts";
import type { Engine } from "../../src/runtime/engine.ts";
import { createPlanningEngine } from "../../src/runtime/planning-engine.ts";
import { PreparedPrograms } from "../../src/runtime/prepared-programs.ts";
import { failureOf } from "../support/errors.ts";

function root(name: string, size: number): Graph<"y"> {
  const g = new GraphBuilder();
  return g.finish(name, { y: g.sqrt(g.input("x", "float32", [size])) });
}

/** An engine that says what it compiled and let go. */
function watched(fails: () => boolean = () => false) {
  const [compiled, disposed]: [Graph[], Graph[]] = [[], []];
  const inner = createPlanningEngine("wasm", true);
  const compile: Engine["compile"] = async (graph) => {
    if (fails()) throw new AtelierError("engine/compile", { graph: graph.name });
    compiled.push(graph);
    const program = await inner.compile(graph);
    return { ...program, dispose: () => disposed.push(graph) };
  };
  return { compiled, disposed, prepared: new PreparedPrograms({ ...inner, compile }) };
}

describe("programs compiled ahead", () => {
  it("are taken once, by an equal graph", async () => {
    const { prepared, compiled, disposed } = watched();
    await prepared.prepare(root("a", 4));
    await prepared.prepare(root("a", 4));
    expect(compiled).toHaveLength(1);
    const again = root("a", 4);
    const taken = await prepared.engine.compile(again);
    expect([compiled.length, taken.graph]).toEqual([1, again]);
    const { y } = await prepared.engine.run(taken, { x: prepared.engine.upload("float32", [4], new Float32Array(4)) });
    expect(y.shape).toEqual([4]);
    await prepared.engine.compile(root("a", 4));
    expect(compiled).toHaveLength(2);
    taken.dispose();
    expect(disposed).toHaveLength(1);
  });

  it("are taken by no graph of another shape or name", async () => {
    const { prepared, compiled } = watched();
    await prepared.prepare(root("a", 4));
    await prepared.engine.compile(root("a", 5));
    await prepared.engine.compile(root("b", 4));
    expect(compiled).toHaveLength(3);
  });

  it("are taken while they are being compiled", async () => {
    const { prepared, compiled } = watched();
    const preparing = prepared.prepare(root("a", 4));
    await prepared.engine.compile(root("a", 4));
    await preparing;
    expect(compiled).toHaveLength(1);
  });

  it("go where they are not wanted any more", async () => {
    const { prepared, compiled, disposed } = watched();
    for (const size of [1, 2, 3]) await prepared.prepare(root("a", size));
    await prepared.keepOnly([root("a", 2), root("a", 9)]);
    expect(disposed.map(({ inputs: [x] }) => x?.value.shape)).toEqual([[1], [3]]);
    await prepared.engine.compile(root("a", 2));
    expect(compiled).toHaveLength(3);
  });

  it("that fail are compiled again by whoever needs them, and fail there", async () => {
    let fails = true;
    const { prepared, compiled } = watched(() => fails);
    expect((await failureOf(() => prepared.prepare(root("a", 4)))).code).toBe("engine/compile");
    const preparing = failureOf(() => prepared.prepare(root("a", 4)));
    expect((await failureOf(() => prepared.engine.compile(root("a", 4)))).code).toBe("engine/compile");
    await preparing;
    fails = false;
    await prepared.engine.compile(root("a", 4));
    expect(compiled).toHaveLength(1);
  });
});
