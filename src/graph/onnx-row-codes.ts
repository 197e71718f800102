// Products of whole numbers as ONNX nodes, for the WASM provider alone: WebGPU has no kernels for them. Every row has a step of its own,
// which DynamicQuantizeLinear and the fused products of the runtime have not: to them all rows of a prompt are one tensor.
import { contribDomain, type Attributes, type Emitter, type Names } from "./emitter.ts";
import type { GraphNode } from "./ir.ts";
import { partSteps } from "./ops.ts";

/** A row of zeros has a step too; beside any other's it vanishes. */
const smallestStep = 1e-30;

type Made = (type: string, from: readonly string[], attributes?: Attributes) => string;

export function emitQuantizeRows(
  emit: Emitter,
  { inputs: [x = ""], outputs: [codes = "", steps = ""] }: Names,
  { attributes: { parts } }: GraphNode<"quantizeRows">,
): void {
  const next = making(emit);
  const [one, zero] = [float(emit, 1), middle(emit)];
  const sizes = next("Abs", [x]);
  const overRow = (reduction: string): string => next(reduction, [sizes, emit.ints([1])], { keepdims: 1 });
  const step = next("Mul", [overRow("ReduceMax"), float(emit, 1 / 127)]);
  // ReduceMax may pass over a NaN, a sum never does: codes have none, so that the step has to.
  const trace = next("Mul", [overRow("ReduceSum"), float(emit, smallestStep)]);
  emit.node("Sum", [step, trace, float(emit, smallestStep)], [steps]);
  const inSteps = next("Div", [x, steps]);
  if (parts === 1) return emit.node("QuantizeLinear", [inSteps, one, zero], [codes]);
  const first = next("QuantizeLinear", [inSteps, one, zero]);
  const left = next("Sub", [inSteps, next("DequantizeLinear", [first, one, zero])]);
  emit.node("Concat", [first, next("QuantizeLinear", [left, float(emit, 1 / partSteps), zero])], [codes], { axis: 0 });
}

export function emitMatmulRowCodes(
  emit: Emitter,
  { inputs: [codes = "", steps = "", matrix = "", scales = ""], outputs }: Names,
  { attributes: { parts } }: GraphNode<"matmulRowCodes">,
): void {
  const next = making(emit);
  const zero = middle(emit);
  const product = emit.temporary();
  emit.node("MatMulIntegerToFloat", [codes, matrix, float(emit, 1), scales, zero, zero], [product], {}, contribDomain);
  if (parts === 1) return emit.node("Mul", [product, steps], outputs);
  const [first, rest] = [emit.temporary(), emit.temporary()];
  emit.node("Split", [product], [first, rest], { axis: 0, num_outputs: 2 });
  emit.node("Mul", [next("Add", [first, next("Mul", [rest, float(emit, 1 / partSteps)])]), steps], outputs);
}

const making =
  (emit: Emitter): Made =>
  (type, from, attributes) => {
    const to = emit.temporary();
    emit.node(type, from, [to], attributes);
    return to;
  };

const float = (emit: Emitter, value: number): string => emit.bytes("float32", [], new Uint8Array(Float32Array.of(value).buffer));

/** The code of zero. */
const middle = (emit: Emitter): string => emit.bytes("uint8", [], Uint8Array.of(128));
