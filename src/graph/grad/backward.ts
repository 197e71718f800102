// Reverse-mode differentiation: walks the nodes backwards once, asks each row of the table for the gradients of its
// inputs, and adds up where a value is used more than once.
import { AtelierError } from "../../base/errors.ts";
import type { GraphBuilder } from "../builder.ts";
import type { GraphNode } from "../ir.ts";
import type { Value, ValueOfEach } from "../value.ts";
import type { OpName, TrainedOp } from "../ops.ts";
import { gradRules } from "./rules.ts";

export interface Seed {
  readonly value: Value;
  readonly gradient: Value;
}

/**
 * Appends to the builder the gradients of Σ seed.value · seed.gradient.
 * @returns one gradient per value of `withRespectTo`, of the same shape.
 * @throws AtelierError `graph/no-gradient` where an output does not depend on one of them.
 */
export function backward<const Roots extends readonly Value[]>(
  g: GraphBuilder,
  seeds: readonly Seed[],
  withRespectTo: Roots,
): ValueOfEach<Roots> {
  const forward = [...g.nodes];
  const dependent = dependents(forward, withRespectTo);
  const gradients = new Map<number, Value>();
  for (const { value, gradient } of seeds) accumulate(g, gradients, value, gradient);
  for (const node of forward.toReversed()) propagate(g, node, dependent, gradients);
  const found = withRespectTo.map((value) => {
    const gradient = gradients.get(value.id);
    if (!gradient) throw new AtelierError("graph/no-gradient");
    return gradient;
  });
  return found as ValueOfEach<Roots>;
}

/** Ids of what is computed from the roots, and theirs. */
export function dependents(nodes: readonly GraphNode[], roots: readonly Value[]): ReadonlySet<number> {
  const dependent = new Set(roots.map((root) => root.id));
  for (const node of nodes) {
    if (!node.inputs.some((input) => dependent.has(input.id))) continue;
    for (const output of node.outputs) dependent.add(output.id);
  }
  return dependent;
}

function propagate(g: GraphBuilder, node: GraphNode, dependent: ReadonlySet<number>, gradients: Map<number, Value>): void {
  if (!node.inputs.some((input) => dependent.has(input.id))) return;
  if (!node.outputs.some((output) => gradients.has(output.id))) return;
  // Where nobody uses an output: nodes that a rule that does not ask for them leaves without use, not constants of its size.
  const dy = node.outputs.map((output) => gradients.get(output.id) ?? g.expand(g.float(0), output.shape));
  if (!hasRule(node.op)) throw new AtelierError("graph/no-gradient");
  const rule = gradRules[node.op] as (builder: GraphBuilder, at: GraphNode, dys: readonly Value[]) => readonly ((() => Value) | null)[];
  rule(g, node, dy).forEach((gradient, at) => {
    const input = node.inputs[at];
    if (gradient && input && dependent.has(input.id)) accumulate(g, gradients, input, gradient());
  });
}

/** Adds to what is there, in the wider type of the two; a product that nobody else uses takes the addition into its own Gemm. */
function accumulate(g: GraphBuilder, gradients: Map<number, Value>, value: Value, gradient: Value): void {
  const known = gradients.get(value.id);
  if (!known) gradients.set(value.id, gradient);
  else gradients.set(value.id, known.dtype === gradient.dtype ? addInto(g, known, gradient) : g.add(g.widen(known), g.widen(gradient)));
}

function hasRule(op: OpName): op is TrainedOp {
  return op in gradRules;
}

function addInto(g: GraphBuilder, known: Value, fresh: Value): Value {
  const producer = g.producer(fresh) as GraphNode<"gemm"> | undefined;
  const [a, b, plus] = producer?.inputs ?? [];
  const foldable = producer?.op === "gemm" && a && b && !plus && g.nodes.at(-1) === producer;
  return foldable ? g.gemm(a, b, { ...producer.attributes, plus: known }) : g.add(known, fresh);
}
