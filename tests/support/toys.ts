// A method, an optimizer and two objectives that the app does not have, each as its author would write it: what the tables ask of a row
// is all there is to it.
import type { GraphBuilder } from "../../src/graph/builder.ts";
import type { Value } from "../../src/graph/value.ts";
import type { AppliedMethod, BlockMethod } from "../../src/model/methods/method.ts";
import { modulePath } from "../../src/model/methods/targets.ts";
import { groupOf, layerGroup } from "../../src/model/parameters.ts";
import type { ModelSpec } from "../../src/model/spec.ts";
import type { Batch } from "../../src/tokens/batch.ts";
import { learnedRows } from "../../src/tokens/batches.ts";
import type { Objective } from "../../src/train/objectives/objective.ts";
import { optimizer } from "../../src/train/optimizers/optimizer.ts";
import { the } from "./the.ts";

/** Multiplies what every linear layer gives by a trained factor for each feature. */
export function outputScales(spec: ModelSpec): AppliedMethod {
  const layout = Array.from({ length: spec.layers }, (_, layer) =>
    the(
      groupOf(
        layerGroup(layer),
        spec.linears.map((slot) => ({
          name: `${slot.name}.scale`,
          shape: [slot.outFeatures],
          kind: "vector",
          tensor: `${modulePath(spec, layer, slot)}.scale`,
        })),
      ),
    ),
  );
  const block: BlockMethod = {
    key: "scales",
    hooks: (g, parameters) => ({ linear: ({ name }, x, frozen) => g.mul(frozen(x), the(parameters.get(`${name}.scale`))) }),
  };
  const ones = Object.fromEntries(layout.map(({ name, size }) => [name, new Float32Array(size).fill(1)]));
  const start = () => Promise.resolve({ parameters: ones, fixed: {} });
  return { kind: "scales", layout, fixed: [], virtualTokens: 0, prefixTokens: 0, tiesHead: false, block: () => block, start };
}

/** Steps of one size against the sign of a running sum of the gradient. */
export const signDescent = optimizer({
  state: ({ size }) => ({ sum: size }),
  byTensor: false,
  scalars: ({ learningRate }) => ({ size: learningRate }),
  update: (g: GraphBuilder, { parameter, gradient, state }, { size }: { readonly size: Value }) => {
    const sum = g.add(g.mul(state.sum, g.float(0.5)), gradient);
    return { parameter: g.sub(parameter, g.mul(g.sign(sum), size)), state: { sum } };
  },
});

/** The mean over the learned tokens of max(0, −log p − margin): what is likely enough is left alone. */
export function hinge(margin: number): Objective {
  return {
    smoothing: 0,
    looksFirst: true,
    needsReference: false,
    count: (batch) => learnedRows(batch).rows.length,
    evaluate: (logProbs) => ({
      sum: logProbs.reduce((sum, logProb) => sum + Math.max(0, -logProb - margin), 0),
      weights: logProbs.map((logProb) => Number(-logProb > margin)),
    }),
  };
}

/**
 * Direct preference optimization (Rafailov et al. 2023): the mean over pairs of −log σ(β · ((chosen − reference) − (rejected −
 * reference))), each a sequence's sum of log p. The first half of the rows are chosen, the second what was rejected instead.
 */
export function preference(beta: number): Objective {
  return {
    smoothing: 0,
    looksFirst: true,
    needsReference: true,
    count: ({ batch }) => batch / 2,
    evaluate: (logProbs, batch, reference) => {
      const gains = rowSums(
        batch,
        logProbs.map((logProb, at) => logProb - the(reference[at])),
      );
      const pairs = batch.batch / 2;
      const margins = Array.from({ length: pairs }, (_, pair) => beta * (the(gains[pair]) - the(gains[pair + pairs])));
      const weightOf = (row: number) => (row < pairs ? beta : -beta) / (1 + Math.exp(the(margins[row % pairs])));
      return {
        sum: margins.reduce((sum, margin) => sum + Math.log1p(Math.exp(-margin)), 0),
        weights: Float32Array.from(sequencesOf(batch), weightOf),
      };
    },
  };
}

/** The row of each learned token. */
function sequencesOf(batch: Batch): Int32Array {
  return learnedRows(batch).rows.map((at) => Math.floor(at / batch.seq));
}

function rowSums(batch: Batch, values: Float32Array): Float64Array {
  const sums = new Float64Array(batch.batch);
  for (const [at, row] of sequencesOf(batch).entries()) sums[row] = the(sums[row]) + the(values[at]);
  return sums;
}
