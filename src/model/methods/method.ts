// What a method of fine-tuning has to say (LoRA is one): which parameters it adds to a model or frees, how they start, and what it does
// to the layers it passes. A new one is a file beside this and a row in methods.ts. Everything else (trainer, chat, checkpoints, memory)
// works from the applied method alone.
import type { Random } from "../../base/random.ts";
import type { GraphBuilder } from "../../graph/builder.ts";
import type { Value } from "../../graph/value.ts";
import type { NamedVectors, ParameterLayout } from "../parameters.ts";
import type { LinearSlot } from "../spec.ts";

/** What a method does inside a block. Freed parameters need nothing here: they take the place of the input whose name they have. */
export interface BlockHooks {
  /**
   * A linear layer, x [tokens, in] to [tokens, out].
   * @param frozen the layer without the method, bias included; may be called with another input, and more than once
   * @param parts the same as what it is the sum of
   */
  readonly linear?: (slot: LinearSlot, x: Value, frozen: (x: Value) => Value, parts: LinearParts) => Value;
  /** What a sublayer gives, [tokens, hidden], before anything else is done with it. */
  readonly sublayer?: (which: "attention" | "mlp", y: Value) => Value;
  /** Keys and values that every token sees before all others, [prefix, kvHeads · headDim] each; not turned by position. */
  readonly prefix?: { readonly keys: Value; readonly values: Value };
}

export interface LinearParts {
  /** x · Wᵀ */
  readonly product: (x: Value) => Value;
  /** [out]; undefined where there is none. */
  readonly bias: Value | undefined;
}

/** The tensors of a group by the names of its entries, in their shapes. */
export type ParameterValues = ReadonlyMap<string, Value>;

/** What the graphs of one layer are built by. */
export interface BlockMethod {
  /** Layers of the same kind, whose parameters are alike (see groupKey), share graphs where this is the same too. */
  readonly key: string;
  /**
   * @param parameters the layer's trained tensors; empty where it has none
   * @param fixed the layer's {@link AppliedMethod.fixed} tensors, and those of the group "shared", by the names of their entries
   */
  readonly hooks: (g: GraphBuilder, parameters: ParameterValues, fixed: ParameterValues) => BlockHooks;
}

/** The numbers of the base, read from where the engine holds them; what is quantized comes as the numbers that its codes stand for. */
export interface BaseNumbers {
  /** A linear layer's weight, [outFeatures, inFeatures] row-major. */
  readonly weight: (layer: number, linear: string) => Promise<Float32Array>;
  /** A vector of a layer by the name of its graph input: a norm's weight, a bias. */
  readonly vector: (layer: number, name: string) => Promise<Float32Array>;
  /** Rows of the embedding table as stored, [ids.length, hidden]; undefined: all. */
  readonly embedding: (ids?: readonly number[]) => Promise<Float32Array>;
  /** [contextLength, hidden]; empty where positions are not learned. */
  readonly positions: () => Float32Array;
  /** "finalNorm", "finalNorm.bias", "head.bias", or "head.weight" [vocabulary, hidden] (of a tied head the table). */
  readonly head: (name: string) => Promise<Float32Array>;
}

export interface MethodStart {
  readonly parameters: NamedVectors;
  readonly fixed: NamedVectors;
}

/** A method, its settings and a model's specification put together. */
export interface AppliedMethod {
  readonly kind: string;
  /** What is trained. */
  readonly layout: ParameterLayout;
  /** What is made at the start, not trained, and kept with the checkpoint: by layer, or for all layers in the group "shared". */
  readonly fixed: ParameterLayout;
  /** Rows that stand before every sequence; their embeddings are the entry "prompt" of the group "prompt", [count, hidden]. */
  readonly virtualTokens: number;
  /** Keys and values that stand before every sequence; tokens are counted on from it. */
  readonly prefixTokens: number;
  /**
   * Whether a trained table, entry "table" of the group "embedding", is the head as well. Without it the output goes on with the frozen
   * table, or with the entry "weight" of the group "head".
   */
  readonly tiesHead: boolean;
  readonly block: (layer: number) => BlockMethod;
  readonly start: (base: BaseNumbers, random: Random) => Promise<MethodStart>;
}
