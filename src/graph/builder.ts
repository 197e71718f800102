// Builds graphs node by node. Shapes are checked as nodes are added, so that a wrong model definition fails here and not
// inside a runtime. Equal nodes are made once, and `finish` drops what no output needs: a GPU's host pays per node.
// An operation computes in one float type: where float32 meets float16 it gives way, a number written in the graph as well as a weight, so
// that activations stay what they are. What has to be float32 all the same says so (see inFloat32).
import { byteLength, elementCount, sameShape, type DType, type FloatType, type Shape } from "../base/tensor.ts";
import { AtelierError } from "../base/errors.ts";
import { float16Of } from "./float16-number.ts";
import type { Graph, GraphConstant, GraphInput, GraphNode } from "./ir.ts";
import { independentFirst, unpackingFirst } from "./node-order.ts";
import type { Value, ValueOfEach } from "./value.ts";
import type { NBitsShape, OpAttributes, OpName, RowParts } from "./ops.ts";
import { inferTypes, isFloat } from "./shape-rules.ts";

interface GemmOptions {
  readonly alpha?: number;
  readonly transA?: boolean;
  readonly transB?: boolean;
  /** Added to the product; broadcasts. */
  readonly plus?: Value | undefined;
}

interface FinishOptions {
  readonly given?: Readonly<Record<string, Value>>;
  readonly into?: Readonly<Record<string, string>>;
  readonly late?: Value;
}

export class GraphBuilder {
  /** The type of the activations and of their gradients. */
  readonly activations: FloatType;
  readonly nodes: GraphNode[] = [];
  readonly #inputs = new Map<string, GraphInput>();
  readonly #constants: GraphConstant[] = [];
  readonly #producers = new Map<number, GraphNode>();
  readonly #known = new Map<string, readonly Value[]>();
  readonly #scalars = new Map<string, Value>();
  /** Numbers of the graph by the ids of their values. */
  readonly #written = new Map<number, number>();
  readonly #active = new Set<number>();
  #nextId = 0;
  #prefix = "";

  constructor({ activations = "float32" }: { readonly activations?: FloatType } = {}) {
    this.activations = activations;
  }

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

  /** An input of the type of the activations. */
  activation(called: string, shape: Shape): Value {
    const value = this.input(called, this.activations, shape);
    this.#active.add(value.id);
    return value;
  }

  /** Whether it is made of one. */
  isActivation({ id }: Value): boolean {
    return this.#active.has(id);
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
    if (typeof data === "number" && shape.length === 0) return this.#scalar(data, "float32");
    const array = typeof data === "number" ? new Float32Array(elementCount(shape)).fill(data) : data;
    return this.constant("float32", shape, new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
  }

  #scalar(number: number, dtype: FloatType): Value {
    const key = `${dtype} ${number}`;
    const known = this.#scalars.get(key);
    if (known) return known;
    const array = dtype === "float32" ? Float32Array.of(number) : float16Of(number);
    const value = this.constant(dtype, [], new Uint8Array(array.buffer));
    this.#scalars.set(key, value);
    this.#written.set(value.id, number);
    return value;
  }

  apply<K extends OpName>(op: K, given: readonly Value[], attributes: OpAttributes[K]): readonly Value[] {
    const inputs = this.#ofOneType(given);
    const key = `${op} ${inputs.map(({ id }) => id).join(",")} ${JSON.stringify(attributes)}`;
    const known = this.#known.get(key);
    if (known) return known;
    const outputs = inferTypes(op, inputs, attributes).map(({ dtype, shape }) => this.#value(dtype, shape));
    this.#known.set(key, outputs);
    const node = { op, inputs, outputs, attributes } as GraphNode;
    this.nodes.push(node);
    const isActive = inputs.some((input) => this.isActivation(input));
    for (const output of outputs) {
      this.#producers.set(output.id, node);
      if (isActive) this.#active.add(output.id);
    }
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
  reduceSum = (x: Value, axes: readonly number[]): Value => this.inFloat32(x, (wide) => this.#one("reduceSum", [wide], { axes }));
  /** Keeps the reduced axes with size 1. */
  reduceMean = (x: Value, axes: readonly number[]): Value => this.inFloat32(x, (wide) => this.#one("reduceMean", [wide], { axes }));
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
  /** @param cache its keys, its values, last and total, as {@link OpAttributes.cachedAttention} has them */
  cachedAttention = (
    [q, k, v]: readonly [Value, Value, Value],
    cache: readonly [Value, Value, Value, Value],
    mask: Value,
    turned: readonly Value[],
    attributes: OpAttributes["cachedAttention"],
  ): readonly Value[] => this.apply("cachedAttention", [q, k, v, ...cache, mask, ...turned], attributes);
  /** Codes and steps; of what is rounded once, whoever asks gets the same. */
  quantizeRows = (x: Value, shape: RowParts): ValueOfEach<readonly ["codes", "steps"]> =>
    this.apply("quantizeRows", [x], shape) as ValueOfEach<readonly ["codes", "steps"]>;
  matmulRowCodes = (codes: Value, steps: Value, matrix: Value, scales: Value, shape: RowParts): Value =>
    this.#one("matmulRowCodes", [codes, steps, matrix, scales], shape);
  lookup = (table: Value, indices: Value): Value => this.#one("lookup", [table, indices], {});
  /** Itself, where it has the type. */
  cast = (x: Value, to: FloatType): Value => {
    const written = this.#written.get(x.id);
    if (x.dtype === to) return x;
    if (written !== undefined) return this.#scalar(written, to);
    return this.#castWhole(x, to) ?? this.#one("cast", [x], { to });
  };

  /** Weights that are cut out of one vector are cast with it: one node for all of them. */
  #castWhole(x: Value, to: FloatType): Value | undefined {
    const node = this.isActivation(x) ? undefined : this.producer(x);
    const [whole] = node?.inputs ?? [];
    if (!node || !whole) return undefined;
    if (node.op === "reshape") return this.reshape(this.cast(whole, to), x.shape);
    if (node.op !== "split") return undefined;
    const place = node.outputs.findIndex(({ id }) => id === x.id);
    return this.apply("split", [this.cast(whole, to)], (node as GraphNode<"split">).attributes)[place];
  }

  widen = (x: Value): Value => this.cast(x, "float32");
  /** In the type of another value. */
  like = (x: Value, { dtype }: Value): Value => this.cast(x, dtype === "float16" ? dtype : "float32");

  /** Statistics, and what they are made of: computed in float32, given back in the type of x. */
  inFloat32(x: Value, compute: (wide: Value) => Value): Value {
    return x.dtype === "float16" ? this.like(compute(this.widen(x)), x) : compute(x);
  }

  gemm(a: Value, b: Value, { alpha = 1, transA = false, transB = false, plus }: GemmOptions = {}): Value {
    return this.#one("gemm", plus ? [a, b, plus] : [a, b], { alpha, transA, transB });
  }

  /**
   * The graph of what the outputs need. Declared inputs that no output needs are dropped, views with their last use.
   * @param given values that are fed by these names instead of being computed
   * @param into outputs that are written into the bytes of an input, by its name
   * @param late what does not depend on it stands first, and so runs as late as it can: see {@link unpackingFirst}
   */
  finish<Output extends string>(
    name: string,
    outputs: Readonly<Record<Output, Value>>,
    { given = {}, into = {}, late }: FinishOptions = {},
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
      outputs: named.map(([output, value]) => ({ name: output, value, ...(into[output] === undefined ? {} : { into: into[output] }) })),
    };
  }

  #one<K extends OpName>(op: K, inputs: readonly Value[], attributes: OpAttributes[K]): Value {
    const [output] = this.apply(op, inputs, attributes);
    return output as Value;
  }

  #ofOneType(values: readonly Value[]): readonly Value[] {
    const isNarrow = values.some(({ dtype }) => dtype === "float16");
    return isNarrow && values.length > 1 ? values.map((value) => (isFloat(value) ? this.cast(value, "float16") : value)) : values;
  }

  #value(dtype: DType, shape: Shape): Value {
    return { id: this.#nextId++, dtype, shape };
  }
}
