// Declares the inputs of a block graph and gives the block's definition its scope: linears (in whatever form, with whatever a method
// does to them), norms and rotation. What differs between training and decoding, attention, is an argument.
import { entryOf, the } from "../../base/the.ts";
import type { GraphBuilder } from "../../graph/builder.ts";
import type { Value } from "../../graph/value.ts";
import type { BlockScope } from "../block-scope.ts";
import { formsKey, type LayerForms } from "../held-weights.ts";
import { graphKey } from "../layer-inputs.ts";
import type { BlockHooks, BlockMethod, LinearParts, ParameterValues } from "../methods/method.ts";
import { groupKey, type ParameterGroup } from "../parameters.ts";
import type { LayerKind, ModelSpec } from "../spec.ts";
import { dropping } from "./dropout.ts";
import { frozenProduct } from "./frozen-matrix.ts";
import { groupValues } from "./group-values.ts";
import { applyNorm, type VectorOf } from "./norm.ts";

/** The names under which every block graph takes its shared inputs; weights come under the names of {@link LayerWeights}. */
export interface BlockInputs {
  /** [tokens, hidden] */
  readonly x: Value;
  /** The flat vector of what is trained in the layer; undefined where nothing is. */
  readonly parameters: Value | undefined;
  readonly hooks: BlockHooks;
  readonly scope: BlockScope;
}

/** What a method does to one layer. */
export interface TunedLayer {
  readonly method: BlockMethod;
  readonly parameters: ParameterGroup | undefined;
  /** Its own, and that of all layers. */
  readonly fixed: ParameterGroup | undefined;
  readonly shared: ParameterGroup | undefined;
  /** Of {@link AppliedMethod.prefixTokens}. */
  readonly prefixTokens: number;
  /** Of {@link BlockMethod.dropout} in training, else 0. */
  readonly dropout: number;
}

export interface BlockKind {
  readonly spec: ModelSpec;
  readonly layer: LayerKind;
  readonly forms: LayerForms;
  /** Null: the base. */
  readonly tuned: TunedLayer | null;
}

/** Layers whose graphs are the same, the batch apart, have the same key. */
export function blockKey({ spec, layer, forms, tuned }: BlockKind): string {
  const own = tuned && [tuned.method.key, tuned.dropout, ...[tuned.parameters, tuned.fixed, tuned.shared].map(groupKey)].join("|");
  return `${graphKey(layer, spec)}:${formsKey(forms)}:${own ?? ""}`;
}

/**
 * @param mixing how positions turn and rows see each other
 * @param x what goes into the block; absent: an input of the graph
 */
export function declareBlock(
  g: GraphBuilder,
  kind: BlockKind,
  tokens: number,
  { rotate, attend }: Pick<BlockScope, "rotate" | "attend">,
  x = g.activation("x", [tokens, kind.spec.hiddenSize]),
): BlockInputs {
  const { spec } = kind;
  const { parameters, values, hooks } = declareTuned(g, kind, tokens);
  const vectorOf: VectorOf = (name, size) => values.get(name) ?? g.sharedInput(name, "float32", [size]);
  const linears = linearScope(g, kind, values, hooks);
  const scope: BlockScope = {
    g,
    linear: linears,
    norm: (name, input) => applyNorm(g, spec, vectorOf, name, input),
    headNorm: (name, input, heads) => {
      const byHead = applyNorm(g, spec, vectorOf, name, g.reshape(input, [tokens, heads, spec.headDim]));
      return g.reshape(byHead, [tokens, heads * spec.headDim]);
    },
    rotate,
    attend,
  };
  return { x, parameters, hooks, scope };
}

const none: ParameterValues = new Map();

function declareTuned(g: GraphBuilder, { spec, tuned }: BlockKind, tokens: number) {
  const trained = tuned?.parameters && groupValues(g, "parameters", tuned.parameters);
  const fixed = tuned?.fixed && groupValues(g, "fixed", tuned.fixed);
  const shared = tuned?.shared && groupValues(g, "shared", tuned.shared);
  const values = trained?.values ?? none;
  const constants = new Map([...(shared?.values ?? none), ...(fixed?.values ?? none)]);
  const hooks: BlockHooks = tuned?.method.hooks(g, values, constants, dropping(g, spec, tokens, tuned.dropout)) ?? {};
  return { parameters: trained?.flat, values, hooks };
}

/** The frozen matrix or what is trained in its place, the bias likewise, and around them what the method does. */
function linearScope(g: GraphBuilder, { spec, forms }: BlockKind, trained: ParameterValues, hooks: BlockHooks): BlockScope["linear"] {
  const slots = new Map(spec.linears.map((slot) => [slot.name, slot]));
  return (name, input) => {
    const slot = entryOf(slots, name);
    const { bias, inFeatures, outFeatures, sublayer, transposed = false } = slot;
    // A freed matrix lies as the checkpoint has it.
    const freed = trained.get(`${name}.weight`);
    const product = (x: Value, plus?: Value): Value =>
      freed
        ? g.gemm(x, freed, { transB: !transposed, plus })
        : frozenProduct(g, the(forms[name], name), name, { rows: outFeatures, columns: inFeatures }, x, plus);
    const own = bias ? (trained.get(`${name}.bias`) ?? g.sharedInput(`${name}.bias`, "float32", [outFeatures])) : undefined;
    const frozen = (x: Value): Value => product(x, own);
    const parts: LinearParts = { product: (x) => product(x), bias: own };
    const y = hooks.linear ? hooks.linear(slot, input, frozen, parts) : frozen(input);
    return sublayer && hooks.sublayer ? hooks.sublayer(sublayer, y) : y;
  };
}

/**
 * Turns the first dims of every head; the rest passes.
 * @param positions rows of the rotary tables
 */
export function rotation(
  g: GraphBuilder,
  { spec: { ropes, headDim }, layer: { rope } }: Pick<BlockKind, "spec" | "layer">,
  tokens: number,
  positions: number,
): BlockScope["rotate"] {
  const turned = rope === null ? undefined : ropes[rope];
  if (!turned) return (input) => input;
  const { dims } = turned;
  const index = g.input("positions", "int64", [1, tokens]);
  const cos = g.input("cos", g.activations, [positions, dims / 2]);
  const sin = g.input("sin", g.activations, [positions, dims / 2]);
  return (input, heads) => {
    const byHead = g.reshape(input, [tokens, heads, headDim]);
    const [first, rest] = dims === headDim ? [byHead] : g.split(byHead, [dims, headDim - dims], 2);
    const rotated = g.rotary(g.reshape(first, [1, tokens, heads * dims]), index, cos, sin, heads);
    const back = g.reshape(rotated, [tokens, heads, dims]);
    return g.reshape(rest ? g.concat([back, rest], 2) : back, [tokens, heads * headDim]);
  };
}
