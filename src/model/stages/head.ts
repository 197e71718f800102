// Final norm, logits and the loss, over a chunk of rows: the rows are picked by index, so only rows with a label cost
// anything and [tokens, vocabulary] logits of a whole batch never exist. The loss is −Σ weight · log p(label).
import { GraphBuilder } from "../../graph/builder.ts";
import { backward } from "../../graph/grad/backward.ts";
import type { Graph } from "../../graph/ir.ts";
import type { Value } from "../../graph/value.ts";
import { headName } from "../held-weights.ts";
import type { MatrixForm } from "../quantization/forms.ts";
import type { ModelSpec } from "../spec.ts";
import { frozenProduct } from "./frozen-matrix.ts";
import { applyNorm, softCap } from "./norm.ts";

/** Final norm and head come under the names of {@link LoadedModel.head}. */
export interface HeadKind {
  readonly spec: ModelSpec;
  readonly headForm: MatrixForm;
}

/** Logits of a chunk should not take more than this. */
const chunkBytes = 32 * 1024 * 1024;

/** Rows per run of the head: as many as fit, at most as many as there are. */
export function headChunk({ vocabularySize }: ModelSpec, rows: number): number {
  const fitting = Math.max(8, Math.floor(chunkBytes / 4 / vocabularySize / 8) * 8);
  return Math.min(fitting, Math.ceil(rows / 8) * 8);
}

/** Inputs hidden [tokens, hidden], rows int32 [count], and the head's weights; output logits [count, vocabulary]. */
export function logitsGraph(kind: HeadKind, tokens: number, count: number): Graph {
  const g = new GraphBuilder();
  return g.finish("head.logits", { logits: chunkLogits(g, kind, tokens, count).logits });
}

/** Further input labels int32 [count]; output logProbs [count]. */
export function headLossGraph(kind: HeadKind, tokens: number, count: number): Graph {
  const g = new GraphBuilder();
  const { logits } = chunkLogits(g, kind, tokens, count);
  return g.finish("head.loss", { logProbs: g.tokenLogProb(logits, g.input("labels", "int32", [count])) });
}

/**
 * Further input labels int32 [count]; outputs logProbs and logTotals, [count]: a label is the likeliest token where its logProb is
 * −logTotal, which is the logarithm of the greatest probability.
 */
export function headTopGraph(kind: HeadKind, tokens: number, count: number): Graph {
  const g = new GraphBuilder();
  const { logits } = chunkLogits(g, kind, tokens, count);
  const [logProbs, , logTotals] = g.apply("tokenLogProb", [logits, g.input("labels", "int32", [count])], {}) as [Value, Value, Value];
  return g.finish("head.top", { logProbs, logTotals });
}

/** Further inputs labels, weights [count], dHiddenIn [tokens, hidden]; outputs logProbs and dHidden = dHiddenIn + d loss / d hidden. */
export function headGradientGraph(kind: HeadKind, tokens: number, count: number): Graph {
  const g = new GraphBuilder();
  const { hidden, logits } = chunkLogits(g, kind, tokens, count);
  const logProbs = g.tokenLogProb(logits, g.input("labels", "int32", [count]));
  const weights = g.input("weights", "float32", [count]);
  const [dHidden] = backward(g, [{ value: logProbs, gradient: g.neg(weights) }], [hidden]) as [Value];
  return g.finish("head.gradient", { logProbs, dHidden: g.add(g.input("dHiddenIn", "float32", hidden.shape), dHidden) });
}

function chunkLogits(g: GraphBuilder, { spec, headForm }: HeadKind, tokens: number, count: number): { hidden: Value; logits: Value } {
  const { hiddenSize, vocabularySize } = spec;
  const hidden = g.input("hidden", "float32", [tokens, hiddenSize]);
  const picked = g.gatherRows(hidden, g.input("rows", "int32", [count]));
  const bias = spec.headBias ? g.input("head.bias", "float32", [vocabularySize]) : undefined;
  const product = frozenProduct(
    g,
    headForm,
    headName,
    { rows: vocabularySize, columns: hiddenSize },
    applyNorm(g, spec, "finalNorm", picked),
    bias,
  );
  return { hidden, logits: softCap(g, product, spec.logitCap) };
}
