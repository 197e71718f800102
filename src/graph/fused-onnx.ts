// The ONNX nodes of operations that only a run without gradients has: kernels of ONNX Runtime that do what several nodes did.
import { contribDomain, type Emit } from "./emitter.ts";
import type { InferenceOp } from "./ops.ts";

export const fusedEmitters: { readonly [K in InferenceOp]: Emit<K> } = {
  silu: (emit, { inputs, outputs }) => emit.node("QuickGelu", inputs, outputs, { alpha: { float: 1 } }, contribDomain),
  addRmsNorm: (emit, { inputs, outputs: [y = "", sum = ""] }, { attributes: { eps } }) =>
    emit.node("SkipSimplifiedLayerNormalization", inputs, [y, "", "", sum], { epsilon: { float: eps } }, contribDomain),
  cachedAttention: (emit, { inputs, outputs }, { attributes: { heads, kvHeads, scale } }) => {
    const [q = "", k = "", v = "", keys = "", values = "", last = "", total = "", mask = "", cos = "", sin = ""] = inputs;
    const attributes = { num_heads: heads, kv_num_heads: kvHeads, do_rotary: cos === "" ? 0 : 1, scale: { float: scale } };
    emit.node("GroupQueryAttention", [q, k, v, keys, values, last, total, cos, sin, "", mask], outputs, attributes, contribDomain);
  },
};
