// The plainest form of operations that do what several do.
import type { InferenceOp, OpAttributes } from "../../graph/ops.ts";
import { at, fill, read, rmsNormed, softmaxRow, type HostTensor, type Kernel } from "./host-tensor.ts";

export const fusedKernels: { readonly [K in InferenceOp]: Kernel<K> } = {
  silu: ([x]) => [{ shape: at(x).shape, data: Float64Array.from(at(x).data, (value) => value / (1 + Math.exp(-value))) }],
  addRmsNorm: ([a, b, weight], { eps }, [shape]) => {
    const sum = { shape: at(shape), data: Float64Array.from(at(a).data, (value, flat) => value + at(at(b).data[flat])) };
    return [rmsNormed(sum, at(weight), eps), sum];
  },
  likeliest: ([logits, coolness], { count }) => {
    const [rows = 0, vocabulary = 0] = at(logits).shape;
    const all = Array.from({ length: rows }, (_, row) =>
      Array.from(at(logits).data.slice(row * vocabulary, (row + 1) * vocabulary), Number),
    );
    const best = all.map((row) => [...row.keys()].toSorted((a, b) => at(row[b]) - at(row[a]) || a - b).slice(0, count));
    const of = (shape: readonly number[], numbers: readonly number[]): HostTensor => ({ shape, data: Float64Array.from(numbers) });
    const perRow = (sum: (row: readonly number[]) => number): HostTensor => of([rows], all.map(sum));
    const total = (row: readonly number[]): number => {
      const top = row.reduce((most, value) => Math.max(most, value), -Infinity);
      return row.reduce((sum, value) => sum + Math.exp((value - top) * Number(at(coolness).data[0])), 0);
    };
    return [
      of(
        [rows, count],
        all.flatMap((row, index) => at(best[index]).map((column) => at(row[column]))),
      ),
      { shape: [rows, count], data: Int32Array.from(best.flat()) },
      perRow(total),
      perRow((row) => row.reduce((sum, value) => sum + value, 0)),
    ];
  },
  cachedAttention: ([first, second, third, pastKeys, pastValues, , total, mask, cos, sin], attributes) => {
    const { heads, kvHeads, isPacked = false } = attributes;
    const width = at(at(pastKeys).shape[3]);
    const [own, fresh] = [heads * width, kvHeads * width];
    const cut = (from: number, size: number): HostTensor =>
      fill([1, at(at(first).shape[1]), size], ([one, row, column]) => read(at(first), [at(one), at(row), from + at(column)]));
    const [q, k, v] = isPacked ? [cut(0, own), cut(own, fresh), cut(own + fresh, fresh)] : [first, second, third];
    const rows = at(at(q).shape[1]);
    const start = at(at(total).data[0]) - rows;
    const turned = (x: HostTensor): HostTensor => (cos && sin ? turn(x, start, width, cos, sin) : x);
    const keys = withRows(at(pastKeys), start, turned(at(k)));
    const values = withRows(at(pastValues), start, at(v));
    return [attend(turned(at(q)), keys, values, at(mask), start, attributes), keys, values];
  },
};

/** x [1, rows, heads · width] with the first dims of every head turned by the angles of rows `start` and on of the tables. */
function turn(x: HostTensor, start: number, width: number, cos: HostTensor, sin: HostTensor): HostTensor {
  const half = at(cos.shape[1]);
  return fill(x.shape, ([one, row, column]) => {
    const within = at(column) % width;
    const value = read(x, [at(one), at(row), at(column)]);
    if (within >= 2 * half) return value;
    const [pair, angle] = [within % half, start + at(row)];
    const other = read(x, [at(one), at(row), at(column) + (within < half ? half : -half)]);
    return value * read(cos, [angle, pair]) + (within < half ? -other : other) * read(sin, [angle, pair]);
  });
}

/** A cache [1, heads, capacity, width] with fresh rows [1, rows, heads · width] from row `start` on. */
function withRows(cache: HostTensor, start: number, fresh: HostTensor): HostTensor {
  const [rows, width] = [at(fresh.shape[1]), at(cache.shape[3])];
  return fill(cache.shape, ([one, head, row, within]) => {
    const own = at(row) - start;
    if (own < 0 || own >= rows) return read(cache, [at(one), at(head), at(row), at(within)]);
    return read(fresh, [at(one), own, at(head) * width + at(within)]);
  });
}

function attend(
  q: HostTensor,
  keys: HostTensor,
  values: HostTensor,
  mask: HostTensor,
  start: number,
  { heads, scale }: OpAttributes["cachedAttention"],
): HostTensor {
  const [, kvHeads = 0, , width = 0] = keys.shape;
  const weights = new Map<string, Float64Array>();
  const weightsOf = (row: number, head: number): Float64Array => {
    const key = `${row} ${head}`;
    const known = weights.get(key);
    if (known) return known;
    const scores = Float64Array.from({ length: start + row + 1 }, (_, seen) => {
      let score = 0;
      for (let d = 0; d < width; d++)
        score += read(q, [0, row, head * width + d]) * read(keys, [0, Math.floor((head * kvHeads) / heads), seen, d]);
      return score * scale + read(mask, [0, 0, row, seen]);
    });
    const made = softmaxRow(scores);
    weights.set(key, made);
    return made;
  };
  return fill(q.shape, ([, row, column]) => {
    const [head, within] = [Math.floor(at(column) / width), at(column) % width];
    const group = Math.floor((head * kvHeads) / heads);
    return weightsOf(at(row), head).reduce((sum, weight, seen) => sum + weight * read(values, [0, group, seen, within]), 0);
  });
}
