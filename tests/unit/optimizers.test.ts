// Optimizers and the programs of their groups, on the float64 engine, against the real ones.
import { describe, expect, it } from "vitest";
import type { Graph } from "../../src/graph/ir.ts";
import { groupOf, type ParameterEntry, type ParameterGroup } from "../../src/model/parameters.ts";
import { createReferenceEngine } from "../../src/runtime/reference/reference-engine.ts";
import { gradNormGraph, optimizerGraph, optimizerScalars, stateSizes, treatmentsOf } from "../../src/train/optimizer-graphs.ts";
import { optimizer } from "../../src/train/optimizers/optimizer.ts";
import { optimizers } from "../../src/train/optimizers/optimizers.ts";
import { failureOf } from "../support/errors.ts";
import { jsonOf } from "../support/files.ts";
import { caseGroup, titleOf, worstOfCase, type OptimizerFixture } from "../support/optimizers.ts";
import { the } from "../support/the.ts";
import { bothWays, updateCases } from "../support/updates.ts";

const fixture = jsonOf("tests/fixtures/optimizers.json") as OptimizerFixture;

type Tensor = Pick<ParameterEntry, "name" | "shape" | "kind"> & { readonly rate?: number };

const group = (...tensors: readonly Tensor[]): ParameterGroup =>
  the(
    groupOf(
      "layer.0",
      tensors.map((tensor) => ({ ...tensor, tensor: tensor.name })),
    ),
  );
const planOf = (name: keyof typeof optimizers, of: ParameterGroup, decayAll = true, settings = {}) => ({
  optimizer: optimizers[name],
  settings,
  decayAll,
  treatments: treatmentsOf([of], decayAll),
});

/** A node a line, inputs and constants by name. */
function written({ inputs, constants, nodes, outputs }: Graph): string[] {
  const names = new Map<number, string>([
    ...inputs.map(({ name, value }) => [value.id, name] as const),
    ...constants.map(({ value, bytes }) => [value.id, String(new Float32Array(bytes.slice().buffer)[0])] as const),
    ...nodes.flatMap((node, at) => node.outputs.map(({ id }) => [id, `#${at}`] as const)),
  ]);
  const line = ({ op, inputs: from }: Graph["nodes"][number]): string => [op, ...from.map(({ id }) => names.get(id))].join(" ");
  return [...nodes.map(line), ...outputs.map(({ name, value }) => `${name} = ${names.get(value.id)}`)];
}

describe("groups in one program", () => {
  it.each(updateCases)("get what each gets in its own: %j", async (testCase) => {
    const { together, alone } = await bothWays(createReferenceEngine(), testCase, 9);
    expect(together).toEqual(alone);
  });

  it("pay for one where they are treated alike", async () => {
    const nodes = async (at: number, count: number) => (await bothWays(createReferenceEngine(), the(updateCases[at]), count)).nodes;
    expect((await nodes(0, 30)) - (await nodes(0, 1))).toBe(7);
    expect(await nodes(2, 30)).toBeGreaterThan(20 * (await nodes(2, 1)));
  });
});

describe("optimizers", () => {
  it("has a real case for every row", () => {
    expect(new Set(fixture.cases.map(({ optimizer: name }) => name))).toEqual(new Set(Object.keys(optimizers)));
  });

  it.each(fixture.cases.map((testCase) => [titleOf(testCase), testCase] as const))("%s is the real one", async (_, testCase) => {
    expect(await worstOfCase(createReferenceEngine(), fixture, testCase)).toBeLessThan(2e-6);
  });

  it("keeps the vectors that each of them needs", () => {
    const of = caseGroup(fixture, {});
    const sizes = (name: keyof typeof optimizers, settings = {}) => stateSizes(planOf(name, of, true, settings), of);
    expect(sizes("adamw")).toEqual({ first: 37, second: 37 });
    expect(sizes("sgd")).toEqual({});
    expect(sizes("sgd", { momentum: 0.9 })).toEqual({ momentum: 37 });
    // Rows and columns of both matrices, and the vector itself.
    expect(sizes("adafactor")).toEqual({ rows: 8, columns: 8, square: 7 });
    expect(sizes("muon")).toEqual({ momentum: 30, first: 7, second: 7 });
  });
});

describe("the program of a group", () => {
  // Runs stored before there were other optimizers go on to the same bits.
  it("is AdamW's own where all tensors are treated alike", () => {
    const of = group({ name: "a", shape: [2, 3], kind: "matrix" }, { name: "b", shape: [4], kind: "bias" });
    expect(written(optimizerGraph(planOf("adamw", of), of))).toEqual([
      "mul gradient clip",
      "mul state.first 0.8999999761581421",
      "mul #0 0.10000000149011612",
      "add #1 #2",
      "mul state.second 0.9990000128746033",
      "mul #0 #0",
      "mul #5 0.0010000000474974513",
      "add #4 #6",
      "mul parameter decay.0",
      "sqrt #7",
      "div #9 rootCorrection.0",
      "add #10 9.99999993922529e-9",
      "div #3 #11",
      "mul #12 stepSize.0",
      "sub #8 #13",
      "newParameter = #14",
      "newState.first = #3",
      "newState.second = #7",
    ]);
  });

  it("cuts where the treatment changes, and only there", () => {
    const of = group(
      { name: "a", shape: [2], kind: "matrix" },
      { name: "b", shape: [2], kind: "vector" },
      { name: "c", shape: [3], kind: "norm" },
      { name: "d", shape: [1], kind: "bias" },
      { name: "e", shape: [2], kind: "matrix", rate: 16 },
      { name: "f", shape: [2], kind: "embedding" },
    );
    expect(treatmentsOf([of], false)).toEqual([
      { rate: 1, decays: true },
      { rate: 1, decays: false },
      { rate: 16, decays: true },
    ]);
    expect(treatmentsOf([of, of], true)).toHaveLength(2);
    const graph = optimizerGraph(planOf("sgd", of, false), of);
    const parameter = graph.inputs.find(({ name }) => name === "parameter");
    const cuts = graph.nodes.filter(({ op, inputs: [x] }) => op === "slice" && x?.id === parameter?.value.id);
    expect(cuts.map(({ attributes }) => attributes)).toEqual([
      { axis: 0, start: 0, end: 4 },
      { axis: 0, start: 4, end: 8 },
      { axis: 0, start: 8, end: 10 },
      { axis: 0, start: 10, end: 12 },
    ]);
  });

  it("feeds each treatment its own rate and decay, in float64", () => {
    const of = group({ name: "a", shape: [2], kind: "matrix" }, { name: "b", shape: [2], kind: "bias", rate: 16 });
    const step = { updates: 3, learningRate: 1e-3, weightDecay: 0.1, gradNorm: 4, clipNorm: 1 };
    const scalars = optimizerScalars(planOf("adamw", of, false), step);
    expect(scalars).toEqual({
      clip: 1 / 4.000001,
      "decay.0": 1 - 1e-4,
      "decay.1": 1,
      "stepSize.0": 1e-3 / (1 - 0.9 ** 3),
      "stepSize.1": 0.016 / (1 - 0.9 ** 3),
      "rootCorrection.0": Math.sqrt(1 - 0.999 ** 3),
      "rootCorrection.1": Math.sqrt(1 - 0.999 ** 3),
    });
    expect(optimizerScalars(planOf("adamw", of), { ...step, clipNorm: 0 })["clip"]).toBe(1);
    expect(optimizerScalars(planOf("adamw", of), { ...step, clipNorm: 5 })["clip"]).toBe(1);
  });

  it("refuses an optimizer that loses a vector, or gives back another size", async () => {
    const of = group({ name: "a", shape: [2], kind: "matrix" });
    const forgetful = optimizer({
      state: ({ size }) => ({ kept: size }),
      byTensor: false,
      scalars: () => ({}),
      update: (_g, { parameter }) => ({ parameter, state: {} }),
    });
    const short = {
      ...optimizers.sgd,
      update: (...[g, part]: Parameters<typeof optimizers.sgd.update>) => ({ parameter: g.slice(part.parameter, 0, 0, 1), state: {} }),
    };
    for (const row of [forgetful, short]) {
      const failure = await failureOf(() => optimizerGraph({ ...planOf("sgd", of), optimizer: row }, of));
      expect(failure.code).toBe("graph/shape");
    }
  });
});

it("takes the norm over groups of any size, in their order", async () => {
  const graph = gradNormGraph([
    { name: "embedding", size: 2 },
    { name: "layer.0", size: 3 },
  ]);
  expect(graph.inputs.map(({ name }) => name)).toEqual(["gradient.embedding", "gradient.layer.0"]);
  const engine = createReferenceEngine();
  const upload = (...values: number[]) => engine.upload("float32", [values.length], Float32Array.from(values));
  const { norm } = await engine.run(await engine.compile(graph), {
    "gradient.embedding": upload(1, 2),
    "gradient.layer.0": upload(2, 4, 12),
  });
  expect((await engine.read(the(norm)))[0]).toBe(13);
});
