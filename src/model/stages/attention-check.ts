// Whether a GPU's kernel for attention over a cache computes attention, asked of the device itself, in the model's own shape: such kernels
// differ from adapter to adapter, and one that is wrong shows in nothing but the answers.
import { seededRandom } from "../../base/random.ts";
import { the } from "../../base/the.ts";
import { GraphBuilder } from "../../graph/builder.ts";
import type { Graph } from "../../graph/ir.ts";
import { readFloats, type Engine } from "../../runtime/engine.ts";
import { TensorOwner } from "../../runtime/tensor-owner.ts";
import type { ModelSpec } from "../spec.ts";
import { packedAttention } from "./attention.ts";
import { fitsCachedAttention } from "./cached-block.ts";

/** As many as a prompt is read by at once, and one as in an answer. */
const rowCounts = [16, 1] as const;

const [past, capacity] = [37, 64] as const;

/** What kernels in float32 may differ by, as a share of the largest number. */
const tolerance = 1e-3;

/** What was found of each device, by shape: a model is loaded again in other forms. */
const verdicts = new WeakMap<Engine, Map<string, boolean>>();

/** Where the kernel is not used for the model, there is nothing to be wrong. */
export async function attendsRightly(engine: Engine, spec: ModelSpec): Promise<boolean> {
  if (engine.kind !== "webgpu" || !fitsCachedAttention(spec, null)) return true;
  const key = [spec.heads, spec.kvHeads, spec.headDim, spec.scoreScale].join();
  const known = verdicts.get(engine) ?? new Map<string, boolean>();
  verdicts.set(engine, known);
  const isRightly = known.get(key) ?? (await isAlwaysRight(engine, spec));
  known.set(key, isRightly);
  return isRightly;
}

async function isAlwaysRight(engine: Engine, spec: ModelSpec): Promise<boolean> {
  for (const rows of rowCounts) if (!(await isRight(engine, spec, rows))) return false;
  return true;
}

/** The kernel beside the products that training has, on the same random rows. */
async function isRight(engine: Engine, spec: ModelSpec, rows: number): Promise<boolean> {
  using own = new TensorOwner(engine);
  const program = await own.compile(bothGraph(spec, rows));
  const drawn = Object.entries(randomRows(spec, rows)).map(
    ([name, { shape, data }]) => [name, own.upload("float32", shape, data)] as const,
  );
  const last = own.upload("int32", [1], Int32Array.of(past + rows - 1));
  const total = own.own(engine.hostNumber(past + rows));
  const { kernel, products } = await own.run(program, { ...Object.fromEntries(drawn), last, total });
  const [found, expected] = [await readFloats(engine, the(kernel, "kernel")), await readFloats(engine, the(products, "products"))];
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  // What is no number is above no limit.
  return found.every((value, at) => Math.abs(value - (expected[at] as number)) <= tolerance * largest);
}

function bothGraph(spec: ModelSpec, rows: number): Graph<"kernel" | "products" | "keysAfter" | "valuesAfter"> {
  const { heads, kvHeads, headDim, scoreScale } = spec;
  const g = new GraphBuilder();
  const wide = (name: string, count: number, size: number) => g.input(name, "float32", [count, size * headDim]);
  const [q, k, v] = [wide("q", rows, heads), wide("k", rows, kvHeads), wide("v", rows, kvHeads)];
  const cache = (name: string) => g.input(name, "float32", [1, kvHeads, capacity, headDim]);
  const held = [cache("keys"), cache("values"), g.input("last", "int32", [1]), g.input("total", "int32", [1])] as const;
  const asBatch = [q, k, v].map((x) => g.reshape(x, [1, ...x.shape])) as [typeof q, typeof q, typeof q];
  const mask = g.input("mask", "float32", [1, 1, rows, past + rows]);
  const [kernel, keysAfter, valuesAfter] = g.cachedAttention(asBatch, held, mask, [], { heads, kvHeads, scale: scoreScale });
  const all = (name: string, fresh: typeof k) => g.concat([wide(name, past, kvHeads), fresh], 0);
  const causal = g.input("causal", "float32", [(heads / kvHeads) * rows, past + rows]);
  const products = packedAttention(g, spec, q, all("pastKeys", k), all("pastValues", v), causal);
  const outputs = { kernel: the(kernel, "kernel"), products, keysAfter: the(keysAfter, "keys"), valuesAfter: the(valuesAfter, "values") };
  return g.finish("attention.check", outputs, { into: { keysAfter: "keys", valuesAfter: "values" } });
}

interface Rows {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

function randomRows({ heads, kvHeads, headDim }: ModelSpec, rows: number): Readonly<Record<string, Rows>> {
  const random = seededRandom(rows);
  const drawn = (count: number, size: number): Rows => ({
    shape: [count, size * headDim],
    data: Float32Array.from({ length: count * size * headDim }, () => random.normal()),
  });
  const [pastKeys, pastValues] = [drawn(past, kvHeads), drawn(past, kvHeads)];
  const seen = past + rows;
  const group = heads / kvHeads;
  const hidden = (row: number, at: number): number => (at > past + (row % rows) ? -1e9 : 0);
  return {
    q: drawn(rows, heads),
    k: drawn(rows, kvHeads),
    v: drawn(rows, kvHeads),
    pastKeys,
    pastValues,
    keys: byHead(pastKeys, kvHeads, headDim),
    values: byHead(pastValues, kvHeads, headDim),
    mask: { shape: [1, 1, rows, seen], data: new Float32Array(rows * seen) },
    causal: {
      shape: [group * rows, seen],
      data: Float32Array.from({ length: group * rows * seen }, (_, at) => hidden(Math.floor(at / seen), at % seen)),
    },
  };
}

/** Rows [past, kvHeads · headDim] as a cache [1, kvHeads, capacity, headDim]. */
function byHead({ data }: Rows, kvHeads: number, headDim: number): Rows {
  const cache = new Float32Array(kvHeads * capacity * headDim);
  for (let head = 0; head < kvHeads; head++) {
    for (let row = 0; row < past; row++) {
      const from = (row * kvHeads + head) * headDim;
      cache.set(data.subarray(from, from + headDim), (head * capacity + row) * headDim);
    }
  }
  return { shape: [1, kvHeads, capacity, headDim], data: cache };
}
