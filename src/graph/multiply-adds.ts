// The arithmetic of a graph: the multiplications, each with its addition, of its products of matrices. All else that it computes is of
// the size of its tensors and small beside them.
import { elementCount } from "../base/tensor.ts";
import type { Graph, GraphNode } from "./ir.ts";
import type { OpName } from "./ops.ts";

type Product = Extract<OpName, "matmul" | "gemm" | "matmulNBits" | "matmulLevels4" | "matmulRowCodes" | "cachedAttention">;

/** How many products every number of the result is the sum of. */
const summed: { readonly [K in Product]: (node: GraphNode<K>) => number } = {
  matmul: ({ inputs: [a] }) => a?.shape.at(-1) ?? 0,
  gemm: ({ inputs: [a], attributes: { transA } }) => a?.shape[transA ? 0 : 1] ?? 0,
  matmulNBits: ({ attributes: { k } }) => k,
  matmulLevels4: ({ attributes: { k } }) => k,
  // Each of its numbers is a sum over all rows of the cache, whose weights are sums over as many numbers of a head.
  cachedAttention: ({ inputs: [, , , , , , , mask] }) => 2 * (mask?.shape[3] ?? 0),
  matmulRowCodes: ({ inputs: [, , matrix], attributes: { parts } }) => parts * (matrix?.shape[0] ?? 0),
};

export function multiplyAdds({ nodes }: Graph): number {
  return nodes.reduce((sum, node) => {
    const terms = summed[node.op as Product] as ((product: GraphNode) => number) | undefined;
    return terms ? sum + terms(node) * elementCount(node.outputs[0]?.shape ?? [0]) : sum;
  }, 0);
}
