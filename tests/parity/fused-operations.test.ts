// Every operation that only runs without gradients have, on a GPU, against its plainest form in float64. The table below has cases for
// each; the compiler refuses an operation without one.
import { expect, it } from "vitest";
import { seededRandom } from "../../src/base/random.ts";
import { elementCount, type Shape } from "../../src/base/tensor.ts";
import { GraphBuilder } from "../../src/graph/builder.ts";
import type { Graph } from "../../src/graph/ir.ts";
import type { InferenceOp } from "../../src/graph/ops.ts";
import type { Value } from "../../src/graph/value.ts";
import type { DeviceTensor, Engine } from "../../src/runtime/engine.ts";
import { describeEngines, engineOf } from "../support/engines.ts";
import { the } from "../support/the.ts";

interface Case {
  readonly name: string;
  readonly graph: Graph;
  /** Of inputs that are not just random floats. */
  readonly feeds?: (engine: Engine) => Readonly<Record<string, DeviceTensor>>;
  /** Inputs that are written into. */
  readonly written?: readonly string[];
}

function graphOf(op: InferenceOp, shapes: readonly Shape[], attributes: object): Graph {
  const g = new GraphBuilder();
  const inputs = shapes.map((shape, at) => g.input(`x${at}`, "float32", shape));
  const outputs = g.apply(op, inputs, attributes);
  return g.finish(op, Object.fromEntries(outputs.map((value, at) => [`y${at}`, value])));
}

interface Attention {
  readonly heads: number;
  readonly kvHeads: number;
  readonly width: number;
  readonly past: number;
  readonly rows: number;
  readonly capacity: number;
  /** Dims that turn. */
  readonly dims: number;
  readonly isPacked?: true;
}

function attention(made: Attention): Case {
  const { heads, kvHeads, width, past, rows, capacity, dims, isPacked } = made;
  const g = new GraphBuilder();
  const wide = (count: number, name: string): Value => g.input(name, "float32", [1, rows, count * width]);
  const cache = (name: string): Value => g.input(name, "float32", [1, kvHeads, capacity, width]);
  const held = [cache("keys"), cache("values"), g.input("last", "int32", [1]), g.input("total", "int32", [1])] as const;
  const mask = g.input("mask", "float32", [1, 1, rows, past + rows]);
  const tables = dims === 0 ? [] : ["cos", "sin"].map((name) => g.input(name, "float32", [capacity, dims / 2]));
  const three = (): readonly [Value, Value, Value] => [wide(heads, "q"), wide(kvHeads, "k"), wide(kvHeads, "v")];
  const one = (packed: Value): readonly [Value, Value, Value] => [packed, packed, packed];
  const parts = isPacked ? one(wide(heads + 2 * kvHeads, "qkv")) : three();
  const attributes = { heads, kvHeads, scale: 0.3, ...(isPacked ? { isPacked } : {}) };
  const [y, keys, values] = g.cachedAttention(parts, held, mask, tables, attributes);
  const outputs = { y: the(y), keysAfter: the(keys), valuesAfter: the(values) };
  const random = seededRandom(past + 7 * rows);
  // What hides a row from itself would leave nothing to see.
  const hidden = Float32Array.from({ length: rows * (past + rows) }, (_, at) => {
    const [row, seen] = [Math.floor(at / (past + rows)), at % (past + rows)];
    return seen !== past + row && random.uniform() < 0.4 ? -1e9 : 0;
  });
  return {
    name: Object.entries(made).flat().join(" "),
    graph: g.finish("attention", outputs, { into: { keysAfter: "keys", valuesAfter: "values" } }),
    feeds: (engine) => ({
      last: engine.upload("int32", [1], Int32Array.of(past + rows - 1)),
      total: engine.hostNumber(past + rows),
      mask: engine.upload("float32", [1, 1, rows, past + rows], hidden),
    }),
    written: ["keys", "values"],
  };
}

const grouped = { heads: 6, kvHeads: 2, width: 16, dims: 16, capacity: 70 };

const cases: { readonly [K in InferenceOp]: readonly Case[] } = {
  silu: [{ name: "of any rank", graph: graphOf("silu", [[3, 1, 11]], {}) }],
  addRmsNorm: [
    { name: "rows", graph: graphOf("addRmsNorm", [[5, 37], [5, 37], [37]], { eps: 1e-5 }) },
    { name: "a row of four", graph: graphOf("addRmsNorm", [[1, 64], [1, 64], [64]], { eps: 1e-6 }) },
  ],
  // A width that is no whole blocks of any size, one that is sorted at once, and one that takes blocks of blocks.
  likeliest: [
    { name: "of a vocabulary in blocks", graph: graphOf("likeliest", [[2, 49_153], [1]], { count: 64 }) },
    { name: "of a small one", graph: graphOf("likeliest", [[3, 67], [1]], { count: 64 }) },
    { name: "of a large one", graph: graphOf("likeliest", [[1, 151_936], [1]], { count: 40 }) },
    {
      name: "the first of equals, wherever they are",
      graph: graphOf("likeliest", [[1, 5000], [1]], { count: 64 }),
      feeds: (engine) => ({
        x0: engine.upload("float32", [1, 5000], () => Float32Array.from({ length: 5000 }, (_, at) => Math.floor((at * 7919) % 100) / 10)),
      }),
    },
  ],
  cachedAttention: [
    attention({ ...grouped, past: 0, rows: 1 }),
    attention({ ...grouped, past: 0, rows: 16 }),
    attention({ ...grouped, past: 41, rows: 1 }),
    attention({ ...grouped, past: 33, rows: 16 }),
    attention({ ...grouped, past: 54, rows: 11 }),
    attention({ ...grouped, past: 5, rows: 3, dims: 0 }),
    attention({ ...grouped, past: 0, rows: 16, isPacked: true }),
    attention({ ...grouped, past: 41, rows: 1, isPacked: true }),
    attention({ ...grouped, past: 30, rows: 9, width: 32, isPacked: true }),
    attention({ ...grouped, past: 5, rows: 3, dims: 0, isPacked: true }),
    attention({ ...grouped, width: 8, past: 5, rows: 9, dims: 0 }),
    attention({ ...grouped, heads: 3, kvHeads: 3, width: 80, dims: 32, past: 20, rows: 2 }),
    attention({ ...grouped, heads: 9, kvHeads: 3, width: 64, dims: 64, capacity: 700, past: 650, rows: 13 }),
    attention({ ...grouped, heads: 4, kvHeads: 1, width: 256, dims: 256, past: 9, rows: 4 }),
  ],
};

async function resultsOn(engine: Engine, { graph, feeds, written = [] }: Case): Promise<Record<string, ArrayLike<number | bigint>>> {
  const random = seededRandom(3);
  const own = feeds?.(engine) ?? {};
  const all = Object.fromEntries(
    graph.inputs.map(({ name, value: { shape } }) => {
      const numbers = Float32Array.from({ length: elementCount(shape) }, () => random.normal());
      return [name, own[name] ?? engine.upload("float32", shape, numbers)];
    }),
  );
  const program = await engine.compile(graph);
  const results = await engine.run(program, all);
  const kept = written.map((name) => [name, the(all[name])] as const);
  const read: [string, ArrayLike<number | bigint>][] = [];
  for (const [name, tensor] of [...Object.entries(results), ...kept]) read.push([name, await engine.read(tensor)]);
  program.dispose();
  for (const tensor of [...Object.values(results), ...Object.values(all)]) tensor.dispose();
  return Object.fromEntries(read);
}

describeEngines("operations without gradients", ["webgpu"], (name) => {
  it.each(Object.entries(cases).flatMap(([op, of]) => of.map((one) => [op, one.name, one] as const)))("%s: %s", async (_op, _name, one) => {
    const [own, oracle] = [await resultsOn(await engineOf(name), one), await resultsOn(await engineOf("reference"), one)];
    expect(Object.keys(own)).toEqual(Object.keys(oracle));
    for (const [output, numbers] of Object.entries(own)) {
      const expected = the(oracle[output]);
      expect(numbers.length).toBe(expected.length);
      for (let at = 0; at < numbers.length; at++) {
        const difference = Math.abs(Number(numbers[at]) - Number(expected[at]));
        expect(difference, `${output} ${at}`).toBeLessThan(1e-5 * (1 + Math.abs(Number(expected[at]))));
      }
    }
  });
});
