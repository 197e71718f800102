// The families around Llama: rotary positions, grouped queries and a gated mlp. They differ in where norms stand, what is
// biased, fused, capped or windowed; each is a row of such differences (families.ts).
import { activations, type ActivationName } from "../activations.ts";
import type { BlockScope } from "../block-scope.ts";
import type { ConfigReader } from "../config-reader.ts";
import { alike } from "../layer-kinds.ts";
import { parseRope, stretchedContext, type RopeDefaults } from "../rope-config.ts";
import { normVectors, type LayerKind, type LinearSlot, type ModelSpec, type NormKind, type RopeSpec, type VectorSlot } from "../spec.ts";
import { matrixShape, type Value } from "../../graph/value.ts";
import { knownBuffers, parseHeads, type HeadShape } from "./common.ts";

/** pre: a norm before attention and mlp; post: one after each; both: both. */
type NormPlaces = "pre" | "post" | "both";

export interface GatedTraits {
  readonly family: string;
  readonly places: NormPlaces;
  readonly norm: NormKind;
  readonly activation: ActivationName;
  /** q and k are normed: each head by itself, or the whole projection. */
  readonly qkNorm: "head" | "whole" | null;
  /** qkv_proj and gate_up_proj instead of their parts. */
  readonly isFused: boolean;
  readonly bias: { readonly qkv: boolean; readonly o: boolean; readonly mlp: boolean };
  readonly shape: HeadShape;
  readonly ropes: readonly RopeSpec[];
  readonly layerKinds: readonly LayerKind[];
  readonly normEps: number;
  readonly contextLength: number;
  readonly tiedHead: boolean;
  readonly scoreScale: number;
  readonly scoreCap: number | null;
  readonly logitCap: number | null;
  readonly embeddingScale: number;
}

/** What a family's config.json may leave out. */
interface FamilyDefaults {
  /** null: hidden size / heads */
  readonly headDim?: number | null;
  readonly contextLength: number;
  readonly rope?: Partial<RopeDefaults>;
  /** Ropes beside the first, which layers name by their index. */
  readonly moreRopes?: readonly Partial<RopeDefaults>[];
}

/** Traits of Llama itself, which the others change. */
export function llamaTraits(config: ConfigReader, family: string, defaults: FamilyDefaults): GatedTraits {
  const shape = parseHeads(config, defaults.headDim ?? null);
  const contextLength = config.count("max_position_embeddings", defaults.contextLength);
  const base = { headDim: shape.headDim, contextLength };
  const rope = parseRope(config, { ...base, ...defaults.rope });
  return {
    family,
    places: "pre",
    norm: "rms",
    activation: "silu",
    qkNorm: null,
    isFused: false,
    bias: { qkv: false, o: false, mlp: false },
    shape,
    ropes: [rope, ...(defaults.moreRopes ?? []).map((more) => parseRope(config, { ...base, ...more }))],
    layerKinds: alike(config.count("num_hidden_layers"), { window: null, rope: 0 }),
    normEps: config.number("rms_norm_eps", 1e-6),
    contextLength: stretchedContext(contextLength, rope),
    tiedHead: config.flag("tie_word_embeddings", false),
    scoreScale: 1 / Math.sqrt(shape.headDim),
    scoreCap: null,
    logitCap: null,
    embeddingScale: 1,
  };
}

export function gatedSpec(config: ConfigReader, traits: GatedTraits): ModelSpec {
  const { family, shape, ropes, layerKinds, norm, normEps, contextLength, tiedHead } = traits;
  return {
    family,
    ...shape,
    layers: layerKinds.length,
    vocabularySize: config.count("vocab_size"),
    contextLength,
    norm,
    normEps,
    ropes,
    layerKinds,
    scoreScale: traits.scoreScale,
    scoreCap: traits.scoreCap,
    logitCap: traits.logitCap,
    embeddingScale: traits.embeddingScale,
    learnedPositions: false,
    tiedHead,
    headBias: false,
    linears: linears(traits, config.count("intermediate_size")),
    vectors: vectors(traits),
    names: {
      embedding: "model.embed_tokens.weight",
      positions: "",
      finalNorm: "model.norm",
      head: "lm_head",
      layer: (layer) => `model.layers.${layer}.`,
      prefix: "model.",
    },
    buffers: knownBuffers,
    block: (scope, x) => block(scope, x, traits),
  };
}

function linears({ shape, bias, isFused }: GatedTraits, wide: number): LinearSlot[] {
  const { hiddenSize } = shape;
  const [attended, kvWidth] = [shape.heads * shape.headDim, shape.kvHeads * shape.headDim];
  const slot = (part: string, name: string, inFeatures: number, outFeatures: number, hasBias: boolean): LinearSlot => ({
    name,
    path: `${part}.${name}`,
    inFeatures,
    outFeatures,
    bias: hasBias,
  });
  const projections = isFused
    ? [slot("self_attn", "qkv_proj", hiddenSize, attended + 2 * kvWidth, bias.qkv)]
    : [
        slot("self_attn", "q_proj", hiddenSize, attended, bias.qkv),
        slot("self_attn", "k_proj", hiddenSize, kvWidth, bias.qkv),
        slot("self_attn", "v_proj", hiddenSize, kvWidth, bias.qkv),
      ];
  const gates = isFused
    ? [slot("mlp", "gate_up_proj", hiddenSize, 2 * wide, bias.mlp)]
    : [slot("mlp", "gate_proj", hiddenSize, wide, bias.mlp), slot("mlp", "up_proj", hiddenSize, wide, bias.mlp)];
  return [
    ...projections,
    { ...slot("self_attn", "o_proj", attended, hiddenSize, bias.o), sublayer: "attention" },
    ...gates,
    { ...slot("mlp", "down_proj", wide, hiddenSize, bias.mlp), sublayer: "mlp" },
  ];
}

const normNames = {
  pre: ["input_layernorm", "post_attention_layernorm"],
  post: ["post_attention_layernorm", "post_feedforward_layernorm"],
  both: ["input_layernorm", "post_attention_layernorm", "pre_feedforward_layernorm", "post_feedforward_layernorm"],
} as const satisfies Record<NormPlaces, readonly string[]>;

function vectors({ places, norm, qkNorm, shape: { hiddenSize, heads, kvHeads, headDim } }: GatedTraits): VectorSlot[] {
  const around = normNames[places].flatMap((name) => normVectors(norm, name, name, hiddenSize));
  if (!qkNorm) return around;
  const size = (count: number): number => (qkNorm === "head" ? headDim : count * headDim);
  return [
    ...around,
    ...normVectors(norm, "q_norm", "self_attn.q_norm", size(heads)),
    ...normVectors(norm, "k_norm", "self_attn.k_norm", size(kvHeads)),
  ];
}

function block(scope: BlockScope, x: Value, traits: GatedTraits): Value {
  const { g, norm } = scope;
  const before = (name: string, value: Value): Value => (traits.places === "post" ? value : norm(name, value));
  const after = (name: string, value: Value): Value => (traits.places === "pre" ? value : norm(name, value));
  const attended = g.add(x, after("post_attention_layernorm", attention(scope, before("input_layernorm", x), traits)));
  const beforeMlp = traits.places === "both" ? "pre_feedforward_layernorm" : "post_attention_layernorm";
  return g.add(attended, after("post_feedforward_layernorm", mlp(scope, before(beforeMlp, attended), traits)));
}

function attention(scope: BlockScope, h: Value, { isFused, qkNorm, shape }: GatedTraits): Value {
  const { g, linear, norm, headNorm, rotate, attend } = scope;
  const { heads, kvHeads, headDim } = shape;
  const [wide, narrow] = [heads * headDim, kvHeads * headDim];
  const [q, k, v] = isFused
    ? g.split(linear("qkv_proj", h), [wide, narrow, narrow], 1)
    : [linear("q_proj", h), linear("k_proj", h), linear("v_proj", h)];
  const normed = (name: string, value: Value, count: number): Value => {
    if (qkNorm === "head") return headNorm(name, value, count);
    return qkNorm === "whole" ? norm(name, value) : value;
  };
  return linear("o_proj", attend(rotate(normed("q_norm", q, heads), heads), rotate(normed("k_norm", k, kvHeads), kvHeads), v));
}

function mlp({ g, linear }: BlockScope, m: Value, { isFused, activation }: GatedTraits): Value {
  const halves = (fused: Value): readonly [Value, Value] => {
    const half = matrixShape(fused)[1] / 2;
    return g.split(fused, [half, half], 1);
  };
  const [gate, up] = isFused ? halves(linear("gate_up_proj", m)) : [linear("gate_proj", m), linear("up_proj", m)];
  return linear("down_proj", g.mul(activations[activation](g, gate), up));
}
