// What an objective has to say: what its loss is the mean over, and how loss and weights follow from the log-probabilities of the learned
// tokens. It is a host function: the gradient of a batch is that of Σ weight · −log p, whatever the objective. A new one is a file
// beside this and a row in objectives.ts.
import type { Batch } from "../../tokens/batch.ts";

export interface BatchObjective {
  /** Over the batch, of what the loss is the mean of. */
  readonly sum: number;
  /** −d sum / d log p of each learned token, in row order. */
  readonly weights: Float32Array;
}

export interface Objective {
  /**
   * The share of the target that is spread over the whole vocabulary (label smoothing, Szegedy et al. 2016); every log p below is then
   * Σ target · log p. Only while training: validation counts the label alone.
   */
  readonly smoothing: number;
  /** Whether weights depend on the log-probabilities: the head then runs before they are known, and again for the gradient. */
  readonly looksFirst: boolean;
  /** Whether the log-probabilities of the base are needed as well. */
  readonly needsReference: boolean;
  /** How many units (tokens, pairs) the batch brings; the loss of a step is the sum over its batches by their units. */
  readonly count: (batch: Batch) => number;
  /**
   * @param logProbs of the learned tokens, in row order; of an objective that does not look first, only `sum` may depend on them
   * @param reference the same of the base; empty where it is not needed
   */
  readonly evaluate: (logProbs: Float32Array, batch: Batch, reference: Float32Array) => BatchObjective;
}
