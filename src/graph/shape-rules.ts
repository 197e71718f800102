// What every operation makes of its inputs: the types and shapes of its outputs.
import { AtelierError } from "../base/errors.ts";
import { levelsBlock } from "../base/levels4.ts";
import { broadcastShapes, elementCount, sameShape, type DType, type Shape } from "../base/tensor.ts";
import { and } from "../words/message.ts";
import type { OpAttributes, OpName } from "./ops.ts";
import type { Value } from "./value.ts";

export interface Typed {
  readonly dtype: DType;
  readonly shape: Shape;
}

/** "float": the type of the numbers that go in, which are all of one; float32 where none do. */
interface Inferred {
  readonly dtype: DType | "float";
  readonly shape: Shape;
}

type Infer<K extends OpName> = (inputs: readonly Value[], attributes: OpAttributes[K]) => readonly Inferred[];

/** What an operation makes of its inputs. */
export function inferTypes<K extends OpName>(op: K, inputs: readonly Value[], attributes: OpAttributes[K]): readonly Typed[] {
  const floats = inputs.find(isFloat)?.dtype ?? "float32";
  return inferShapes[op](inputs, attributes).map(({ dtype, shape }) => ({ dtype: dtype === "float" ? floats : dtype, shape }));
}

export function isFloat({ dtype }: Pick<Value, "dtype">): boolean {
  return dtype === "float32" || dtype === "float16";
}

const float = (shape: Shape): readonly Inferred[] => [{ dtype: "float", shape }];

const broadcast = ([a, b]: readonly Value[]): readonly Inferred[] => {
  const shape = a && b && broadcastShapes(a.shape, b.shape);
  if (!shape) throw shapeError("elementwise", [a, b]);
  return float(shape);
};

const elementwise = ([x]: readonly Value[]): readonly Inferred[] => float(required(x).shape);

const reduce = ([x]: readonly Value[], { axes }: OpAttributes["reduceSum"]): readonly Inferred[] =>
  float(required(x).shape.map((size, axis) => (axes.includes(axis) ? 1 : size)));

const inferShapes: { readonly [K in OpName]: Infer<K> } = {
  add: broadcast,
  sub: broadcast,
  mul: broadcast,
  div: broadcast,
  maximum: broadcast,
  neg: elementwise,
  abs: elementwise,
  sign: elementwise,
  exp: elementwise,
  floor: elementwise,
  sqrt: elementwise,
  sigmoid: elementwise,
  tanh: elementwise,
  erf: elementwise,
  softmax: elementwise,
  detach: elementwise,
  reduceSum: reduce,
  reduceMean: reduce,
  rotary: elementwise,
  rmsNorm: elementwise,
  layerNorm: elementwise,
  matmul: ([a, b]) => float(matmulShape(required(a), required(b))),
  gemm: ([a, b], { transA, transB }) => float(gemmShape(required(a), required(b), transA, transB)),
  reshape: ([x], { shape }) => {
    if (elementCount(required(x).shape) !== elementCount(shape)) throw shapeError(`reshape [${shape.join(", ")}]`, [x]);
    return [{ dtype: required(x).dtype, shape }];
  },
  transpose: ([x], { perm }) => [{ dtype: required(x).dtype, shape: perm.map((axis) => sizeAt(required(x), axis)) }],
  concat: (inputs, { axis }) => {
    const total = inputs.reduce((sum, input) => sum + sizeAt(input, axis), 0);
    return float(required(inputs[0]).shape.map((size, at) => (at === axis ? total : size)));
  },
  split: ([x], { sizes, axis }) => {
    const { shape } = required(x);
    if (shape[axis] !== sizes.reduce((sum, size) => sum + size, 0)) throw shapeError(`split [${sizes.join(", ")}]`, [x]);
    return sizes.map((size) => ({ dtype: "float", shape: shape.with(axis, size) }));
  },
  slice: ([x], { axis, start, end }) => float(required(x).shape.map((size, at) => (at === axis ? end - start : size))),
  expand: ([x], { shape }) => {
    const out = broadcastShapes(required(x).shape, shape);
    if (!out || !sameShape(out, shape)) throw shapeError(`expand [${shape.join(", ")}]`, [x]);
    return float(shape);
  },
  matmulNBits: ([x, codes, scales, zeros], { n, k, block, bits }) => {
    const blocks = Math.ceil(k / block);
    const fits =
      required(x).shape.at(-1) === k &&
      sameShape(required(codes).shape, [n, blocks, (block * bits) / 8]) &&
      elementCount(required(scales).shape) === n * blocks &&
      (!zeros || (bits === 4 && sameShape(zeros.shape, [n, Math.ceil(blocks / 2)])));
    if (!fits) throw shapeError("matmulNBits", [x, codes, scales, zeros]);
    return float([...required(x).shape.slice(0, -1), n]);
  },
  dequantize: ([codes, scales, zeros], { block }) => {
    const blocks = required(scales).shape;
    const fits =
      Math.ceil(sizeAt(required(codes), 1) / block) === sizeAt(required(scales), 1) && (!zeros || sameShape(zeros.shape, blocks));
    if (!fits) throw shapeError("dequantize", [codes, scales, zeros]);
    return float(required(codes).shape);
  },
  matmulLevels4: ([x, codes, absmax], { n, k }) => {
    const blocks = Math.ceil((n * k) / levelsBlock);
    const fits =
      sizeAt(required(x), 1) === k &&
      sameShape(required(codes).shape, [blocks, levelsBlock / 2]) &&
      sameShape(required(absmax).shape, [blocks]);
    if (!fits) throw shapeError("matmulLevels4", [x, codes, absmax]);
    return float([sizeAt(required(x), 0), n]);
  },
  quantizeRows: ([x], { parts }) => {
    const [tokens, columns] = [sizeAt(required(x), 0), sizeAt(required(x), 1)];
    return [
      { dtype: "uint8", shape: [parts * tokens, columns] },
      { dtype: "float32", shape: [tokens, 1] },
    ];
  },
  matmulRowCodes: ([codes, steps, matrix, scales], { parts }) => {
    const [tokens, n] = [sizeAt(required(steps), 0), sizeAt(required(scales), 0)];
    const fits = sameShape(required(codes).shape, [parts * tokens, sizeAt(required(matrix), 0)]) && sizeAt(required(matrix), 1) === n;
    if (!fits) throw shapeError("matmulRowCodes", [codes, steps, matrix, scales]);
    return float([tokens, n]);
  },
  lookup: ([table, indices]) => float([...required(indices).shape, sizeAt(required(table), 1)]),
  cast: ([x], { to }) => [{ dtype: to, shape: required(x).shape }],
  gatherRows: ([x, index]) => float([sizeAt(required(index), 0), sizeAt(required(x), 1)]),
  scatterRows: ([base, index, updates]) => {
    const named = [sizeAt(required(index), 0), sizeAt(required(base), 1)];
    if (!sameShape(required(updates).shape, named)) throw shapeError("scatterRows", [base, index, updates]);
    return float(required(base).shape);
  },
  permuteColumns: elementwise,
  addPicked: ([x, index, values]) => {
    const rows = [sizeAt(required(x), 0)];
    if (!sameShape(required(index).shape, rows) || !sameShape(required(values).shape, rows))
      throw shapeError("addPicked", [x, index, values]);
    return float(required(x).shape);
  },
  oneHot: ([index], { depth }) => float([sizeAt(required(index), 0), depth]),
  tokenLogProb: ([logits, labels]) => {
    if (sizeAt(required(logits), 0) !== sizeAt(required(labels), 0)) throw shapeError("tokenLogProb", [logits, labels]);
    const perRow = float([sizeAt(required(logits), 0)]);
    return [...perRow, ...float(required(logits).shape), ...perRow];
  },
  silu: elementwise,
  likeliest: ([logits], { count }) => {
    const [rows = 0, vocabulary = 0] = required(logits).shape;
    if (count > vocabulary) throw shapeError("likeliest", [logits]);
    return [...float([rows, count]), { dtype: "int32", shape: [rows, count] }, ...float([rows]), ...float([rows])];
  },
  cachedAttention: (inputs, { heads, kvHeads, isPacked = false }) => {
    const [q, k, v, keys, values, , , mask] = inputs;
    const [, rows = 0] = required(q).shape;
    const [, , capacity = 0, width = 0] = required(keys).shape;
    const [own, fresh] = [heads * width, kvHeads * width];
    const widths = isPacked ? [own + 2 * fresh, own + 2 * fresh, own + 2 * fresh] : [own, fresh, fresh];
    const fits =
      [q, k, v].every((part, at) => sameShape(required(part).shape, [1, rows, required(widths[at])])) &&
      sameShape(required(keys).shape, [1, kvHeads, capacity, width]) &&
      sameShape(required(values).shape, required(keys).shape) &&
      required(mask).shape[2] === rows &&
      inputs.slice(8).every(({ shape }) => shape[0] === capacity);
    if (!fits) throw shapeError("cachedAttention", inputs);
    return [[1, rows, own], required(keys).shape, required(values).shape].flatMap(float);
  },
  addRmsNorm: ([a, b, weight]) => {
    const { shape } = required(a);
    if (!sameShape(shape, required(b).shape) || !sameShape(required(weight).shape, shape.slice(-1)))
      throw shapeError("addRmsNorm", [a, b, weight]);
    return [...float(shape), ...float(shape)];
  },
};

function matmulShape(a: Value, b: Value): Shape {
  const batch = a.shape.slice(0, -2);
  const fits = sameShape(batch, b.shape.slice(0, -2)) && a.shape.at(-1) === b.shape.at(-2);
  if (!fits) throw shapeError("matmul", [a, b]);
  return [...batch, sizeAt(a, a.shape.length - 2), sizeAt(b, b.shape.length - 1)];
}

function gemmShape(a: Value, b: Value, transA: boolean, transB: boolean): Shape {
  const inner = sizeAt(a, transA ? 0 : 1);
  if (a.shape.length !== 2 || b.shape.length !== 2 || inner !== sizeAt(b, transB ? 1 : 0)) throw shapeError("gemm", [a, b]);
  return [sizeAt(a, transA ? 1 : 0), sizeAt(b, transB ? 0 : 1)];
}

function sizeAt(value: Value, axis: number): number {
  return required(value.shape[axis]);
}

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new AtelierError("graph/shape#missing");
  return value;
}

/** @param operation its name, and what it was to make */
function shapeError(operation: string, inputs: readonly (Value | undefined)[]): AtelierError {
  const shapes = inputs.map((input) => (input ? `[${input.shape.join(", ")}]` : "–"));
  return new AtelierError("graph/shape", { operation, shapes: and(shapes) });
}
