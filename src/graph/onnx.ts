// Writes a graph as an ONNX model, in protobuf. One row per operation says which ONNX nodes it becomes; nodes are chosen
// so that the WebGPU and the CPU kernels of ONNX Runtime both have them. Opset 21, plus com.microsoft contrib operators.
import { onnx } from "onnx-proto";
import { levelsBlock } from "../base/levels4.ts";
import { byteLength, isOpen, type DType, type Shape } from "../base/tensor.ts";
import { reshapeTo } from "./bind-graph.ts";
import { blockedSum } from "./blocked-sum.ts";
import { contribDomain, onnxType, type Attributes, type Emit, type Emitter, type Names } from "./emitter.ts";
import { fusedEmitters } from "./fused-onnx.ts";
import type { Graph, GraphNode } from "./ir.ts";
import { emitMatmulRowCodes, emitQuantizeRows } from "./onnx-row-codes.ts";
import { splitSteps } from "./split-steps.ts";
import type { OpAttributes, OpName } from "./ops.ts";

const opset = 21;

/** MatMulBnb4's names of the tables. */
const quantTypes = { fp4: 0, nf4: 1 } as const;

const simple =
  (type: string) =>
  (emit: Emitter, { inputs, outputs }: Names): void =>
    emit.node(type, inputs, outputs);

const reduction =
  (type: string) =>
  (emit: Emitter, { inputs, outputs }: Names, { attributes }: { readonly attributes: OpAttributes["reduceSum"] }): void =>
    emit.node(type, [...inputs, emit.ints(attributes.axes)], outputs, { keepdims: 1 });

const emitters: { readonly [K in OpName]: Emit<K> } = {
  add: simple("Add"),
  sub: simple("Sub"),
  mul: simple("Mul"),
  div: simple("Div"),
  // WebGPU has no kernel for Max.
  maximum: (emit, { inputs, outputs }) => {
    const isFirst = emit.temporary();
    emit.node("Greater", inputs, [isFirst]);
    emit.node("Where", [isFirst, ...inputs], outputs);
  },
  neg: simple("Neg"),
  abs: simple("Abs"),
  // WebGPU has no kernel for Sign.
  sign: (emit, { inputs: [x = ""], outputs }, { outputs: [of] }) => {
    const dtype = of?.dtype ?? "float32";
    const zero = emit.bytes(dtype, [], new Uint8Array(byteLength(dtype, [])));
    const isOf = (...sides: readonly string[]): string => {
      const [truth, share] = [emit.temporary(), emit.temporary()];
      emit.node("Greater", sides, [truth]);
      emit.node("Cast", [truth], [share], { to: onnxType[dtype] });
      return share;
    };
    emit.node("Sub", [isOf(x, zero), isOf(zero, x)], outputs);
  },
  exp: simple("Exp"),
  floor: simple("Floor"),
  sqrt: simple("Sqrt"),
  sigmoid: simple("Sigmoid"),
  tanh: simple("Tanh"),
  erf: simple("Erf"),
  detach: simple("Identity"),
  matmul: simple("MatMul"),
  reduceSum: reduction("ReduceSum"),
  reduceMean: reduction("ReduceMean"),
  softmax: (emit, { inputs, outputs }) => emit.node("Softmax", inputs, outputs, { axis: -1 }),
  gemm: (emit, { inputs, outputs }, { attributes: { alpha, transA, transB } }) =>
    emit.node("Gemm", inputs, outputs, { alpha: { float: alpha }, transA: Number(transA), transB: Number(transB) }),
  reshape: (emit, { inputs, outputs }, { inputs: [x], attributes: { shape } }) =>
    emit.node("Reshape", [...inputs, emit.ints(reshapeTo(x?.shape ?? [], shape))], outputs),
  transpose: (emit, { inputs, outputs }, { attributes }) => emit.node("Transpose", inputs, outputs, { perm: attributes.perm }),
  concat: (emit, { inputs, outputs }, { attributes }) => emit.node("Concat", inputs, outputs, { axis: attributes.axis }),
  split: (emit, { inputs: [x = ""], outputs }, { attributes: { sizes, axis } }) => {
    let from = x;
    for (const { start, end, rest } of splitSteps(sizes)) {
      const own = sizes.slice(start, end);
      const remaining = rest === 0 ? [] : [emit.temporary()];
      emit.node("Split", [from, emit.ints(rest === 0 ? own : [...own, rest])], [...outputs.slice(start, end), ...remaining], { axis });
      [from = from] = remaining;
    }
  },
  slice: (emit, { inputs, outputs }, { attributes: { axis, start, end } }) =>
    emit.node("Slice", [...inputs, emit.ints([start]), emit.ints([end]), emit.ints([axis])], outputs),
  expand: (emit, { inputs, outputs }, { attributes }) => emit.node("Expand", [...inputs, emit.ints(attributes.shape)], outputs),
  // Only output 0 is used: output 1 means different things on the CPU and the WebGPU kernel (ONNX Runtime 1.30).
  rmsNorm: (emit, { inputs, outputs }, { attributes }) =>
    emit.node("SimplifiedLayerNormalization", inputs, outputs, { axis: -1, epsilon: { float: attributes.eps } }),
  layerNorm: (emit, { inputs, outputs }, { attributes }) =>
    emit.node("LayerNormalization", inputs, outputs, { axis: -1, epsilon: { float: attributes.eps } }),
  rotary: (emit, { inputs, outputs }, { attributes }) =>
    emit.node("RotaryEmbedding", inputs, outputs, { interleaved: 0, num_heads: attributes.heads }, contribDomain),
  matmulNBits: (emit, { inputs, outputs }, { attributes: { n, k, block, bits } }) =>
    emit.node("MatMulNBits", inputs, outputs, { N: n, K: k, bits, block_size: block }, contribDomain),
  dequantize: (emit, { inputs, outputs }, { inputs: [codes, scales, zeros], attributes: { block } }) => {
    const dtype = codes?.dtype ?? "uint8";
    const shape = scales?.shape ?? [];
    const middle = new Uint8Array(byteLength(dtype, shape)).fill(dtype === "uint4" ? 0x88 : 0x80);
    const feeds = zeros ? inputs : [...inputs, emit.bytes(dtype, shape, middle)];
    emit.node("DequantizeLinear", feeds, outputs, { axis: 1, block_size: block });
  },
  // With transB 0 the kernel of 1.30 is wrong on WASM and absent on WebGPU: the gradient looks the values up instead.
  matmulLevels4: (emit, { inputs, outputs }, { attributes: { n, k, table } }) =>
    emit.node("MatMulBnb4", inputs, outputs, { N: n, K: k, block_size: levelsBlock, quant_type: quantTypes[table] }, contribDomain),
  quantizeRows: emitQuantizeRows,
  matmulRowCodes: emitMatmulRowCodes,
  lookup: (emit, { inputs: [table = "", indices = ""], outputs }) => {
    const wide = emit.temporary();
    emit.node("Cast", [indices], [wide], { to: onnxType.int32 });
    emit.node("Gather", [table, wide], outputs, { axis: 0 });
  },
  cast: (emit, { inputs, outputs }, { attributes: { to } }) => emit.node("Cast", inputs, outputs, { to: onnxType[to] }),
  gatherRows: (emit, { inputs, outputs }) => emit.node("Gather", inputs, outputs, { axis: 0 }),
  // Not ScatterND: on several threads its CPU kernel loses one of two additions to a row, while this one adds one by one. The WebGPU
  // kernel adds atomically, in no fixed order.
  scatterRows: (emit, { inputs: [base = "", index = "", updates = ""], outputs }, { inputs: [, , rows] }) => {
    const indices = emit.temporary();
    emit.node("Expand", [asColumn(emit, index), emit.ints(rows?.shape ?? [])], [indices]);
    emit.node("ScatterElements", [base, indices, updates], outputs, { axis: 0, reduction: { text: "add" } });
  },
  permuteColumns: (emit, { inputs: [x = "", order = ""], outputs }) => emit.node("Gather", [x, order], outputs, { axis: 1 }),
  addPicked: (emit, { inputs: [x = "", index = "", values = ""], outputs }) => {
    const [columns, updates] = [asColumn(emit, index), asColumn(emit, values)];
    emit.node("ScatterElements", [x, columns, updates], outputs, { axis: 1, reduction: { text: "add" } });
  },
  oneHot: (emit, { inputs: [index = ""], outputs }, { attributes: { depth } }) => {
    const equal = emit.temporary();
    const classes = Int32Array.from({ length: depth }, (_, at) => at);
    emit.node("Equal", [asColumn(emit, index), emit.bytes("int32", [1, depth], new Uint8Array(classes.buffer))], [equal]);
    emit.node("Cast", [equal], outputs, { to: onnxType.float32 });
  },
  tokenLogProb: emitTokenLogProb,
  ...fusedEmitters,
};

/** log softmax(x)[label] = x[label] − max − log Σ exp(x − max), from operations that both providers have. */
function emitTokenLogProb(
  emit: Emitter,
  { inputs: [logits = "", labels = ""], outputs: [logProb = "", exponentials = "", logTotal = ""] }: Names,
  { inputs: [x], attributes: { smoothing = 0 } }: GraphNode<"tokenLogProb">,
): void {
  const next = (type: string, from: readonly string[], attributes?: Attributes): string => {
    const to = emit.temporary();
    emit.node(type, from, [to], attributes);
    return to;
  };
  const [count = 0, vocabulary = 0] = x?.shape ?? [];
  const lastAxis = emit.ints([1]);
  const top = next("ReduceMax", [logits, lastAxis], { keepdims: 1 });
  const shifted = next("Sub", [logits, top]);
  const sumOf = (values: string): string =>
    blockedSum(values, vocabulary, {
      inBlocks: (from, block) => next("Reshape", [from, emit.ints([count, -1, block])]),
      columns: (from, start, end) => next("Slice", [from, emit.ints([start]), emit.ints([end]), lastAxis]),
      sum: (from) => next("ReduceSum", [from, emit.ints([-1])], { keepdims: 0 }),
      add: (a, b) => next("Add", [a, b]),
    });
  const times = (from: string, factor: number): string =>
    next("Mul", [from, emit.bytes("float32", [], new Uint8Array(Float32Array.of(factor).buffer))]);
  emit.node("Exp", [shifted], [exponentials]);
  emit.node("Log", [sumOf(exponentials)], [logTotal]);
  const picked = next("Squeeze", [next("GatherElements", [shifted, asColumn(emit, labels)], { axis: 1 }), lastAxis]);
  const wanted = smoothing === 0 ? picked : next("Add", [times(picked, 1 - smoothing), times(sumOf(shifted), smoothing / vocabulary)]);
  emit.node("Sub", [wanted, logTotal], [logProb]);
}

/** [count] as [count, 1]. */
function asColumn(emit: Emitter, vector: string): string {
  const column = emit.temporary();
  emit.node("Unsqueeze", [vector, emit.ints([1])], [column]);
  return column;
}

/** Encodes a graph as the bytes of an ONNX ModelProto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto). */
export function encodeOnnx(graph: Graph): Uint8Array {
  const body = new GraphEncoder(graph);
  const model = onnx.ModelProto.create({
    irVersion: 10,
    producerName: "atelier",
    opsetImport: [
      { domain: "", version: opset },
      { domain: contribDomain, version: 1 },
    ],
    graph: body.encode(),
  });
  return onnx.ModelProto.encode(model).finish();
}

class GraphEncoder implements Emitter {
  readonly #graph: Graph;
  readonly #names = new Map<number, string>();
  readonly #nodes: onnx.INodeProto[] = [];
  readonly #initializers: onnx.ITensorProto[] = [];
  readonly #intNames = new Map<string, string>();
  readonly #aliases: [from: string, to: string][] = [];
  #temporaries = 0;

  constructor(graph: Graph) {
    this.#graph = graph;
    for (const { name, value } of graph.inputs) this.#names.set(value.id, name);
    for (const { value } of [...graph.constants, ...(graph.weights ?? [])]) this.#names.set(value.id, `v${value.id}`);
    // An output that is an input, a constant or another output as well needs a node of its own.
    for (const { name, value } of graph.outputs) {
      const taken = this.#names.get(value.id);
      if (taken === undefined) this.#names.set(value.id, name);
      else this.#aliases.push([taken, name]);
    }
  }

  encode(): onnx.IGraphProto {
    for (const { value, bytes } of this.#graph.constants) this.#initialize(this.#name(value.id), value.dtype, value.shape, bytes);
    for (const { name, value } of this.#graph.weights ?? []) this.#initialize(this.#name(value.id), value.dtype, value.shape, name);
    for (const node of this.#graph.nodes) {
      const names = { inputs: node.inputs.map(({ id }) => this.#name(id)), outputs: node.outputs.map(({ id }) => this.#name(id)) };
      (emitters[node.op] as Emit<OpName>)(this, names, node);
    }
    for (const [from, to] of this.#aliases) this.node("Identity", [from], [to]);
    // What only a gradient needs, such as the inverse of an order, is no node's input here; the runtime warns of it.
    const needed = new Set(this.#nodes.flatMap(({ input }) => input ?? []));
    return {
      name: this.#graph.name,
      node: this.#nodes,
      initializer: this.#initializers.filter(({ name }) => needed.has(name ?? "")),
      input: this.#graph.inputs.map(({ name, value }) => valueInfo(name, value.dtype, value.shape)),
      output: this.#graph.outputs.map(({ name, value }) => valueInfo(name, value.dtype, value.shape)),
    };
  }

  node: Emitter["node"] = (type, inputs, outputs, attributes = {}, domain = "") => {
    this.#nodes.push({
      name: `${type}_${this.#nodes.length}`,
      opType: type,
      domain,
      input: [...inputs],
      output: [...outputs],
      attribute: Object.entries(attributes).map(encodeAttribute),
    });
  };

  temporary: Emitter["temporary"] = () => `t${this.#temporaries++}`;

  ints: Emitter["ints"] = (values) => {
    const key = values.join(",");
    const known = this.#intNames.get(key);
    if (known) return known;
    const name = this.bytes("int64", [values.length], new Uint8Array(BigInt64Array.from(values, BigInt).buffer));
    this.#intNames.set(key, name);
    return name;
  };

  bytes: Emitter["bytes"] = (dtype, shape, bytes) => {
    const name = `c${this.#initializers.length}`;
    this.#initialize(name, dtype, shape, bytes);
    return name;
  };

  /** @param data a text: the name of the file that has it */
  #initialize(name: string, dtype: DType, shape: Shape, data: Uint8Array | string): void {
    const typed = { name, dataType: onnxType[dtype], dims: [...shape] };
    if (typeof data !== "string") return void this.#initializers.push({ ...typed, rawData: data });
    const place = { location: data, offset: "0", length: String(byteLength(dtype, shape)) };
    this.#initializers.push({
      ...typed,
      dataLocation: onnx.TensorProto.DataLocation.EXTERNAL,
      externalData: Object.entries(place).map(([key, value]) => ({ key, value })),
    });
  }

  #name(id: number): string {
    return this.#names.get(id) ?? `v${id}`;
  }
}

function encodeAttribute([name, value]: [string, Attributes[string]]): onnx.IAttributeProto {
  const types = onnx.AttributeProto.AttributeType;
  if (typeof value === "number") return { name, type: types.INT, i: value };
  if ("float" in value) return { name, type: types.FLOAT, f: value.float };
  if ("text" in value) return { name, type: types.STRING, s: new TextEncoder().encode(value.text) };
  return { name, type: types.INTS, ints: [...value] };
}

function valueInfo(name: string, dtype: DType, shape: Shape): onnx.IValueInfoProto {
  const dim = shape.map((size) => (isOpen(size) ? { dimParam: `open${size}` } : { dimValue: size }));
  return { name, type: { tensorType: { elemType: onnxType[dtype], shape: { dim } } } };
}
