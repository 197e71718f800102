// LoHa (Hyeon-Woo et al. 2022, as LyCORIS and PEFT have it): W' = W + alpha/r · (w1a w1b) ∘ (w2a w2b), the elementwise product of two
// matrices of rank r, which is of a rank up to r².
import type { GraphBuilder } from "../../graph/builder.ts";
import type { Value } from "../../graph/value.ts";
import type { LinearSlot, ModelSpec } from "../spec.ts";
import { addedMethod, filledVectors, kaimingUniform, slotLayout } from "./added.ts";
import { chosenSlots, type TargetChoice } from "./targets.ts";
import type { AppliedMethod, BlockMethod } from "./method.ts";

export interface LohaSettings extends TargetChoice {
  readonly rank: number;
  readonly alpha: number;
}

/** @throws AtelierError `config/invalid` naming a target, or layers, that this model does not have */
export function loha(spec: ModelSpec, settings: LohaSettings): AppliedMethod {
  const { rank, alpha } = settings;
  const layout = slotLayout(spec, chosenSlots(spec, settings), ({ inFeatures, outFeatures }) => [
    { name: "hada_w1_a", kind: "matrix", shape: [outFeatures, rank] },
    { name: "hada_w1_b", kind: "matrix", shape: [rank, inFeatures] },
    { name: "hada_w2_a", kind: "matrix", shape: [outFeatures, rank] },
    { name: "hada_w2_b", kind: "matrix", shape: [rank, inFeatures] },
  ]);
  const block = lohaBlock(alpha / rank);
  return addedMethod({
    kind: "loha",
    isNothingAtZero: true,
    layout,
    block: () => block,
    start: (random) => ({
      parameters: filledVectors(layout, (entry) => (entry.name.endsWith(".hada_w2_b") ? 0 : kaimingUniform(random, entry))),
      fixed: {},
    }),
  });
}

interface Factors {
  /** [out, rank] */
  readonly a: readonly [Value, Value];
  /** [rank, in] */
  readonly b: readonly [Value, Value];
}

function lohaBlock(scaling: number): BlockMethod {
  return {
    key: `loha:${scaling}`,
    hooks: (g, parameters) => ({
      linear: (slot, x, frozen) => {
        const [a1, b1, a2, b2] = ["w1_a", "w1_b", "w2_a", "w2_b"].map((name) => parameters.get(`${slot.name}.hada_${name}`));
        if (!a1 || !b1 || !a2 || !b2) return frozen(x);
        return change(g, slot, x, frozen(x), { a: [a1, a2], b: [b1, b2] }, scaling);
      },
    }),
  };
}

/**
 * The same product in the cheaper of two ways: by the whole matrix, or through the r² columns of which it is the product: those of
 * a1 and a2 multiplied pair by pair, and the rows of b1 and b2 likewise.
 */
function change(g: GraphBuilder, slot: LinearSlot, x: Value, plus: Value, { a, b }: Factors, scaling: number): Value {
  const { inFeatures, outFeatures } = slot;
  const rank = a[0].shape[1] as number;
  if (rank * rank * (inFeatures + outFeatures) >= inFeatures * outFeatures) {
    const matrix = g.mul(g.matmul(a[0], b[0]), g.matmul(a[1], b[1]));
    return g.gemm(x, matrix, { transB: true, alpha: scaling, plus });
  }
  const columns = g.mul(g.reshape(a[0], [outFeatures, rank, 1]), g.reshape(a[1], [outFeatures, 1, rank]));
  const rows = g.mul(g.reshape(b[0], [rank, 1, inFeatures]), g.reshape(b[1], [1, rank, inFeatures]));
  const inner = g.gemm(x, g.reshape(rows, [rank * rank, inFeatures]), { transB: true });
  return g.gemm(inner, g.reshape(columns, [outFeatures, rank * rank]), { transB: true, alpha: scaling, plus });
}
