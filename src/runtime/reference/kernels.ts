// The oracle: every operation in its plainest form, in float64, on one thread. It shares no code with ONNX Runtime and
// takes no shortcuts; it is for tests and far too slow for models.
import { levels4, levelsBlock } from "../../base/levels4.ts";
import { elementCount, stridesOf, type Shape } from "../../base/tensor.ts";
import type { OpName } from "../../graph/ops.ts";
import { fusedKernels } from "./fused-kernels.ts";
import { at, dot, exponentialsRow, fill, overRows, read, rmsNormed, softmaxRow, type HostTensor, type Kernel } from "./host-tensor.ts";
import { matmulRowCodes, quantizeRows } from "./row-codes.ts";

export const kernels: { readonly [K in OpName]: Kernel<K> } = {
  add: binary((a, b) => a + b),
  sub: binary((a, b) => a - b),
  mul: binary((a, b) => a * b),
  div: binary((a, b) => a / b),
  maximum: binary(Math.max),
  neg: unary((x) => -x),
  abs: unary(Math.abs),
  sign: unary(Math.sign),
  exp: unary(Math.exp),
  floor: unary(Math.floor),
  sqrt: unary(Math.sqrt),
  sigmoid: unary((x) => 1 / (1 + Math.exp(-x))),
  tanh: unary(Math.tanh),
  erf: unary(erf),
  matmul: ([a, b], _, [shape]) => [batchedMatmul(at(a), at(b), at(shape))],
  gemm: ([a, b, c], { alpha, transA, transB }, [shape]) => {
    const product = matmul2(transA ? flip(at(a)) : at(a), transB ? flip(at(b)) : at(b));
    const scaled = { ...product, data: product.data.map((x) => x * alpha) };
    return c ? elementwise(scaled, c, at(shape), (x, y) => x + y) : [scaled];
  },
  reduceSum: ([x], { axes }, [shape]) => [reduce(at(x), axes, at(shape))],
  reduceMean: ([x], { axes }, [shape]) => {
    const total = reduce(at(x), axes, at(shape));
    const count = at(x).data.length / total.data.length;
    return [{ shape: total.shape, data: total.data.map((value) => value / count) }];
  },
  reshape: ([x], _, [shape]) => [{ shape: at(shape), data: at(x).data }],
  transpose: ([x], { perm }, [shape]) => {
    const strides = stridesOf(at(x).shape);
    const moved = perm.map((axis) => at(strides[axis]));
    return [build(at(shape), (index) => dot(moved, index), at(x))];
  },
  concat: (inputs, { axis }, [shape]) => {
    const starts = inputs.map((_, input) => inputs.slice(0, input).reduce((sum, x) => sum + at(x.shape[axis]), 0));
    return [
      fill(at(shape), (index) => {
        const input = starts.findLastIndex((start) => start <= at(index[axis]));
        return read(at(inputs[input]), index.with(axis, at(index[axis]) - at(starts[input])));
      }),
    ];
  },
  split: ([x], { sizes, axis }, shapes) =>
    shapes.map((shape, part) => {
      const start = sizes.slice(0, part).reduce((sum, size) => sum + size, 0);
      return fill(shape, (index) => read(at(x), index.with(axis, at(index[axis]) + start)));
    }),
  slice: ([x], { axis, start }, [shape]) => [fill(at(shape), (index) => read(at(x), index.with(axis, at(index[axis]) + start)))],
  detach: ([x]) => [at(x)],
  expand: ([x], _, [shape]) => [fill(at(shape), (index) => readBroadcast(at(x), index))],
  softmax: ([x]) => [overRows(at(x), softmaxRow)],
  rmsNorm: ([x, weight], { eps }) => [rmsNormed(at(x), at(weight), eps)],
  layerNorm: ([x, weight, bias], { eps }) => [
    overRows(at(x), (row) => {
      const mean = row.reduce((sum, value) => sum + value, 0) / row.length;
      const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / row.length;
      return row.map((value, column) => {
        const normalized = (value - mean) / Math.sqrt(variance + eps);
        return normalized * at(at(weight).data[column]) + at(at(bias).data[column]);
      });
    }),
  ],
  rotary: ([x, positions, cos, sin], { heads }) => [rotate(at(x), at(positions), at(cos), at(sin), heads)],
  matmulNBits: ([x, codes, scales, zeros], { n, k, block, bits }) => {
    const bytes = at(codes).data as Uint8Array;
    const blocks = Math.ceil(k / block);
    // A row of zero points fills whole bytes.
    const padded = zeros && unpack(zeros.data as Uint8Array);
    const zero =
      padded && Uint8Array.from({ length: n * blocks }, (_, b) => at(padded[Math.floor(b / blocks) * (padded.length / n) + (b % blocks)]));
    return [
      matmul2(at(x), flip(columns(dequantize(bits === 4 ? unpack(bytes) : bytes, at(scales), n, block, zero ?? 2 ** (bits - 1)), k))),
    ];
  },
  dequantize: ([codes, scales, zeros], { block }, [shape]) => {
    const bytes = at(codes).data as Uint8Array;
    const isPacked = bytes.length < elementCount(at(shape));
    const zero = zeros && (isPacked ? unpack(zeros.data as Uint8Array) : (zeros.data as Uint8Array));
    return [dequantize(isPacked ? unpack(bytes) : bytes, at(scales), at(at(shape)[0]), block, zero ?? (isPacked ? 8 : 128))];
  },
  matmulLevels4: ([x, codes, absmax], { n, k, table }) => {
    const value = (flat: number): number => {
      const code = (at(at(codes).data[flat >> 1]) >> (flat % 2 === 0 ? 4 : 0)) & 15;
      return at(levels4[table][code]) * at(at(absmax).data[Math.floor(flat / levelsBlock)]);
    };
    return [
      matmul2(
        at(x),
        fill([k, n], ([column, row]) => value(at(row) * k + at(column))),
      ),
    ];
  },
  quantizeRows: ([x], { parts }) => quantizeRows(at(x), parts),
  matmulRowCodes: ([codes, steps, matrix, scales], { parts }) => [matmulRowCodes(at(codes), at(steps), at(matrix), at(scales), parts)],
  lookup: ([table, indices], _, [shape]) => [
    fill(at(shape), (index) => read(at(table), [read(at(indices), index.slice(0, -1)), at(index.at(-1))])),
  ],
  // The engine rounds what is float16, whatever made it.
  cast: ([x]) => [at(x)],
  gatherRows: ([x, index], _, [shape]) => [fill(at(shape), ([row, column]) => read(at(x), [at(at(index).data[at(row)]), at(column)]))],
  scatterRows: ([base, index, updates], _, [shape]) => {
    const [data, width] = [Float64Array.from(at(base).data), at(at(shape)[1])];
    at(updates).data.forEach((value, flat) => {
      const target = at(at(index).data[Math.floor(flat / width)]) * width + (flat % width);
      data[target] = at(data[target]) + value;
    });
    return [{ shape: at(shape), data }];
  },
  permuteColumns: ([x, order], _, [shape]) => [fill(at(shape), ([row, column]) => read(at(x), [at(row), at(at(order).data[at(column)])]))],
  addPicked: ([x, index, values], _, [shape]) => {
    const picked = (row = 0, column = 0): number => (at(index).data[row] === column ? Number(at(values).data[row]) : 0);
    return [fill(at(shape), ([row, column]) => read(at(x), [at(row), at(column)]) + picked(row, column))];
  },
  oneHot: ([index], _, [shape]) => [fill(at(shape), ([row, column]) => Number(at(index).data[at(row)] === column))],
  tokenLogProb: ([logits, labels], { smoothing = 0 }) => {
    const [count = 0, vocabulary = 0] = at(logits).shape;
    const exponentials = overRows(at(logits), exponentialsRow);
    const rows = Array.from(
      { length: count },
      (_, row) => exponentials.data.slice(row * vocabulary, (row + 1) * vocabulary) as Float64Array,
    );
    const logTotals = Float64Array.from(rows, (row) => Math.log(row.reduce((a, b) => a + b, 0)));
    const logProbs = Float64Array.from(rows, (row, index) => {
      const own = Math.log(at(row[Number(at(labels).data[index])]));
      const mean = smoothing === 0 ? 0 : row.reduce((sum, power) => sum + Math.log(power), 0) / vocabulary;
      return (1 - smoothing) * own + smoothing * mean - at(logTotals[index]);
    });
    return [{ shape: [count], data: logProbs }, exponentials, { shape: [count], data: logTotals }];
  },
  ...fusedKernels,
};

function unary(f: (x: number) => number) {
  return ([x]: readonly HostTensor[]): readonly HostTensor[] => [{ shape: at(x).shape, data: Float64Array.from(at(x).data, f) }];
}

function binary(f: (x: number, y: number) => number) {
  return ([a, b]: readonly HostTensor[], _: unknown, [shape]: readonly Shape[]): readonly HostTensor[] =>
    elementwise(at(a), at(b), at(shape), f);
}

function elementwise(a: HostTensor, b: HostTensor, shape: Shape, f: (x: number, y: number) => number): readonly HostTensor[] {
  return [fill(shape, (index) => f(readBroadcast(a, index), readBroadcast(b, index)))];
}

function build(shape: Shape, offset: (index: readonly number[]) => number, source: HostTensor): HostTensor {
  return fill(shape, (index) => at(source.data[offset(index)]));
}

function readBroadcast(x: HostTensor, index: readonly number[]): number {
  const own = index.slice(index.length - x.shape.length);
  return read(
    x,
    own.map((position, axis) => (x.shape[axis] === 1 ? 0 : position)),
  );
}

function reduce(x: HostTensor, axes: readonly number[], shape: Shape): HostTensor {
  const data = new Float64Array(elementCount(shape));
  const [from, to] = [stridesOf(x.shape), stridesOf(shape)];
  x.data.forEach((value, flat) => {
    const index = from.map((stride, axis) => Math.floor(flat / stride) % at(x.shape[axis]));
    const target = dot(
      to,
      index.map((position, axis) => (axes.includes(axis) ? 0 : position)),
    );
    data[target] = at(data[target]) + value;
  });
  return { shape, data };
}

function matmul2(a: HostTensor, b: HostTensor): HostTensor {
  const inner = at(a.shape[1]);
  return fill([at(a.shape[0]), at(b.shape[1])], ([row, column]) => {
    let total = 0;
    for (let k = 0; k < inner; k++) total += read(a, [at(row), k]) * read(b, [k, at(column)]);
    return total;
  });
}

function batchedMatmul(a: HostTensor, b: HostTensor, shape: Shape): HostTensor {
  const inner = at(a.shape.at(-1));
  return fill(shape, (index) => {
    const [batch, row, column] = [index.slice(0, -2), at(index.at(-2)), at(index.at(-1))];
    let total = 0;
    for (let k = 0; k < inner; k++) total += read(a, [...batch, row, k]) * read(b, [...batch, k, column]);
    return total;
  });
}

function flip(x: HostTensor): HostTensor {
  return fill([at(x.shape[1]), at(x.shape[0])], ([row, column]) => read(x, [at(column), at(row)]));
}

function columns(x: HostTensor, count: number): HostTensor {
  return fill([at(x.shape[0]), count], (index) => read(x, index));
}

function rotate(x: HostTensor, positions: HostTensor, cos: HostTensor, sin: HostTensor, heads: number): HostTensor {
  const headSize = at(x.shape[2]) / heads;
  const half = at(cos.shape[1]);
  return fill(x.shape, ([row, token, column]) => {
    const within = at(column) % headSize;
    const [pair, position] = [within % half, at(positions.data[at(token)])];
    const other = read(x, [at(row), at(token), at(column) + (within < half ? half : -half)]);
    const value = read(x, [at(row), at(token), at(column)]);
    return value * read(cos, [position, pair]) + (within < half ? -other : other) * read(sin, [position, pair]);
  });
}

function unpack(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from({ length: bytes.length * 2 }, (_, code) => (at(bytes[code >> 1]) >> (code % 2 === 0 ? 0 : 4)) & 15);
}

function dequantize(codes: Uint8Array, scales: HostTensor, rows: number, block: number, zero: number | Uint8Array): HostTensor {
  const width = codes.length / rows;
  const blocks = Math.ceil(width / block);
  const data = Float64Array.from(codes, (code, flat) => {
    const from = Math.floor(flat / width) * blocks + Math.floor((flat % width) / block);
    return (code - (typeof zero === "number" ? zero : at(zero[from]))) * at(scales.data[from]);
  });
  return { shape: [rows, width], data };
}

/** Maclaurin series; to float64's last digits for |x| < 6, and ±1 beyond (Abramowitz & Stegun 7.1.6). */
function erf(x: number): number {
  if (Math.abs(x) >= 6) return Math.sign(x);
  let [term, sum] = [x, x];
  for (let n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}
