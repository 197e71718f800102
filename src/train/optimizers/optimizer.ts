// What an optimizer has to say: which vectors it keeps for a tensor, which numbers change from step to step, and the update as a graph.
// A new one is a file beside this and a row in optimizers.ts.
import type { Shape } from "../../base/tensor.ts";
import type { GraphBuilder } from "../../graph/builder.ts";
import type { Value } from "../../graph/value.ts";
import type { ParameterEntry, ParameterKind } from "../../model/parameters.ts";

export type OptimizerSettings = Readonly<Record<string, number | string | boolean | readonly string[]>>;

/** A step as the host knows it; scalars are computed from it in float64. */
export interface OptimizerStep {
  /** Number of this update, from 1. */
  readonly updates: number;
  /** Of the tensors in question: the schedule's, times their factor. */
  readonly learningRate: number;
  /** Of the tensors in question: 0 where they are left out of it. */
  readonly weightDecay: number;
  /** Knobs of the optimizer's section, defaults filled in. */
  readonly settings: OptimizerSettings;
}

/** What is updated at once: a stretch of a flat vector, or one tensor of it where the optimizer looks at shapes. */
export interface OptimizerPart<State extends string> {
  /** [size] */
  readonly parameter: Value;
  /** [size], clipped. */
  readonly gradient: Value;
  /** Flat, by the names of {@link Optimizer.state}; absent where its size for this tensor is 0. */
  readonly state: Readonly<Record<State, Value>>;
  /** The tensor's, where the optimizer is {@link Optimizer.byTensor}; else [size]. */
  readonly shape: Shape;
  /** The tensor's, where the optimizer is {@link Optimizer.byTensor}. */
  readonly kind: ParameterKind | undefined;
}

/** What an optimizer is asked about a tensor. */
export type OptimizedTensor = Pick<ParameterEntry, "shape" | "size" | "kind">;

/** @typeParam State names of its vectors; @typeParam Scalar names of its scalars */
export interface Optimizer<State extends string = string, Scalar extends string = string> {
  /** Sizes of the vectors that are kept for a tensor, all zero to begin with; 0 where the optimizer keeps none of that name for it. */
  readonly state: (tensor: OptimizedTensor, settings: OptimizerSettings) => Readonly<Record<State, number>>;
  /** Whether each tensor is updated by itself; else stretches that are treated alike are. */
  readonly byTensor: boolean;
  /** Fed as one-element tensors, so that the graph is compiled once. */
  readonly scalars: (step: OptimizerStep) => Readonly<Record<Scalar, number>>;
  /**
   * @param scalars [1] each
   * @returns the vectors after the update, with the same sizes and names
   */
  readonly update: (
    g: GraphBuilder,
    part: OptimizerPart<State>,
    scalars: Readonly<Record<Scalar, Value>>,
    settings: OptimizerSettings,
  ) => { readonly parameter: Value; readonly state: Readonly<Partial<Record<State, Value>>> };
}

/** A row with the names of its vectors and scalars checked, as one of the table. */
export function optimizer<State extends string, Scalar extends string>(row: Optimizer<State, Scalar>): Optimizer {
  return row;
}
