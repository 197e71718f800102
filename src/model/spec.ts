// What a model is, once its config.json has been read: numbers and slots, no tensors. Architectures are rows of a table
// (architectures.ts); everything after this file works from the specification alone.
import type { TargetModule } from "../config/run-config.ts";
import type { BlockScope } from "./block-scope.ts";
import type { Value } from "../graph/value.ts";

/** Frequencies that are stretched for long contexts, as Llama 3 does it ("rope_type": "llama3"). */
export interface Llama3Scaling {
  readonly factor: number;
  readonly lowFrequencyFactor: number;
  readonly highFrequencyFactor: number;
  readonly originalContext: number;
}

export interface RopeSpec {
  readonly theta: number;
  readonly scaling: Llama3Scaling | null;
}

/** A linear layer of a block; its weight is stored [outFeatures, inFeatures]. */
export interface LinearSlot {
  readonly name: TargetModule;
  /** Path below the layer, e.g. "self_attn.q_proj". */
  readonly path: string;
  readonly inFeatures: number;
  readonly outFeatures: number;
  readonly bias: boolean;
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
  readonly normEps: number;
  readonly rope: RopeSpec;
  readonly tiedHead: boolean;
  readonly linears: readonly LinearSlot[];
  readonly vectors: readonly VectorSlot[];
  readonly names: {
    readonly embedding: string;
    readonly finalNorm: string;
    readonly head: string;
    /** The prefix of a layer's tensors, e.g. "model.layers.3." */
    readonly layer: (layer: number) => string;
  };
  /** Hidden states [tokens, hiddenSize] in, the same out. */
  readonly block: (scope: BlockScope, x: Value) => Value;
}

/** Tensor names of the checkpoint that the model needs, with their shapes. */
export function requiredTensors(spec: ModelSpec): ReadonlyMap<string, readonly number[]> {
  const { names, vocabularySize, hiddenSize } = spec;
  const out = new Map<string, readonly number[]>([
    [names.embedding, [vocabularySize, hiddenSize]],
    [names.finalNorm, [hiddenSize]],
  ]);
  if (!spec.tiedHead) out.set(names.head, [vocabularySize, hiddenSize]);
  for (let layer = 0; layer < spec.layers; layer++) {
    const prefix = names.layer(layer);
    for (const { path, size } of spec.vectors) out.set(prefix + path, [size]);
    for (const { path, outFeatures, inFeatures, bias } of spec.linears) {
      out.set(`${prefix}${path}.weight`, [outFeatures, inFeatures]);
      if (bias) out.set(`${prefix}${path}.bias`, [outFeatures]);
    }
  }
  return out;
}

/** Parameters of the base model; a tied head counts once. */
export function parameterCount(spec: ModelSpec): number {
  return [...requiredTensors(spec).values()].reduce((sum, shape) => sum + shape.reduce((a, b) => a * b, 1), 0);
}
