// Declares the inputs of a block graph and gives the block's definition its scope: linears (quantized or not, with or
// without an adapter), norms and rotation. What differs between training and decoding, attention, is an argument.
import type { GraphBuilder } from "../../graph/builder.ts";
import type { Value } from "../../graph/value.ts";
import type { AdapterLayout } from "../adapter-layout.ts";
import type { BlockScope } from "../block-scope.ts";
import type { LayerForms } from "../held-weights.ts";
import type { MatrixForm } from "../quantization/forms.ts";
import type { LayerKind, LinearSlot, ModelSpec } from "../spec.ts";
import { frozenProduct } from "./frozen-matrix.ts";
import { applyNorm } from "./norm.ts";

/** The names under which every block graph takes its shared inputs; weights come under the names of {@link LayerWeights}. */
export interface BlockInputs {
  /** [tokens, hidden] */
  readonly x: Value;
  /** The flat adapter of the layer; undefined for the base model. */
  readonly adapter: Value | undefined;
  readonly scope: BlockScope;
}

export interface BlockKind {
  readonly spec: ModelSpec;
  readonly layer: LayerKind;
  readonly forms: LayerForms;
  readonly layout: AdapterLayout | null;
}

/** @param positions rows of the rotary tables */
export function declareBlock(
  g: GraphBuilder,
  { spec, layer, forms, layout }: BlockKind,
  tokens: number,
  positions: number,
  attend: BlockScope["attend"],
): BlockInputs {
  const x = g.input("x", "float32", [tokens, spec.hiddenSize]);
  const adapter = layout ? g.input("adapter", "float32", [layout.size]) : undefined;
  const low = layout && adapter ? lowRank(g, layout, adapter) : new Map<string, LowRank>();
  const slots = new Map(spec.linears.map((slot) => [slot.name, slot]));
  const scope: BlockScope = {
    g,
    linear: (name, input) => {
      const { bias, inFeatures, outFeatures } = slots.get(name) as LinearSlot;
      const plus = bias ? g.input(`${name}.bias`, "float32", [outFeatures]) : undefined;
      const base = frozenProduct(g, forms[name] as MatrixForm, name, { rows: outFeatures, columns: inFeatures }, input, plus);
      const ab = low.get(name);
      // y = base + scaling · (x Aᵀ) Bᵀ: Gemm takes the scale and the addition.
      return ab ? g.gemm(g.gemm(input, ab.a, { transB: true }), ab.b, { transB: true, alpha: ab.scaling, plus: base }) : base;
    },
    norm: (name, input) => applyNorm(g, spec, name, input),
    headNorm: (name, input, heads) => {
      const byHead = applyNorm(g, spec, name, g.reshape(input, [tokens, heads, spec.headDim]));
      return g.reshape(byHead, [tokens, heads * spec.headDim]);
    },
    rotate: rotation(g, spec, layer, tokens, positions),
    attend,
  };
  return { x, adapter, scope };
}

/** Turns the first dims of every head; the rest passes. */
function rotation(
  g: GraphBuilder,
  { ropes, headDim }: ModelSpec,
  { rope }: LayerKind,
  tokens: number,
  positions: number,
): BlockScope["rotate"] {
  const turned = rope === null ? undefined : ropes[rope];
  if (!turned) return (input) => input;
  const { dims } = turned;
  const index = g.input("positions", "int64", [1, tokens]);
  const cos = g.input("cos", "float32", [positions, dims / 2]);
  const sin = g.input("sin", "float32", [positions, dims / 2]);
  return (input, heads) => {
    const byHead = g.reshape(input, [tokens, heads, headDim]);
    const [first, rest] = (dims === headDim ? [byHead] : g.split(byHead, [dims, headDim - dims], 2)) as [Value, Value?];
    const rotated = g.rotary(g.reshape(first, [1, tokens, heads * dims]), index, cos, sin, heads);
    const back = g.reshape(rotated, [tokens, heads, dims]);
    return g.reshape(rest ? g.concat([back, rest], 2) : back, [tokens, heads * headDim]);
  };
}

interface LowRank {
  /** [rank, in] */
  readonly a: Value;
  /** [out, rank] */
  readonly b: Value;
  readonly scaling: number;
}

function lowRank(g: GraphBuilder, { entries, rank, scaling }: AdapterLayout, flat: Value): Map<string, LowRank> {
  const parts = g.split(
    flat,
    entries.flatMap(({ sizeA, sizeB }) => [sizeA, sizeB]),
  );
  return new Map(
    entries.map(({ slot }, at) => [
      slot.name,
      {
        a: g.reshape(parts[2 * at] as Value, [rank, slot.inFeatures]),
        b: g.reshape(parts[2 * at + 1] as Value, [slot.outFeatures, rank]),
        scaling,
      },
    ]),
  );
}
