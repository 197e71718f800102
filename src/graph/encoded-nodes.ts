// The nodes of a graph as onnx.ts writes them: where one operation becomes several, its temporaries take memory too. For every
// row there that emits more than one node there is one here.
import type { DType, Shape } from "../base/tensor.ts";
import { blockedSum } from "./blocked-sum.ts";
import type { Graph, GraphNode } from "./ir.ts";
import type { OpAttributes, OpName, RowParts } from "./ops.ts";
import { splitSteps } from "./split-steps.ts";
import { topmost } from "./topmost.ts";
import type { Value } from "./value.ts";

/** The operations of the table, and those that only exist inside the encoding of one. */
export type KernelName =
  | OpName
  | "identity"
  | "equal"
  | "greater"
  | "where"
  | "log"
  | "reduceMax"
  | "gatherElements"
  | "squeeze"
  | "unsqueeze"
  | "pad"
  | "topK";

export interface PlannedNode {
  readonly op: KernelName;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
}

export interface EncodedGraph {
  readonly nodes: readonly PlannedNode[];
  /** Each once, all made by nodes; not those that are written into an input. */
  readonly outputs: readonly Value[];
  /** Ids of those. */
  readonly inPlace: ReadonlySet<number>;
}

export function asEncoded(graph: Graph): EncodedGraph {
  const steps = new Steps();
  const nodes = graph.nodes.flatMap((node): readonly PlannedNode[] => {
    const expand = expansions[node.op as keyof typeof expansions] as ((at: Steps, node: GraphNode) => void) | undefined;
    if (!expand) return [node];
    expand(steps, node);
    return steps.take();
  });
  const taken = new Set([...graph.inputs, ...graph.constants].map(({ value }) => value.id));
  const given = graph.outputs.filter(({ into }) => into === undefined);
  const inPlace = new Set(graph.outputs.flatMap(({ value, into }) => (into === undefined ? [] : [value.id])));
  const outputs = given.map(({ value }): Value => {
    if (taken.has(value.id)) return steps.make("identity", [value], value.shape, value.dtype);
    taken.add(value.id);
    return value;
  });
  return { nodes: [...nodes, ...steps.take()], outputs, inPlace };
}

/** Collects the nodes that one operation becomes. */
class Steps {
  #nodes: PlannedNode[] = [];
  /** Values of the graph count from 0 upwards. */
  #next = -1;

  value(shape: Shape, dtype: DType = "float32"): Value {
    return { id: this.#next--, dtype, shape };
  }

  /** @returns the output, of this type and shape */
  make(op: KernelName, inputs: readonly Value[], shape: Shape, dtype?: DType): Value {
    const made = this.value(shape, dtype);
    this.into(op, inputs, made);
    return made;
  }

  into(op: KernelName, inputs: readonly Value[], output: Value): void {
    this.add(op, inputs, [output]);
  }

  add(op: KernelName, inputs: readonly Value[], outputs: readonly Value[]): void {
    this.#nodes.push({ op, inputs, outputs });
  }

  take(): readonly PlannedNode[] {
    return this.#nodes.splice(0);
  }
}

const expansions = {
  oneHot: (steps, { inputs: [index], outputs: [output] }) => {
    steps.into("cast", [steps.make("equal", [asColumn(steps, index as Value)], (output as Value).shape, "bool")], output as Value);
  },
  addPicked: (steps, { inputs: [x, index, values], outputs: [output] }) => {
    const [columns, updates] = [asColumn(steps, index as Value), asColumn(steps, values as Value)];
    steps.into("addPicked", [x as Value, columns, updates], output as Value);
  },
  tokenLogProb,
  likeliest,
  maximum: (steps, { inputs, outputs: [output] }) => {
    const { shape } = output as Value;
    steps.into("where", [steps.make("greater", inputs, shape, "bool"), ...inputs], output as Value);
  },
  sign: (steps, { inputs, outputs: [output] }) => {
    const { shape, dtype } = output as Value;
    const share = (): Value => steps.make("cast", [steps.make("greater", inputs, shape, "bool")], shape, dtype);
    steps.into("sub", [share(), share()], output as Value);
  },
  lookup: (steps, { inputs: [table, indices], outputs: [output] }) => {
    const wide = steps.make("cast", [indices as Value], (indices as Value).shape, "int32");
    steps.into("lookup", [table as Value, wide], output as Value);
  },
  quantizeRows: (steps, { inputs: [x], outputs: [codes, rowSteps], attributes }) => {
    const [{ shape }, made, perRow] = [x as Value, codes as Value, rowSteps as Value];
    const sizes = steps.make("abs", [x as Value], shape);
    const scaled = (op: KernelName): Value => steps.make("mul", [steps.make(op, [sizes], perRow.shape)], perRow.shape);
    steps.into("add", [scaled("reduceMax"), scaled("reduceSum")], perRow);
    const inSteps = steps.make("div", [x as Value, perRow], shape);
    if ((attributes as RowParts).parts === 1) return steps.into("quantizeRows", [inSteps], made);
    const first = steps.make("quantizeRows", [inSteps], shape, "uint8");
    const left = steps.make("sub", [inSteps, steps.make("dequantize", [first], shape)], shape);
    steps.into("concat", [first, steps.make("quantizeRows", [left], shape, "uint8")], made);
  },
  matmulRowCodes: (steps, { inputs, outputs: [output], attributes }) => {
    const [codes, rowSteps, matrix, scales] = inputs as readonly [Value, Value, Value, Value];
    const { shape } = output as Value;
    const { parts } = attributes as RowParts;
    const product = steps.make("matmulRowCodes", [codes, matrix, scales], [codes.shape[0] ?? 0, shape[1] ?? 0]);
    if (parts === 1) return steps.into("mul", [product, rowSteps], output as Value);
    const [first, rest] = [steps.value(shape), steps.value(shape)];
    steps.add("split", [product], [first, rest]);
    steps.into("mul", [steps.make("add", [first, steps.make("mul", [rest], shape)], shape), rowSteps], output as Value);
  },
  scatterRows: (steps, { inputs: [base, index, updates], outputs: [output] }) => {
    const indices = steps.make("expand", [asColumn(steps, index as Value)], (updates as Value).shape, "int32");
    steps.into("scatterRows", [base as Value, indices, updates as Value], output as Value);
  },
  split: (steps, { inputs: [x], outputs, attributes }) => {
    const { sizes, axis } = attributes as OpAttributes["split"];
    let from = x as Value;
    for (const { start, end, rest } of splitSteps(sizes)) {
      const own = outputs.slice(start, end);
      if (rest === 0) steps.add("split", [from], own);
      else {
        const remaining = steps.value(from.shape.with(axis, rest), from.dtype);
        steps.add("split", [from], [...own, remaining]);
        from = remaining;
      }
    }
  },
} satisfies Partial<Record<OpName, (steps: Steps, node: GraphNode) => void>>;

/** [count] as [count, 1]. */
function asColumn(steps: Steps, vector: Value): Value {
  return steps.make("unsqueeze", [vector], [...vector.shape, 1], vector.dtype);
}

function tokenLogProb(steps: Steps, { inputs, outputs, attributes }: GraphNode): void {
  const { smoothing = 0 } = attributes as OpAttributes["tokenLogProb"];
  const [logits, labels] = inputs as readonly [Value, Value];
  const [logProb, exponentials, logTotal] = outputs as readonly [Value, Value, Value];
  const [count = 0, vocabulary = 0] = logits.shape;
  const top = steps.make("reduceMax", [logits], [count, 1]);
  const shifted = steps.make("sub", [logits, top], logits.shape);
  steps.into("exp", [shifted], exponentials);
  const sumOf = (values: Value): Value =>
    blockedSum(values, vocabulary, {
      inBlocks: (from, block) => steps.make("reshape", [from], [count, (from.shape[1] ?? 0) / block, block]),
      columns: (from, start, end) => steps.make("slice", [from], [count, end - start]),
      sum: (from) => steps.make("reduceSum", [from], from.shape.slice(0, -1)),
      add: (a, b) => steps.make("add", [a, b], a.shape),
    });
  steps.into("log", [sumOf(exponentials)], logTotal);
  const picked = steps.make("squeeze", [steps.make("gatherElements", [shifted, asColumn(steps, labels)], [count, 1])], [count]);
  const share = (of: Value): Value => steps.make("mul", [of], [count]);
  const wanted = smoothing === 0 ? picked : steps.make("add", [share(picked), share(sumOf(shifted))], [count]);
  steps.into("sub", [wanted, logTotal], logProb);
}

function likeliest(steps: Steps, { inputs, outputs, attributes }: GraphNode): void {
  const { count } = attributes as OpAttributes["likeliest"];
  const [logits] = inputs as readonly [Value, Value];
  const [values, columns, total, sum] = outputs as readonly [Value, Value, Value, Value];
  const [rows = 0, vocabulary = 0] = logits.shape;
  const blocked = (from: Value, block: number): Value =>
    steps.make("reshape", [from], [rows, (from.shape[1] ?? 0) / block, block], from.dtype);
  const best = topmost(logits, vocabulary, count, {
    padded: (from, missing) => steps.make("pad", [from], [rows, (from.shape[1] ?? 0) + missing]),
    inBlocks: blocked,
    top: (from) => {
      const shape = [...from.shape.slice(0, -1), count];
      const [greatest, wide] = [steps.value(shape), steps.value(shape, "int64")];
      steps.add("topK", [from], [greatest, wide]);
      return { values: greatest, columns: steps.make("lookup", [wide], shape) };
    },
    ofWhole: (from) => steps.make("add", [from], from.shape),
    flat: (from) => steps.make("reshape", [from], [rows, (from.shape[1] ?? 0) * (from.shape[2] ?? 0)], from.dtype),
    gather: (table, from) => steps.make("gatherElements", [table, steps.make("cast", [from], from.shape, "int32")], from.shape),
  });
  steps.into("identity", [best.values], values);
  steps.into("cast", [best.columns], columns);
  const shifted = steps.make("sub", [logits, steps.make("slice", [best.values], [rows, 1])], logits.shape);
  const powers = steps.make("exp", [steps.make("mul", [shifted], logits.shape)], logits.shape);
  for (const [from, to] of [
    [powers, total],
    [logits, sum],
  ] as const) {
    const made = blockedSum(from, vocabulary, {
      inBlocks: blocked,
      columns: (of, start, end) => steps.make("slice", [of], [rows, end - start]),
      sum: (of) => steps.make("reduceSum", [of], of.shape.slice(0, -1)),
      add: (a, b) => steps.make("add", [a, b], a.shape),
    });
    steps.into("identity", [made], to);
  }
}
