// Claim: rows of a table get what is added to them, all of it, however often they are named and on however many threads; rows that
// are not named keep their bits, a negative zero too.
import { expect, it } from "vitest";
import { seededRandom } from "../../src/base/random.ts";
import { GraphBuilder } from "../../src/graph/builder.ts";
import { disposeAll, readFloats } from "../../src/runtime/engine.ts";
import { describeEngines, engineOf } from "../support/engines.ts";
import { the } from "../support/the.ts";

const [rows, width, count] = [3000, 96, 1024];

function tableGraph() {
  const g = new GraphBuilder();
  const base = g.input("base", "float32", [rows, width]);
  const added = g.scatterRows(base, g.input("index", "int32", [count]), g.input("updates", "float32", [count, width]));
  return g.finish("table", { added });
}

describeEngines("rows of a table", ["reference", "wasm", "webgpu"], (name) => {
  it("add up, and the others stay", async () => {
    const engine = await engineOf(name);
    const random = seededRandom(5);
    // As tokens are: one row takes half of all, a dozen a quarter, the others are rare.
    const drawn = (): number => (random.uniform() < 0.5 ? 7 : random.below(random.uniform() < 0.5 ? 12 : rows));
    const index = Int32Array.from({ length: count }, drawn);
    const named = new Set(index);
    const base = Float32Array.from({ length: rows * width }, () => (random.uniform() < 0.1 ? -0 : random.normal()));
    // Multiples of 2⁻⁸ and small, so that a sum is the same in whatever order it is made.
    const updates = Float32Array.from({ length: count * width }, () => random.below(512) / 256 - 1);
    for (const row of named) for (let at = 0; at < width; at++) base[row * width + at] = random.below(512) / 256;
    const expected = base.slice();
    for (const [at, value] of updates.entries()) {
      const target = the(index[Math.floor(at / width)]) * width + (at % width);
      expected[target] = the(expected[target]) + value;
    }
    const program = await engine.compile(tableGraph());
    const feeds = {
      base: engine.upload("float32", [rows, width], base),
      index: engine.upload("int32", [count], index),
      updates: engine.upload("float32", [count, width], updates),
    };
    for (let run = 0; run < 5; run++) {
      const results = await engine.run(program, feeds);
      const added = await readFloats(engine, the(results["added"]));
      expect(added.findIndex((value, at) => !Object.is(value, expected[at]))).toBe(-1);
      disposeAll(results);
    }
    expect(named.size).toBeLessThan(rows / 2);
    disposeAll(feeds);
    program.dispose();
  });
});
