// The ONNX nodes of operations that only a run without gradients has: kernels of ONNX Runtime that do what several nodes did.
import { blockedSum } from "./blocked-sum.ts";
import { contribDomain, onnxType, type Attributes, type Emit, type Emitter, type Names } from "./emitter.ts";
import type { GraphNode } from "./ir.ts";
import type { InferenceOp } from "./ops.ts";
import { lowest, topmost } from "./topmost.ts";

export const fusedEmitters: { readonly [K in InferenceOp]: Emit<K> } = {
  silu: (emit, { inputs, outputs }) => emit.node("QuickGelu", inputs, outputs, { alpha: { float: 1 } }, contribDomain),
  addRmsNorm: (emit, { inputs, outputs: [y = "", sum = ""] }, { attributes: { eps } }) =>
    emit.node("SkipSimplifiedLayerNormalization", inputs, [y, "", "", sum], { epsilon: { float: eps } }, contribDomain),
  cachedAttention: (emit, { inputs, outputs }, { attributes: { heads, kvHeads, scale, isPacked = false } }) => {
    const [q = "", k = "", v = "", keys = "", values = "", last = "", total = "", mask = "", cos = "", sin = ""] = inputs;
    const attributes = { num_heads: heads, kv_num_heads: kvHeads, do_rotary: cos === "" ? 0 : 1, scale: { float: scale } };
    const parts = isPacked ? [q, "", ""] : [q, k, v];
    emit.node("GroupQueryAttention", [...parts, keys, values, last, total, cos, sin, "", mask], outputs, attributes, contribDomain);
  },
  likeliest: emitLikeliest,
};

function emitLikeliest(
  emit: Emitter,
  { inputs: [logits = "", coolness = ""], outputs: [values = "", columns = "", total = "", sum = ""] }: Names,
  { inputs: [x], attributes: { count } }: GraphNode<"likeliest">,
): void {
  const next = (type: string, from: readonly string[], attributes?: Attributes): string => {
    const to = emit.temporary();
    emit.node(type, from, [to], attributes);
    return to;
  };
  const floats = (shape: readonly number[], numbers: Float32Array<ArrayBuffer>): string =>
    emit.bytes("float32", shape, new Uint8Array(numbers.buffer));
  const vocabulary = x?.shape[1] ?? 0;
  const best = topmost(logits, vocabulary, count, {
    padded: (from, missing) => next("Pad", [from, emit.ints([0, 0, 0, missing]), floats([], Float32Array.of(lowest))]),
    inBlocks: (from, block) => next("Reshape", [from, emit.ints([0, -1, block])]),
    top: (from, size) => {
      const [greatest, wide] = [emit.temporary(), emit.temporary()];
      emit.node("TopK", [from, emit.ints([count])], [greatest, wide], { axis: -1 });
      return { values: greatest, columns: next("Gather", [floats([size], counted(size, 1)), wide], { axis: 0 }) };
    },
    ofWhole: (from, blocks, block) => {
      const offsets = floats([1, blocks, 1], counted(blocks, block));
      return next("Add", [from, offsets]);
    },
    flat: (from) => next("Reshape", [from, emit.ints([0, -1])]),
    gather: (table, from) => next("GatherElements", [table, next("Cast", [from], { to: onnxType.int32 })], { axis: 1 }),
  });
  emit.node("Identity", [best.values], [values]);
  emit.node("Cast", [best.columns], [columns], { to: onnxType.int32 });
  const top = next("Slice", [best.values, emit.ints([0]), emit.ints([1]), emit.ints([1])]);
  const powers = next("Exp", [next("Mul", [next("Sub", [logits, top]), coolness])]);
  for (const [from, to] of [
    [powers, total],
    [logits, sum],
  ] as const) {
    const made = blockedSum(from, vocabulary, {
      inBlocks: (of, block) => next("Reshape", [of, emit.ints([0, -1, block])]),
      columns: (of, start, end) => next("Slice", [of, emit.ints([start]), emit.ints([end]), emit.ints([1])]),
      sum: (of) => next("ReduceSum", [of, emit.ints([-1])], { keepdims: 0 }),
      add: (a, b) => next("Add", [a, b]),
    });
    emit.node("Identity", [made], [to]);
  }
}

/** 0, step, 2 · step and so on. */
function counted(count: number, step: number): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: count }, (_, at) => at * step);
}
