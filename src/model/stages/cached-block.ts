// A block that continues sequences against caches which one kernel reads, turns into and adds to (GroupQueryAttention of ONNX Runtime),
// so that a GPU's host pays for one node where it paid for 23 and copies nothing. Only where that kernel computes what the layer does.
import { openSizes } from "../../base/tensor.ts";
import { the } from "../../base/the.ts";
import { GraphBuilder } from "../../graph/builder.ts";
import type { Graph } from "../../graph/ir.ts";
import type { Value } from "../../graph/value.ts";
import type { BlockScope } from "../block-scope.ts";
import type { AppliedMethod } from "../methods/method.ts";
import type { ModelSpec } from "../spec.ts";
import { layerState, pastOf, type LayerState } from "./block.ts";
import { declareBlock, rotation, type BlockKind } from "./scope.ts";

/**
 * Whether the kernel does what attention is in all layers of the model. It takes heads of whole multiples of 8 numbers; knows nothing that
 * stands before a sequence; and has an attribute for capped scores that its WebGPU version passes over without a word.
 */
export function fitsCachedAttention({ headDim, scoreCap }: ModelSpec, method: AppliedMethod | null): boolean {
  return headDim % 8 === 0 && scoreCap === null && (method?.prefixTokens ?? 0) === 0;
}

/** Whether it turns positions as well: of heads of whole multiples of 16 such of dims. Else that is done before. */
export function turnsInKernel({ headDim, ropes }: ModelSpec): boolean {
  return headDim % 16 === 0 && ropes.every(({ dims }) => dims % 16 === 0);
}

/** What an input is called that says how many rows a cache holds with the new ones: the number of the last, and on the host their count. */
export const cacheInputs = { last: "last", total: "total" } as const;

/**
 * Inputs x [rows, hidden], weights, what is trained; {@link pastOf} of each state [1, kvHeads, capacity, headDim]; {@link cacheInputs};
 * mask [1, 1, rows, total], cos and sin [capacity, half] as cachedAttention takes them, and where it does not turn positions, those of the
 * rows in these tables. Outputs y, and each state, which is written into
 * its input. Sizes are open: `past` is the total.
 */
export function blockCachedGraph(kind: BlockKind): Graph<"y" | keyof LayerState> {
  const { rows, past: total, capacity } = openSizes;
  const g = new GraphBuilder();
  const { heads, kvHeads, headDim, scoreScale, ropes } = kind.spec;
  const rope = kind.layer.rope === null ? undefined : ropes[kind.layer.rope];
  const cache = (state: keyof LayerState): Value => g.input(pastOf(state), "float32", [1, kvHeads, capacity, headDim]);
  const held = [cache("keys"), cache("values"), g.input(cacheInputs.last, "int32", [1]), g.input(cacheInputs.total, "int32", [1])] as const;
  const mask = g.input("mask", "float32", [1, 1, rows, total]);
  const isInside = rope !== undefined && turnsInKernel(kind.spec);
  const tables = isInside ? (["cos", "sin"] as const).map((name) => g.input(name, "float32", [capacity, rope.dims / 2])) : [];
  // The kernel turns what it is given: that has to be what the block would have turned, and nothing else.
  const turning = new Map<Value, Value>();
  const handOver: BlockScope["rotate"] = (x) => {
    turning.set(x, x);
    return x;
  };
  const rotate = isInside ? handOver : rotation(g, kind, rows, capacity);
  const unturned = (x: Value): Value => (isInside ? the(turning.get(x), "rotate") : x);
  let states: readonly Value[] = [];
  const attend: BlockScope["attend"] = (q, k, v) => {
    const row = (x: Value): Value => g.reshape(x, [1, rows, x.shape[1] ?? 0]);
    const parts = [row(unturned(q)), row(unturned(k)), row(v)] as const;
    const [y, ...fresh] = g.cachedAttention(parts, held, mask, tables, { heads, kvHeads, scale: scoreScale });
    states = fresh;
    return g.reshape(the(y, "y"), [rows, heads * headDim]);
  };
  const inputs = declareBlock(g, kind, rows, { rotate, attend });
  const y = kind.spec.block(inputs.scope, inputs.x);
  const [keys, values] = states;
  const into = Object.fromEntries(Object.keys(layerState(kind.spec)).map((state) => [state, pastOf(state)]));
  return g.finish("block.cached", { y, keys: the(keys, "keys"), values: the(values, "values") }, { into });
}
