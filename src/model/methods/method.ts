// What a method of fine-tuning has to say (LoRA is one): which parameters it adds to a model or frees, how they start, and what it does
// to the layers it passes. A new one is a file beside this, a row in methods.ts and one of knobs in config/methods.ts. Everything else
// (trainer, chat, checkpoints, memory) works from the applied method alone.
import type { Random } from "../../base/random.ts";
import type { GraphBuilder } from "../../graph/builder.ts";
import type { Value } from "../../graph/value.ts";
import type { NamedVectors, ParameterLayout } from "../parameters.ts";
import type { LinearSlot, ModelSpec } from "../spec.ts";

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
  /** Keys and values at the first positions, before those of every sequence, [prefix, kvHeads · headDim] each; not turned. */
  readonly prefix?: { readonly keys: Value; readonly values: Value };
}

export interface LinearParts {
  /** x · Wᵀ */
  readonly product: (x: Value) => Value;
  /** [out]; undefined where there is none. */
  readonly bias: Value | undefined;
}

/**
 * The input of a linear layer as a method sees it: in training a share of it left out at random and the rest scaled up, as much as
 * {@link BlockMethod.dropout} says; elsewhere itself.
 */
export type Drop = (slot: LinearSlot, x: Value) => Value;

/** The tensors of a group by the names of its entries, in their shapes. */
export type ParameterValues = ReadonlyMap<string, Value>;

/** What the graphs of one layer are built by. */
export interface BlockMethod {
  /** Layers of the same kind, whose parameters and constants are alike (see groupKey), share graphs where this is the same too. */
  readonly key: string;
  /**
   * @param parameters the layer's trained tensors; empty where it has none
   * @param fixed the layer's {@link AppliedMethod.fixed} tensors, and those of the group "shared", by the names of their entries
   */
  readonly hooks: (g: GraphBuilder, parameters: ParameterValues, fixed: ParameterValues, drop: Drop) => BlockHooks;
  /** Share that {@link Drop} leaves out in training; none if absent. */
  readonly dropout?: number;
}

/** The numbers of the base, read from where they are held; what is quantized comes as the numbers that its codes stand for. */
export interface BaseNumbers {
  /** A linear layer's weight, [outFeatures, inFeatures] row-major. */
  readonly weight: (layer: number, linear: string) => Promise<Float32Array>;
  /** A vector of a layer by the name of its graph input: a norm's weight, a bias. */
  readonly vector: (layer: number, name: string) => Promise<Float32Array>;
  /** Rows of the embedding table, not scaled as some models scale them, [ids.length, hidden]; undefined: all. */
  readonly embedding: (ids?: readonly number[]) => Promise<Float32Array>;
  /** [contextLength, hidden]; empty where positions are not learned. */
  readonly positions: () => Float32Array;
  /** "finalNorm", "finalNorm.bias", "head.bias", or "head.weight" [vocabulary, hidden] (of a tied head the table). */
  readonly head: (name: string) => Promise<Float32Array>;
}

/** The ids of a text as the model's tokenizer gives them, with the tokens that the model expects at the start. */
export type EncodeText = (text: string) => readonly number[];

export interface MethodStart {
  readonly parameters: NamedVectors;
  readonly fixed: NamedVectors;
}

/** @param share from 0 to 1 */
export type StartProgress = (share: number) => Promise<void>;

export interface StartContext {
  /** Absent where the model was loaded without a tokenizer. */
  readonly encode?: EncodeText;
  /** Told how far it is and waited for, between matrices or oftener; what it throws ends the work. */
  readonly onProgress?: StartProgress;
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
  /** Keys and values that stand before every sequence at the first positions; tokens are counted on from there. */
  readonly prefixTokens: number;
  /**
   * Whether a trained table, entry "table" of the group "embedding", is the head as well, and trained rows of it likewise (see
   * {@link tokenIds}). Without it the output goes on with the frozen head (of a tied one the table), or with the entry "head.weight" of
   * the group "head".
   */
  readonly tiesHead: boolean;
  /** Tokens whose rows of the table are trained: in this order, the entry "tokens" of the group "tokens", [count, hidden]. Absent: none. */
  readonly tokenIds?: readonly number[];
  /** Whether it makes sense on float32 weights alone. */
  readonly needsFloat32?: true;
  /** The model with all of {@link layout} and {@link fixed} zero is the base, to the bit. */
  readonly isNothingAtZero?: boolean;
  readonly block: (layer: number) => BlockMethod;
  /**
   * All of {@link fixed}, where that is measured on the base as it is held and has to be measured again where it is held otherwise;
   * absent: it goes with any.
   */
  readonly measured?: (base: BaseNumbers, onProgress?: StartProgress) => Promise<NamedVectors>;
  /** What a run begins with: every vector of {@link layout} and of {@link fixed}. */
  readonly start: (base: BaseNumbers, random: Random, context?: StartContext) => Promise<MethodStart>;
}

/** Tokens, or what stands for some, that a method puts before every sequence. */
export function addedTokens(method: Pick<AppliedMethod, "virtualTokens" | "prefixTokens"> | null): number {
  return method ? method.virtualTokens + method.prefixTokens : 0;
}

/** How many tokens a sequence may have under a method: what it puts before every sequence takes of the model's context. */
export function usableContext(
  { contextLength }: Pick<ModelSpec, "contextLength">,
  method: Pick<AppliedMethod, "virtualTokens" | "prefixTokens"> | null,
): number {
  return contextLength - addedTokens(method);
}
