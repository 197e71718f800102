// The gradient of every operation, as one table. A row gets the gradient of each output and returns the gradient of each
// input as new graph nodes; `null` says that an input has none by definition (an index, a frozen quantized weight).
// Every row is checked against finite differences on every engine: tests/parity/gradient-rules.test.ts.
import { AtelierError } from "../../base/errors.ts";
import { levels4, levelsBlock } from "../../base/levels4.ts";
import { sameShape, type Shape } from "../../base/tensor.ts";
import type { GraphBuilder } from "../builder.ts";
import type { GraphNode } from "../ir.ts";
import type { Value } from "../value.ts";
import type { OpName, TrainedOp } from "../ops.ts";

/** Thunks, so that the gradient of an input that nobody needs costs no nodes. */
type InputGradients = readonly ((() => Value) | null)[];

type GradRule<K extends OpName> = (g: GraphBuilder, node: GraphNode<K>, dy: readonly Value[]) => InputGradients;

export const gradRules: { readonly [K in TrainedOp]: GradRule<K> } = {
  add: (g, node, [dy]) => inputsOf(node).map((x) => () => sumTo(g, the(dy), x)),
  sub: (g, node, [dy]) => {
    const [a, b] = two(node);
    return [() => sumTo(g, the(dy), a), () => g.neg(sumTo(g, the(dy), b))];
  },
  mul: (g, node, [dy]) => {
    const [a, b] = two(node);
    return [() => sumTo(g, g.mul(the(dy), b), a), () => sumTo(g, g.mul(the(dy), a), b)];
  },
  div: (g, node, [dy]) => {
    const [a, b] = two(node);
    const y = the(node.outputs[0]);
    return [() => sumTo(g, g.div(the(dy), b), a), () => g.neg(sumTo(g, g.div(g.mul(the(dy), y), b), b))];
  },
  // Where both are equal each gets half, as in PyTorch.
  maximum: (g, node, [dy]) => {
    const [a, b] = two(node);
    const share = (x: Value, other: Value) => (): Value =>
      sumTo(g, g.mul(g.mul(the(dy), g.float(0.5)), g.add(g.sign(g.sub(x, other)), g.float(1))), x);
    return [share(a, b), share(b, a)];
  },
  neg: (g, _node, [dy]) => [() => g.neg(the(dy))],
  abs: (g, { inputs: [x] }, [dy]) => [() => g.mul(the(dy), g.sign(the(x)))],
  // Flat wherever it has a derivative.
  sign: (g, { inputs: [x] }) => [() => g.expand(g.float(0), the(x).shape)],
  exp: (g, { outputs: [y] }, [dy]) => [() => g.mul(the(dy), the(y))],
  floor: () => [null],
  sqrt: (g, { outputs: [y] }, [dy]) => [() => g.div(g.mul(the(dy), g.float(0.5)), the(y))],
  // y' = y · (1 − y)
  sigmoid: (g, { outputs: [y] }, [dy]) => [() => g.mul(g.mul(the(dy), the(y)), g.sub(g.float(1), the(y)))],
  // y' = 1 − y²
  tanh: (g, { outputs: [y] }, [dy]) => [() => g.mul(the(dy), g.sub(g.float(1), g.mul(the(y), the(y))))],
  // y' = 2/√π · exp(−x²)
  erf: (g, { inputs: [x] }, [dy]) => [() => g.mul(the(dy), g.mul(g.float(2 / Math.sqrt(Math.PI)), g.exp(g.neg(g.mul(the(x), the(x))))))],
  matmul: (g, node, [dy]) => {
    const [a, b] = two(node);
    return [() => g.matmul(the(dy), swapLast(g, b)), () => g.matmul(swapLast(g, a), the(dy))];
  },
  gemm: (g, node, [dy]) => gemmGradients(g, node, the(dy)),
  reduceSum: (g, { inputs: [x] }, [dy]) => [() => g.expand(the(dy), the(x).shape)],
  reduceMean: (g, { inputs: [x], attributes: { axes } }, [dy]) => {
    const shape = the(x).shape;
    const count = axes.reduce((product, axis) => product * the(shape[axis]), 1);
    return [() => g.expand(g.mul(the(dy), g.float(1 / count)), shape)];
  },
  reshape: (g, { inputs: [x] }, [dy]) => [() => g.reshape(the(dy), the(x).shape)],
  transpose: (g, { attributes: { perm } }, [dy]) => [
    () =>
      g.transpose(
        the(dy),
        perm.map((_, axis) => perm.indexOf(axis)),
      ),
  ],
  concat: (g, node, [dy]) => {
    const { axis } = node.attributes;
    const ends = inputsOf(node).map((_, at) =>
      sum(
        inputsOf(node)
          .slice(0, at + 1)
          .map((x) => the(x.shape[axis])),
      ),
    );
    return ends.map((end, at) => () => g.slice(the(dy), axis, at === 0 ? 0 : the(ends[at - 1]), end));
  },
  split: (g, { attributes: { axis } }, dy) => [() => g.concat(dy, axis)],
  slice: (g, { inputs: [x], attributes }, [dy]) => [() => padAround(g, the(dy), the(x).shape, attributes)],
  expand: (g, { inputs: [x] }, [dy]) => [() => sumTo(g, the(dy), the(x))],
  detach: () => [null],
  // dx = y · (dy − Σ dy·y)
  softmax: (g, { outputs: [y] }, [dy]) => {
    const axis = the(y).shape.length - 1;
    return [() => g.mul(the(y), g.sub(the(dy), g.reduceSum(g.mul(the(dy), the(y)), [axis])))];
  },
  rmsNorm: (g, node, [dy]) => rmsNormGradients(g, node, the(dy)),
  layerNorm: (g, node, [dy]) => layerNormGradients(g, node, the(dy)),
  // A rotation; its transpose turns the other way.
  rotary: (g, { inputs: [, positions, cos, sin], attributes: { heads } }, [dy]) => [
    () => g.rotary(the(dy), the(positions), the(cos), g.neg(the(sin)), heads),
    null,
    null,
    null,
  ],
  matmulNBits: (g, node, [dy]) => [() => nBitsGradient(g, node, the(dy)), null, null, null],
  dequantize: () => [null, null, null],
  matmulLevels4: (g, node, [dy]) => [() => levels4Gradient(g, node, the(dy)), null, null],
  // For programs that answer, which nobody asks for gradients.
  quantizeRows: () => [null],
  matmulRowCodes: () => [null, null, null, null],
  lookup: () => [null, null],
  cast: (g, { inputs: [x] }, [dy]) => [() => g.like(the(dy), the(x))],
  // Zeros as a difference: as a constant the compiled program would hold a table of them.
  gatherRows: (g, { inputs: [x, index] }, [dy]) => [() => g.scatterRows(g.sub(the(x), the(x)), the(index), the(dy)), null],
  scatterRows: (g, { inputs: [, index] }, [dy]) => [() => the(dy), null, () => g.gatherRows(the(dy), the(index))],
  // The inverse undoes the order.
  permuteColumns: (g, { inputs: [, order, inverse] }, [dy]) => [() => g.permuteColumns(the(dy), the(inverse), the(order)), null, null],
  addPicked: (g, { inputs: [x, index] }, [dy]) => [
    () => the(dy),
    null,
    () => g.reshape(g.reduceSum(g.mul(the(dy), g.oneHot(the(index), the(the(x).shape[1]))), [1]), the(index).shape),
  ],
  oneHot: () => [null],
  // dlogits = ((1 − e) · onehot + e / vocabulary − softmax) · dy, with the softmax by the very sum of the forward pass: a kernel's own may
  // be less exact. All but the labels is one product with what the forward pass has.
  tokenLogProb: (g, { inputs: [logits, labels], outputs: [, exponentials, logTotal], attributes: { smoothing = 0 } }, [dy]) => [
    () => {
      const [count, vocabulary] = the(logits).shape as [number, number];
      const perRow = (value: Value): Value => g.reshape(value, [count, 1]);
      const others = g.mul(the(exponentials), perRow(g.neg(g.mul(the(dy), g.exp(g.neg(the(logTotal)))))));
      if (smoothing === 0) return g.addPicked(others, the(labels), the(dy));
      const spread = g.add(others, perRow(g.mul(the(dy), g.float(smoothing / vocabulary))));
      return g.addPicked(spread, the(labels), g.mul(the(dy), g.float(1 - smoothing)));
    },
    null,
  ],
};

function gemmGradients(g: GraphBuilder, node: GraphNode<"gemm">, dy: Value): InputGradients {
  const { alpha, transA, transB } = node.attributes;
  const [a, b] = two(node);
  const plus = node.inputs[2];
  const product = (of: Value, left: Value, right: Value, trans: { readonly transA?: boolean; readonly transB?: boolean }) => (): Value =>
    isNarrowed(g, of) ? g.gemm(g.widen(left), g.widen(right), { alpha, ...trans }) : g.gemm(left, right, { alpha, ...trans });
  const forA = transA ? product(a, b, dy, { transA: transB, transB: true }) : product(a, dy, b, { transB: !transB });
  const forB = transB ? product(b, dy, a, { transA: true, transB: transA }) : product(b, a, dy, { transA: !transA });
  return plus ? [forA, forB, () => sumTo(g, dy, plus)] : [forA, forB];
}

/** dX = dY · dequantized(W); the same bytes seen as one code per element need no second copy. */
function nBitsGradient(g: GraphBuilder, { inputs, attributes }: GraphNode<"matmulNBits">, dy: Value): Value {
  const { n, k, block, bits } = attributes;
  const [, packed, flatScales, zeros] = inputs;
  const blocks = Math.ceil(k / block);
  const dtype = bits === 4 ? "uint4" : "uint8";
  const codes = g.view(the(packed), dtype, [n, blocks * block]);
  const scales = g.reshaped(the(flatScales), [n, blocks]);
  // Zero points lie row by row in whole bytes; an odd number of blocks leaves a gap that a uint4 tensor cannot have.
  const isDense = zeros && blocks % 2 === 0;
  const weight = g.dequantize(codes, scales, block, isDense ? g.view(zeros, dtype, [n, blocks]) : undefined);
  const product = g.gemm(dy, weight);
  const dx = zeros && !isDense ? shiftBlocks(g, product, dy, zeros, scales, block) : product;
  return blocks * block === k ? dx : g.slice(dx, 1, 0, k);
}

/** Takes dY · (zero point − 8) · scale off every block of a product that was made with 8 as zero point. */
function shiftBlocks(g: GraphBuilder, product: Value, dy: Value, zeros: Value, scales: Value, block: number): Value {
  const [rows, blocks] = [the(dy.shape[0]), the(scales.shape[1])];
  const halves = Float32Array.from({ length: 512 }, (_, at) => ((at % 2 ? at >> 5 : at >> 1) & 15) - 8);
  const offsets = g.reshape(g.lookup(g.like(g.float(halves, [256, 2]), dy), zeros), [the(zeros.shape[0]), 2 * the(zeros.shape[1])]);
  const shift = g.gemm(dy, g.mul(g.slice(offsets, 1, 0, blocks), scales));
  const parts = g.sub(g.reshape(product, [rows, blocks, block]), g.reshape(shift, [rows, blocks, 1]));
  return g.reshape(parts, [rows, blocks * block]);
}

/** dX = dY · W, with two values of W looked up per byte. */
function levels4Gradient(
  g: GraphBuilder,
  { inputs: [, codes, absmax], attributes: { n, k, table } }: GraphNode<"matmulLevels4">,
  dy: Value,
): Value {
  const blocks = the(the(absmax).shape[0]);
  const pairs = Float32Array.from({ length: 512 }, (_, at) => the(levels4[table][(at % 2 ? at >> 1 : at >> 5) & 15]));
  const values = g.reshape(g.lookup(g.like(g.float(pairs, [256, 2]), dy), the(codes)), [blocks, levelsBlock]);
  const scaled = g.reshape(g.mul(values, g.reshape(the(absmax), [blocks, 1])), [blocks * levelsBlock]);
  const used = blocks * levelsBlock === n * k ? scaled : g.slice(scaled, 0, 0, n * k);
  return g.gemm(dy, g.reshape(used, [n, k]));
}

/** With r = 1/sqrt(mean(x²) + eps) and h = dy·w: dx = r·h − x·r³·mean(h·x); dw = Σ dy·x·r. */
function rmsNormGradients(g: GraphBuilder, node: GraphNode<"rmsNorm">, dy: Value): InputGradients {
  const [x, weight] = two(node);
  const axis = x.shape.length - 1;
  const meanSquare = g.reduceMean(g.mul(x, x), [axis]);
  const r = g.div(g.float(1), g.sqrt(g.add(meanSquare, g.float(node.attributes.eps))));
  const normalized = g.mul(x, r);
  return [
    () => {
      const h = g.mul(dy, weight);
      return g.mul(r, g.sub(h, g.mul(normalized, g.reduceMean(g.mul(h, normalized), [axis]))));
    },
    () => sumTo(g, g.mul(dy, normalized), weight),
  ];
}

/** With n = (x − mean) · r and h = dy·w: dx = r · (h − mean(h) − n · mean(h·n)); dw = Σ dy·n; db = Σ dy. */
function layerNormGradients(g: GraphBuilder, node: GraphNode<"layerNorm">, dy: Value): InputGradients {
  const [x, weight] = two(node);
  const bias = the(node.inputs[2]);
  const axis = x.shape.length - 1;
  const centered = g.sub(x, g.reduceMean(x, [axis]));
  const variance = g.reduceMean(g.mul(centered, centered), [axis]);
  const r = g.div(g.float(1), g.sqrt(g.add(variance, g.float(node.attributes.eps))));
  const normalized = g.mul(centered, r);
  return [
    () => {
      const h = g.mul(dy, weight);
      const along = g.mul(normalized, g.reduceMean(g.mul(h, normalized), [axis]));
      return g.mul(r, g.sub(g.sub(h, g.reduceMean(h, [axis])), along));
    },
    () => sumTo(g, g.mul(dy, normalized), weight),
    () => sumTo(g, dy, bias),
  ];
}

/** Sums a gradient over the axes along which its input was broadcast. */
function sumTo(g: GraphBuilder, dy: Value, input: Value): Value {
  const { shape } = input;
  if (sameShape(dy.shape, shape)) return dy;
  const missing = dy.shape.length - shape.length;
  const axes = dy.shape.map((_, axis) => axis).filter((axis) => axis < missing || (shape[axis - missing] === 1 && dy.shape[axis] !== 1));
  const from = isNarrowed(g, input) ? g.widen(dy) : dy;
  return g.reshape(axes.length > 0 ? g.reduceSum(from, axes) : from, shape);
}

/** Of what is float32 and was narrowed to meet activations the gradient is float32: it is a sum over all tokens. */
function isNarrowed(g: GraphBuilder, x: Value): boolean {
  return x.dtype === "float16" && !g.isActivation(x);
}

function padAround(g: GraphBuilder, dy: Value, shape: Shape, { axis, start, end }: GraphNode<"slice">["attributes"]): Value {
  const zeros = (size: number): Value[] =>
    size === 0
      ? []
      : [
          g.float(
            0,
            shape.map((full, at) => (at === axis ? size : full)),
          ),
        ];
  const parts = [...zeros(start), dy, ...zeros(the(shape[axis]) - end)];
  return parts.length === 1 ? dy : g.concat(parts, axis);
}

function swapLast(g: GraphBuilder, x: Value): Value {
  const rank = x.shape.length;
  return g.transpose(
    x,
    [...x.shape.keys()].map((axis) => (axis === rank - 2 ? rank - 1 : axis === rank - 1 ? rank - 2 : axis)),
  );
}

function inputsOf(node: GraphNode): readonly Value[] {
  return node.inputs;
}

function two(node: GraphNode): readonly [Value, Value] {
  return [the(node.inputs[0]), the(node.inputs[1])];
}

function the<T>(value: T | undefined): T {
  if (value === undefined) throw new AtelierError("graph/gradient");
  return value;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
