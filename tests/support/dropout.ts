// Masks of dropout as an engine makes them.
import { dropoutKey, dropoutMask, dropoutNumbers, maskNumbers } from "../../src/graph/dropout-mask.ts";
import { GraphBuilder } from "../../src/graph/builder.ts";
import { disposeAll, readFloats, type Engine } from "../../src/runtime/engine.ts";
import { the } from "./the.ts";

export interface MaskOf {
  readonly rows: number;
  readonly columns: number;
  readonly rate: number;
  readonly seed?: number;
  readonly step?: number;
  readonly microBatch?: number;
  readonly layer?: number;
  readonly linear?: number;
}

export async function maskOn(
  engine: Engine,
  { rows, columns, rate, seed = 1, step = 0, microBatch = 0, layer = 0, linear = 0 }: MaskOf,
): Promise<Float32Array> {
  const g = new GraphBuilder();
  const sizes = { rows, columns: columns + 3, key: 1 };
  const input = (name: keyof typeof sizes) => g.input(name, "float32", [sizes[name], maskNumbers]);
  const mask = dropoutMask(g, rows, columns, rate, { rows: input("rows"), columns: input("columns"), key: input("key") });
  const program = await engine.compile(g.finish("mask", { mask }));
  const numbers = {
    rows: dropoutNumbers(seed, step, microBatch, "rows", sizes.rows),
    columns: dropoutNumbers(seed, step, microBatch, "columns", sizes.columns),
    key: dropoutKey(seed, step, microBatch, layer, linear),
  };
  const feeds = {
    rows: engine.upload("float32", [sizes.rows, maskNumbers], numbers.rows),
    columns: engine.upload("float32", [sizes.columns, maskNumbers], numbers.columns),
    key: engine.upload("float32", [1, maskNumbers], numbers.key),
  };
  const results = await engine.run(program, feeds);
  const made = (await readFloats(engine, the(results["mask"]))).slice();
  disposeAll({ ...feeds, ...results });
  program.dispose();
  return made;
}
