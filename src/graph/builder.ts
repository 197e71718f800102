// Builds graphs node by node. Shapes are checked as nodes are added, so that a wrong model definition fails here and not
// inside a runtime. Equal nodes are made once, and `finish` drops what no output needs: a GPU's host pays per node.
import { byteLength, elementCount, sameShape, type DType, type Shape } from "../base/tensor.ts";
import { AtelierError } from "../base/errors.ts";
import type { Graph, GraphConstant, GraphInput, GraphNode } from "./ir.ts";
import type { Value, ValueOfEach } from "./value.ts";
import { inferShapes, type NBitsShape, type OpAttributes, type OpName, type RowParts } from "./ops.ts";

interface GemmOptions {
  readonly alpha?: number;
  readonly transA?: boolean;
  readonly transB?: boolean;
  /** Added to the product; broadcasts. */
  readonly plus?: Value | undefined;
}

export class GraphBuilder {
  readonly nodes: GraphNode[] = [];
  readonly #inputs = new Map<string, GraphInput>();
  readonly #constants: GraphConstant[] = [];
  readonly #producers = new Map<number, GraphNode>();
  readonly #known = new Map<string, readonly Value[]>();
  readonly #scalars = new Map<number, Value>();
  #nextId = 0;
  #prefix = "";

  /** Inputs that are declared meanwhile have this before their names, so that one graph can take several of the same parts. */
  within<T>(prefix: string, declare: () => T): T {
    const outer = this.#prefix;
    this.#prefix = outer + prefix;
    try {
      return declare();
    } finally {
      this.#prefix = outer;
    }
  }

  input(called: string, dtype: DType, shape: Shape): Value {
    const name = this.#prefix + called;
    if (this.#inputs.has(name)) throw new AtelierError("graph/duplicate-input", { name });
    const value = this.#value(dtype, shape);
    this.#inputs.set(name, { name, value });
    return value;
  }

  /** An input that several parts of a graph share: declared by whoever comes first. */
  sharedInput(name: string, dtype: DType, shape: Shape): Value {
    const known = this.#inputs.get(this.#prefix + name)?.value;
    if (known && known.dtype === dtype && sameShape(known.shape, shape)) return known;
    return this.input(name, dtype, shape);
  }

  /** The bytes of an input under another element type, e.g. uint8 pairs as uint4, or another shape. Made once per input and name. */
  view(of: Value, dtype: DType, shape: Shape): Value {
    const source = [...this.#inputs.values()].find((input) => input.value.id === of.id);
    if (!source || byteLength(dtype, shape) !== byteLength(of.dtype, of.shape)) throw new AtelierError("graph/view");
    const name = `${source.name}:${dtype === of.dtype ? shape.join("x") : dtype}`;
    const known = this.#inputs.get(name);
    if (known) return known.value;
    const value = this.#value(dtype, shape);
    this.#inputs.set(name, { name, value, viewOf: source.name });
    return value;
  }

  constant(dtype: DType, shape: Shape, bytes: Uint8Array): Value {
    const value = this.#value(dtype, shape);
    this.#constants.push({ value, bytes });
    return value;
  }

  /** A float32 constant; of rank 0 unless a shape is given. */
  float(data: number | Float32Array, shape: Shape = []): Value {
    const isScalar = typeof data === "number" && shape.length === 0;
    const known = isScalar ? this.#scalars.get(data) : undefined;
    if (known) return known;
    const array = typeof data === "number" ? new Float32Array(elementCount(shape)).fill(data) : data;
    const value = this.constant("float32", shape, new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
    if (isScalar) this.#scalars.set(data, value);
    return value;
  }

  apply<K extends OpName>(op: K, inputs: readonly Value[], attributes: OpAttributes[K]): readonly Value[] {
    const key = `${op} ${inputs.map(({ id }) => id).join(",")} ${JSON.stringify(attributes)}`;
    const known = this.#known.get(key);
    if (known) return known;
    const outputs = inferShapes[op](inputs, attributes).map(({ dtype, shape }) => this.#value(dtype, shape));
    this.#known.set(key, outputs);
    const node = { op, inputs, outputs, attributes } as GraphNode;
    this.nodes.push(node);
    for (const output of outputs) this.#producers.set(output.id, node);
    return outputs;
  }

  /** Another shape of an input, which costs no node, or of what is computed. */
  reshaped = (x: Value, shape: Shape): Value => {
    if (sameShape(x.shape, shape)) return x;
    return [...this.#inputs.values()].some(({ value }) => value.id === x.id) ? this.view(x, x.dtype, shape) : this.reshape(x, shape);
  };

  producer(value: Value): GraphNode | undefined {
    return this.#producers.get(value.id);
  }

  add = (a: Value, b: Value): Value => this.#one("add", [a, b], {});
  sub = (a: Value, b: Value): Value => this.#one("sub", [a, b], {});
  mul = (a: Value, b: Value): Value => this.#one("mul", [a, b], {});
  div = (a: Value, b: Value): Value => this.#one("div", [a, b], {});
  maximum = (a: Value, b: Value): Value => this.#one("maximum", [a, b], {});
  neg = (x: Value): Value => this.#one("neg", [x], {});
  abs = (x: Value): Value => this.#one("abs", [x], {});
  sign = (x: Value): Value => this.#one("sign", [x], {});
  exp = (x: Value): Value => this.#one("exp", [x], {});
  floor = (x: Value): Value => this.#one("floor", [x], {});
  sqrt = (x: Value): Value => this.#one("sqrt", [x], {});
  sigmoid = (x: Value): Value => this.#one("sigmoid", [x], {});
  tanh = (x: Value): Value => this.#one("tanh", [x], {});
  erf = (x: Value): Value => this.#one("erf", [x], {});
  /** The same numbers; what they are made of gets no gradient by them. */
  detach = (x: Value): Value => this.#one("detach", [x], {});
  softmax = (x: Value): Value => this.#one("softmax", [x], {});
  matmul = (a: Value, b: Value): Value => this.#one("matmul", [a, b], {});
  /** Of what is reshaped twice only the last shape counts. */
  reshape = (x: Value, shape: Shape): Value => {
    const before = this.producer(x);
    if (before?.op === "reshape") return this.reshape(before.inputs[0] as Value, shape);
    return sameShape(x.shape, shape) ? x : this.#one("reshape", [x], { shape });
  };
  transpose = (x: Value, perm: readonly number[]): Value => this.#one("transpose", [x], { perm });
  expand = (x: Value, shape: Shape): Value => this.#one("expand", [x], { shape });
  /** One part is itself. */
  concat = (parts: readonly Value[], axis: number): Value => {
    const [first] = parts;
    return first && parts.length === 1 ? first : this.#one("concat", parts, { axis });
  };
  slice = (x: Value, axis: number, start: number, end: number): Value => this.#one("slice", [x], { axis, start, end });
  /** Keeps the reduced axes with size 1. */
  reduceSum = (x: Value, axes: readonly number[]): Value => this.#one("reduceSum", [x], { axes });
  /** Keeps the reduced axes with size 1. */
  reduceMean = (x: Value, axes: readonly number[]): Value => this.#one("reduceMean", [x], { axes });
  rmsNorm = (x: Value, weight: Value, eps: number): Value => this.#one("rmsNorm", [x, weight], { eps });
  layerNorm = (x: Value, weight: Value, bias: Value, eps: number): Value => this.#one("layerNorm", [x, weight, bias], { eps });
  gatherRows = (x: Value, index: Value): Value => this.#one("gatherRows", [x, index], {});
  scatterRows = (base: Value, index: Value, updates: Value): Value => this.#one("scatterRows", [base, index, updates], {});
  permuteColumns = (x: Value, order: Value, inverse: Value): Value => this.#one("permuteColumns", [x, order, inverse], {});
  addPicked = (x: Value, index: Value, values: Value): Value => this.#one("addPicked", [x, index, values], {});
  oneHot = (index: Value, depth: number): Value => this.#one("oneHot", [index], { depth });
  tokenLogProb = (logits: Value, labels: Value, smoothing = 0): Value =>
    this.#one("tokenLogProb", [logits, labels], smoothing === 0 ? {} : { smoothing });
  /** One part of all is itself. */
  split = <const Sizes extends readonly number[]>(x: Value, sizes: Sizes, axis = 0): ValueOfEach<Sizes> =>
    (sizes.length === 1 && sizes[0] === x.shape[axis] ? [x] : this.apply("split", [x], { sizes, axis })) as ValueOfEach<Sizes>;
  rotary = (x: Value, positions: Value, cos: Value, sin: Value, heads: number): Value =>
    this.#one("rotary", [x, positions, cos, sin], { heads });
  matmulNBits = (x: Value, codes: Value, scales: Value, shape: NBitsShape, zeros?: Value): Value =>
    this.#one("matmulNBits", zeros ? [x, codes, scales, zeros] : [x, codes, scales], shape);
  dequantize = (codes: Value, scales: Value, block: number, zeros?: Value): Value =>
    this.#one("dequantize", zeros ? [codes, scales, zeros] : [codes, scales], { block });
  matmulLevels4 = (x: Value, codes: Value, absmax: Value, shape: OpAttributes["matmulLevels4"]): Value =>
    this.#one("matmulLevels4", [x, codes, absmax], shape);
  /** Codes and steps; of what is rounded once, whoever asks gets the same. */
  quantizeRows = (x: Value, shape: RowParts): ValueOfEach<readonly ["codes", "steps"]> =>
    this.apply("quantizeRows", [x], shape) as ValueOfEach<readonly ["codes", "steps"]>;
  matmulRowCodes = (codes: Value, steps: Value, matrix: Value, scales: Value, shape: RowParts): Value =>
    this.#one("matmulRowCodes", [codes, steps, matrix, scales], shape);
  lookup = (table: Value, indices: Value): Value => this.#one("lookup", [table, indices], {});
  widen = (x: Value): Value => this.#one("widen", [x], {});

  gemm(a: Value, b: Value, { alpha = 1, transA = false, transB = false, plus }: GemmOptions = {}): Value {
    return this.#one("gemm", plus ? [a, b, plus] : [a, b], { alpha, transA, transB });
  }

  /**
   * The graph of what the outputs need. Declared inputs that no output needs are dropped, views with their last use.
   * @param given values that are fed by these names instead of being computed
   * @param late what does not depend on it stands first, and so runs as late as it can: see {@link unpackingFirst}
   */
  finish<Output extends string>(
    name: string,
    outputs: Readonly<Record<Output, Value>>,
    { given = {}, late }: { readonly given?: Readonly<Record<string, Value>>; readonly late?: Value } = {},
  ): Graph<Output> {
    const named = Object.entries(outputs) as [Output, Value][];
    const fed = Object.entries(given).map(([input, value]): GraphInput => ({ name: input, value }));
    const isFed = new Set(fed.map(({ value }) => value.id));
    const needed = new Set(named.map(([, value]) => value.id));
    const nodes: GraphNode[] = [];
    for (const node of this.nodes.toReversed()) {
      if (!node.outputs.some(({ id }) => needed.has(id) && !isFed.has(id))) continue;
      nodes.push(node);
      for (const input of node.inputs) needed.add(input.id);
    }
    const inputs = [...this.#inputs.values(), ...fed].filter((input) => needed.has(input.value.id));
    const constants = this.#constants.filter((constant) => needed.has(constant.value.id));
    return {
      name,
      inputs,
      constants,
      nodes: unpackingFirst(late ? independentFirst(nodes.toReversed(), late) : nodes.toReversed(), [...inputs, ...constants]),
      outputs: named.map(([output, value]) => ({ name: output, value })),
    };
  }

  #one<K extends OpName>(op: K, inputs: readonly Value[], attributes: OpAttributes[K]): Value {
    const [output] = this.apply(op, inputs, attributes);
    return output as Value;
  }

  #value(dtype: DType, shape: Shape): Value {
    return { id: this.#nextId++, dtype, shape };
  }
}

function independentFirst(nodes: readonly GraphNode[], late: Value): readonly GraphNode[] {
  const dependent = new Set([late.id]);
  const last = new Set<GraphNode>();
  for (const node of nodes) {
    if (!node.inputs.some(({ id }) => dependent.has(id))) continue;
    last.add(node);
    for (const { id } of node.outputs) dependent.add(id);
  }
  return [...nodes.filter((node) => !last.has(node)), ...last];
}

/** What turns stored weights into float32. */
const unpackingOps: ReadonlySet<OpName> = new Set(["dequantize", "lookup", "widen", "reshape", "mul", "add", "slice"]);

/**
 * Weights are large once they are unpacked, and ONNX Runtime runs, of what a node needs, the latest first and all before it: the
 * unpacking of every matrix of a chain would come before the first product. What stands first in the file runs last, just before
 * the product that needs it.
 */
function unpackingFirst(nodes: readonly GraphNode[], given: readonly { readonly value: Value }[]): readonly GraphNode[] {
  const known = new Set(given.map(({ value }) => value.id));
  const unpacking = new Set<GraphNode>();
  for (const node of nodes) {
    if (!unpackingOps.has(node.op) || !node.inputs.every(({ id }) => known.has(id))) continue;
    unpacking.add(node);
    for (const { id } of node.outputs) known.add(id);
  }
  return [...unpacking, ...nodes.filter((node) => !unpacking.has(node))];
}
