// LoKr (Yeh et al. 2024, as LyCORIS and PEFT have it): W' = W + alpha/r · w1 ⊗ w2, the Kronecker product of a small matrix and a larger
// one, which is itself a product w2a w2b where that is smaller. The large matrix is never made: x is seen as a table, of which w2 turns
// the rows and w1 the columns.
import { AtelierError } from "../../base/errors.ts";
import { entryOf } from "../../base/the.ts";
import type { GraphBuilder } from "../../graph/builder.ts";
import { matrixShape, type Value } from "../../graph/value.ts";
import type { LinearSlot, ModelSpec } from "../spec.ts";
import { addedMethod, filledVectors, kaimingUniform, slotLayout, type SlotTensor } from "./added.ts";
import { chosenSlots, type TargetChoice } from "./targets.ts";
import type { AppliedMethod, BlockMethod, ParameterValues } from "./method.ts";

export interface LokrSettings extends TargetChoice {
  readonly rank: number;
  readonly alpha: number;
  /** What widths are divided by, where they can; -1: as evenly as it goes. */
  readonly factor: number;
}

/** @throws AtelierError `config/invalid` naming a target, or layers, that this model does not have, or a factor of 0 */
export function lokr(spec: ModelSpec, settings: LokrSettings): AppliedMethod {
  const { rank, alpha, factor } = settings;
  if (factor === 0) throw new AtelierError("config/invalid#factor-zero");
  const layout = slotLayout(spec, chosenSlots(spec, settings), (slot) => tensorsOf(slot, settings));
  const block = lokrBlock(alpha / rank);
  return addedMethod({
    kind: "lokr",
    layout,
    isNothingAtZero: true,
    block: () => block,
    start: (random) => ({
      parameters: filledVectors(layout, (entry) => (entry.name.endsWith(".lokr_w1") ? 0 : kaimingUniform(random, entry))),
      fixed: {},
    }),
  });
}

function tensorsOf({ inFeatures, outFeatures }: LinearSlot, { rank, factor }: LokrSettings): SlotTensor[] {
  const [smallIn, largeIn] = factorization(inFeatures, factor);
  const [smallOut, largeOut] = factorization(outFeatures, factor);
  const matrix = (name: string, ...shape: readonly number[]): SlotTensor => ({ name, kind: "matrix", shape });
  const first = matrix("lokr_w1", smallOut, smallIn);
  if (rank >= Math.max(largeOut, largeIn) / 2) return [first, matrix("lokr_w2", largeOut, largeIn)];
  return [first, matrix("lokr_w2_a", largeOut, rank), matrix("lokr_w2_b", rank, largeIn)];
}

/** Two numbers, the smaller one first, whose product is the width; `factorization` of LyCORIS and PEFT. */
export function factorization(width: number, factor: number): readonly [number, number] {
  if (factor > 0 && width % factor === 0) return [factor, width / factor];
  const most = factor === -1 ? width : factor;
  let [small, large] = [1, width];
  while (small < large) {
    let next = small + 1;
    while (width % next !== 0) next++;
    if (next + width / next > 1 + width || next > most) break;
    [small, large] = [next, width / next];
  }
  return small > large ? [large, small] : [small, large];
}

function lokrBlock(scaling: number): BlockMethod {
  return {
    key: `lokr:${scaling}`,
    hooks: (g, parameters) => ({
      linear: (slot, x, frozen) => {
        const first = parameters.get(`${slot.name}.lokr_w1`);
        return first ? g.add(frozen(x), change(g, slot, x, g.mul(first, g.float(scaling)), parameters)) : frozen(x);
      },
    }),
  };
}

function change(g: GraphBuilder, { name, outFeatures }: LinearSlot, x: Value, first: Value, parameters: ParameterValues): Value {
  const [tokens, inFeatures] = matrixShape(x);
  const [smallOut, smallIn] = matrixShape(first);
  const [largeOut, largeIn] = [outFeatures / smallOut, inFeatures / smallIn];
  const rows = g.reshape(x, [tokens * smallIn, largeIn]);
  const turned = g.reshape(secondProduct(g, rows, name, parameters), [tokens, smallIn, largeOut]);
  const columns = g.reshape(g.transpose(turned, [0, 2, 1]), [tokens * largeOut, smallIn]);
  const both = g.reshape(g.gemm(columns, first, { transB: true }), [tokens, largeOut, smallOut]);
  return g.reshape(g.transpose(both, [0, 2, 1]), [tokens, outFeatures]);
}

/** rows [.., large in] times w2ᵀ */
function secondProduct(g: GraphBuilder, rows: Value, name: string, parameters: ParameterValues): Value {
  const whole = parameters.get(`${name}.lokr_w2`);
  if (whole) return g.gemm(rows, whole, { transB: true });
  const [a, b] = [entryOf(parameters, `${name}.lokr_w2_a`), entryOf(parameters, `${name}.lokr_w2_b`)];
  return g.gemm(g.gemm(rows, b, { transB: true }), a, { transB: true });
}
