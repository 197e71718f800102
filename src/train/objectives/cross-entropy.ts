// Supervised fine-tuning: the mean over all learned tokens of a step of −log p, however they are spread over batches.
import { learnedRows } from "../../tokens/batches.ts";
import type { Objective } from "./objective.ts";

/** @param labelSmoothing share of the target that is spread over the whole vocabulary, as Hugging Face's LabelSmoother does it */
export function crossEntropy({ labelSmoothing }: { readonly labelSmoothing: number }): Objective {
  return {
    smoothing: labelSmoothing,
    looksFirst: false,
    needsReference: false,
    count: (batch) => learnedRows(batch).rows.length,
    evaluate: (logProbs) => {
      let sum = 0;
      for (const logProb of logProbs) sum -= logProb;
      return { sum, weights: new Float32Array(logProbs.length).fill(1) };
    },
  };
}
