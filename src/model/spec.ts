// What a model is, once its config.json has been read: numbers and slots, no tensors. Architectures are rows of a table
// (architectures.ts); everything after this file works from the specification alone.
import type { BlockScope } from "./block-scope.ts";
import type { Value } from "../graph/value.ts";

/** Frequencies that are stretched for long contexts, as Llama 3 does it ("rope_type": "llama3"). */
export interface Llama3Scaling {
  readonly type: "llama3";
  readonly factor: number;
  readonly lowFrequencyFactor: number;
  readonly highFrequencyFactor: number;
  readonly originalContext: number;
}

/** Every position counts as 1 / factor of one ("rope_type": "linear"). */
export interface LinearScaling {
  readonly type: "linear";
  readonly factor: number;
}

/** The base of the angles grows with the sequence once that is longer than the model was trained on ("rope_type": "dynamic"). */
export interface DynamicScaling {
  readonly type: "dynamic";
  readonly factor: number;
  readonly originalContext: number;
}

/** Peng et al. 2023 ("rope_type": "yarn"). */
export interface YarnScaling {
  readonly type: "yarn";
  readonly factor: number;
  readonly originalContext: number;
  /** Pairs that turn more often than this within the original context keep their frequency. */
  readonly betaFast: number;
  /** Pairs that turn more seldom are slowed down by the whole factor. */
  readonly betaSlow: number;
  /** The ends of the ramp between the two are whole pairs. */
  readonly truncate: boolean;
  /** Cosines and sines are multiplied by this. */
  readonly attentionFactor: number;
}

/** Ding et al. 2024 ("rope_type": "longrope"): two lists of divisors, for sequences up to the original context and for longer ones. */
export interface LongRopeScaling {
  readonly type: "longrope";
  readonly longFactors: readonly number[];
  readonly shortFactors: readonly number[];
  readonly originalContext: number;
  /** Cosines and sines are multiplied by this, whichever list is in force. */
  readonly attentionFactor: number;
}

export interface RopeSpec {
  readonly theta: number;
  readonly scaling: Llama3Scaling | LinearScaling | DynamicScaling | YarnScaling | LongRopeScaling | null;
  /** Dimensions of a head that turn: the first ones; even. */
  readonly dims: number;
}

/** What differs between layers of one model. */
export interface LayerKind {
  /** A token sees itself and what is less than this many positions before it; null: everything before it. */
  readonly window: number | null;
  /** Index into the model's ropes; null: positions are not turned (NoPE, or learned). */
  readonly rope: number | null;
}

/**
 * rms: x / rms(x) · w (Zhang & Sennrich 2019); rms-offset: x / rms(x) · (1 + w), as Gemma stores it; layer: LayerNorm with
 * weight and bias (Ba et al. 2016).
 */
export type NormKind = "rms" | "rms-offset" | "layer";

/** A linear layer of a block; its weight is stored [outFeatures, inFeatures]. */
export interface LinearSlot {
  /** Unique within the block; the last part of the path where that is. */
  readonly name: string;
  /** Path below the layer, e.g. "self_attn.q_proj". */
  readonly path: string;
  readonly inFeatures: number;
  readonly outFeatures: number;
  readonly bias: boolean;
  /** The weight is stored [inFeatures, outFeatures] (Conv1D of GPT-2). */
  readonly transposed?: true;
  /** The sublayer that ends with it. */
  readonly sublayer?: "attention" | "mlp";
}

/** A vector of a block, e.g. a norm's weight. */
export interface VectorSlot {
  readonly name: string;
  /** Path below the layer, with ".weight" or ".bias". */
  readonly path: string;
  readonly size: number;
}

export interface ModelSpec {
  readonly family: string;
  readonly layers: number;
  readonly hiddenSize: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDim: number;
  readonly vocabularySize: number;
  readonly contextLength: number;
  readonly norm: NormKind;
  readonly normEps: number;
  readonly ropes: readonly RopeSpec[];
  /** One per layer. */
  readonly layerKinds: readonly LayerKind[];
  /** Attention scores are q · k times this. */
  readonly scoreScale: number;
  /** Scores s become cap · tanh(s / cap); null: as they are. */
  readonly scoreCap: number | null;
  readonly logitCap: number | null;
  /** Token embeddings are multiplied by this. */
  readonly embeddingScale: number;
  /** Positions have learned embeddings, [contextLength, hiddenSize], that are added to the tokens'. */
  readonly learnedPositions: boolean;
  readonly tiedHead: boolean;
  readonly headBias: boolean;
  readonly linears: readonly LinearSlot[];
  readonly vectors: readonly VectorSlot[];
  readonly names: {
    readonly embedding: string;
    /** Empty where positions are not learned. */
    readonly positions: string;
    /** Without ".weight". */
    readonly finalNorm: string;
    /** Without ".weight". */
    readonly head: string;
    /** The prefix of a layer's tensors, e.g. "model.layers.3." */
    readonly layer: (layer: number) => string;
    /** What the names of a checkpoint of the bare decoder, saved without its head, lack. */
    readonly prefix: string;
  };
  /** Buffers that published checkpoints carry and nobody needs, by name. */
  readonly buffers: RegExp;
  /** Hidden states [tokens, hiddenSize] in, the same out. */
  readonly block: (scope: BlockScope, x: Value) => Value;
}

/** The vectors of a norm whose weight comes under `name`; its bias, where it has one, under `name`.bias. */
export function normVectors(kind: NormKind, name: string, path: string, size: number): VectorSlot[] {
  const weight = { name, path: `${path}.weight`, size };
  return kind === "layer" ? [weight, { name: `${name}.bias`, path: `${path}.bias`, size }] : [weight];
}

/** The shape in which the checkpoint stores a linear's weight. */
export function storedShape({ inFeatures, outFeatures, transposed }: LinearSlot): readonly [number, number] {
  return transposed ? [inFeatures, outFeatures] : [outFeatures, inFeatures];
}

/** Tensor names of the checkpoint that the model needs, with their shapes. */
export function requiredTensors(spec: ModelSpec): ReadonlyMap<string, readonly number[]> {
  const { names, vocabularySize, hiddenSize } = spec;
  const out = new Map<string, readonly number[]>([[names.embedding, [vocabularySize, hiddenSize]]]);
  if (spec.learnedPositions) out.set(names.positions, [spec.contextLength, hiddenSize]);
  for (const { path, size } of normVectors(spec.norm, "finalNorm", names.finalNorm, hiddenSize)) out.set(path, [size]);
  if (!spec.tiedHead) out.set(`${names.head}.weight`, [vocabularySize, hiddenSize]);
  if (spec.headBias) out.set(`${names.head}.bias`, [vocabularySize]);
  for (let layer = 0; layer < spec.layers; layer++) {
    const prefix = names.layer(layer);
    for (const { path, size } of spec.vectors) out.set(prefix + path, [size]);
    for (const slot of spec.linears) {
      out.set(`${prefix}${slot.path}.weight`, storedShape(slot));
      if (slot.bias) out.set(`${prefix}${slot.path}.bias`, [slot.outFeatures]);
    }
  }
  return out;
}

/** Parameters of the base model; a tied head counts once. */
export function parameterCount(spec: ModelSpec): number {
  return [...requiredTensors(spec).values()].reduce((sum, shape) => sum + shape.reduce((a, b) => a * b, 1), 0);
}
