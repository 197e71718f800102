// One graph of several that run one after the other: what one gives is what the next takes. Each was built by itself, so that the
// stages of a model are the same whether they run alone or together.
import { AtelierError } from "../base/errors.ts";
import { sameShape } from "../base/tensor.ts";
import type { Graph, GraphConstant, GraphInput, GraphNode, GraphWeight } from "./ir.ts";
import type { Value } from "./value.ts";

export interface GraphPart {
  readonly graph: Graph;
  /** What an input is called in the whole; inputs of one name are one. Undefined: a weight of the part, which is built in. */
  readonly nameOf: (input: string) => string | undefined;
  /** What makes the numbers of an input that has no name in the whole. */
  readonly weightOf: (input: string) => GraphWeight["read"];
  /** Outputs by the names that they have in the whole; one that a later part takes under its name is no output of the whole. */
  readonly outputs: Readonly<Record<string, string>>;
}

/** @param outputs what the whole gives, by its output names: what parts made, by the names in {@link GraphPart.outputs} */
export function joinGraphs(name: string, parts: readonly GraphPart[], outputs: Readonly<Record<string, string>>): Graph {
  const joined = new Joined();
  for (const [at, part] of parts.entries()) joined.add(part, `${at}`);
  return joined.finish(name, outputs);
}

class Joined {
  readonly #inputs = new Map<string, GraphInput>();
  readonly #made = new Map<string, Value>();
  /** Of what is written into an input, its name in the whole. */
  readonly #into = new Map<number, string>();
  readonly #constants: GraphConstant[] = [];
  readonly #weights: GraphWeight[] = [];
  readonly #nodes: GraphNode[] = [];
  #nextId = 0;

  add({ graph, nameOf, weightOf, outputs }: GraphPart, prefix: string): void {
    const known = new Map<number, Value>();
    const fresh = (value: Value): Value => {
      const own = { ...value, id: this.#nextId++ };
      known.set(value.id, own);
      return own;
    };
    const of = (value: Value): Value => known.get(value.id) ?? fresh(value);
    for (const { name, value, viewOf } of graph.inputs) {
      const whole = nameOf(viewOf ?? name);
      if (whole === undefined) {
        this.#weights.push({ name: `${prefix}/${name}`, value: fresh(value), read: weightOf(name) });
      } else if (viewOf === undefined) {
        known.set(value.id, this.#made.get(whole) ?? this.#input(whole, value));
      } else {
        known.set(value.id, this.#view(nameOf(name), value, whole));
      }
    }
    for (const { value, bytes } of graph.constants) this.#constants.push({ value: fresh(value), bytes });
    for (const node of graph.nodes) this.#nodes.push({ ...node, inputs: node.inputs.map(of), outputs: node.outputs.map(of) });
    for (const { name, value, into } of graph.outputs) {
      const made = of(value);
      this.#made.set(outputs[name] ?? name, made);
      const place = into === undefined ? undefined : nameOf(into);
      if (place !== undefined) this.#into.set(made.id, place);
    }
  }

  finish(name: string, outputs: Readonly<Record<string, string>>): Graph {
    const named = Object.entries(outputs).map(([output, made]) => {
      const value = this.#made.get(made);
      if (!value) throw new AtelierError("graph/shape#missing");
      const into = this.#into.get(value.id);
      return into === undefined ? { name: output, value } : { name: output, value, into };
    });
    const inputs = [...this.#inputs.values()];
    return { name, inputs, constants: this.#constants, weights: this.#weights, nodes: this.#nodes, outputs: named };
  }

  #input(name: string, like: Value, viewOf?: string): Value {
    const known = this.#inputs.get(name)?.value;
    if (known && !(known.dtype === like.dtype && sameShape(known.shape, like.shape)))
      throw new AtelierError("graph/duplicate-input", { name });
    const value = known ?? { ...like, id: this.#nextId++ };
    this.#inputs.set(name, viewOf === undefined ? { name, value } : { name, value, viewOf });
    return value;
  }

  /** Of an input of the whole; what a part made has no view. */
  #view(name: string | undefined, like: Value, of: string): Value {
    if (name === undefined || this.#made.has(of)) throw new AtelierError("graph/view");
    return this.#input(name, like, of);
  }
}
