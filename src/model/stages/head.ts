// Final norm, logits and the loss, over a chunk of rows: the rows are picked by index, so only rows with a label cost
// anything and [tokens, vocabulary] logits of a whole batch never exist. The loss is −Σ weight · log p(label).
import { itemOf, the } from "../../base/the.ts";
import type { FloatType } from "../../base/tensor.ts";
import { GraphBuilder } from "../../graph/builder.ts";
import { backward } from "../../graph/grad/backward.ts";
import type { Graph } from "../../graph/ir.ts";
import type { Value } from "../../graph/value.ts";
import { headName } from "../held-weights.ts";
import type { MatrixForm } from "../quantization/forms.ts";
import type { ModelSpec } from "../spec.ts";
import { frozenProduct } from "./frozen-matrix.ts";
import { groupKey, type ParameterGroup } from "../parameters.ts";
import { groupValues } from "./group-values.ts";
import { applyNorm, softCap, type VectorOf } from "./norm.ts";

/** Final norm and head come under the names of {@link LoadedModel.head}. */
export interface HeadKind {
  readonly spec: ModelSpec;
  readonly headForm: MatrixForm;
  /** Of the hidden states, float32 where absent; logits, loss and what the chunks of a gradient add up to are float32. */
  readonly activations?: FloatType | undefined;
  /** Null: the base. */
  readonly tuned: TunedHead | null;
}

/** What is trained in the head: groups by name, whose entries "finalNorm", "finalNorm.bias", "head.weight" and "head.bias" take their places. */
export interface TunedHead {
  readonly groups: readonly ParameterGroup[];
  /** The entry "table" of the group "embedding" is the head's matrix, and the entry "tokens" of the group "tokens" are rows of it. */
  readonly tiesHead: boolean;
  /** Of those rows. */
  readonly tokenIds: readonly number[];
}

/** Heads whose graphs are the same, shapes apart, have the same key. */
export function headKey({ tuned }: Pick<HeadKind, "tuned">): string {
  return tuned
    ? `${tuned.tiesHead} ${tuned.tokenIds.join()} ${tuned.groups.map((group) => `${group.name} ${groupKey(group)}`).join(" ")}`
    : "";
}

/** Logits of a chunk should not take more than this. */
const chunkBytes = 32 * 1024 * 1024;

/**
 * Rows per run of the head: as many as fit, in chunks that are alike. What fills a last chunk up costs as much as what counts.
 * @param rows the most that there can be in a batch of this shape
 */
export function headChunk({ vocabularySize }: ModelSpec, rows: number): number {
  const fitting = Math.max(8, Math.floor(chunkBytes / 4 / vocabularySize / 8) * 8);
  const chunks = Math.max(1, Math.ceil(rows / fitting));
  return Math.max(8, Math.ceil(rows / chunks / 8) * 8);
}

/** Inputs hidden [tokens, hidden], rows int32 [count], and the head's weights; output logits [count, vocabulary]. */
export function logitsGraph(kind: HeadKind, tokens: number, count: number): Graph<"logits"> {
  const g = builderOf(kind);
  return g.finish("head.logits", { logits: chunkLogits(g, kind, tokens, count).logits });
}

/** How many of the likeliest tokens a program says; all for a vocabulary that is smaller. */
export const mostLikeliest = 64;

/** Further input coolness [1]; further outputs those of the operation `likeliest`, by these names. */
export function choosingGraph(kind: HeadKind, tokens: number, count: number): Graph<"logits" | LikeliestName> {
  const g = new GraphBuilder();
  const { logits } = chunkLogits(g, kind, tokens, count);
  const size = { count: Math.min(mostLikeliest, kind.spec.vocabularySize) };
  const found = g.apply("likeliest", [logits, g.input("coolness", "float32", [1])], size);
  const named = Object.fromEntries(likeliestNames.map((name, at) => [name, itemOf(found, at)])) as Record<LikeliestName, Value>;
  return g.finish("head.choosing", { logits, ...named });
}

export const likeliestNames = ["values", "ids", "powers", "sum"] as const;
type LikeliestName = (typeof likeliestNames)[number];

/** Further input labels int32 [count]; output logProbs [count]. */
export function headLossGraph(kind: HeadKind, tokens: number, count: number): Graph<"logProbs"> {
  const g = builderOf(kind);
  const { logits } = chunkLogits(g, kind, tokens, count);
  return g.finish("head.loss", { logProbs: g.tokenLogProb(logits, g.input("labels", "int32", [count])) });
}

/**
 * Further input labels int32 [count]; outputs logProbs and logTotals, [count]: a label is the likeliest token where its logProb is
 * −logTotal, which is the logarithm of the greatest probability.
 */
export function headTopGraph(kind: HeadKind, tokens: number, count: number): Graph<"logProbs" | "logTotals"> {
  const g = builderOf(kind);
  const { logits } = chunkLogits(g, kind, tokens, count);
  const [logProbs, , logTotals] = g.apply("tokenLogProb", [logits, g.input("labels", "int32", [count])], {});
  return g.finish("head.top", { logProbs: the(logProbs, "logProbs"), logTotals: the(logTotals, "logTotals") });
}

/**
 * Further inputs labels, weights [count], dHiddenIn [tokens, hidden], and gradientIn.NAME of each trained group; outputs logProbs,
 * dHidden = dHiddenIn + d loss / d hidden, and gradient.NAME = gradientIn.NAME + d loss / d group.
 * @param smoothing share of the target that is spread over the vocabulary
 */
export function headGradientGraph(
  kind: HeadKind,
  tokens: number,
  count: number,
  smoothing: number,
): Graph<"logProbs" | "dHidden" | `gradient.${string}`> {
  const g = builderOf(kind);
  const { rows, picked, logits, trained } = chunkLogits(g, kind, tokens, count);
  const logProbs = g.tokenLogProb(logits, g.input("labels", "int32", [count]), smoothing);
  const weights = g.input("weights", "float32", [count]);
  const seeds = [{ value: logProbs, gradient: g.neg(weights) }];
  const [dPicked, ...own] = backward(g, seeds, [picked, ...trained.values()]);
  const gradients = [...trained.keys()].map((name, at) => {
    const gradient = itemOf(own, at);
    return [`gradient.${name}`, g.add(g.input(`gradientIn.${name}`, "float32", gradient.shape), g.widen(gradient))] as const;
  });
  const dHidden = g.scatterRows(g.input("dHiddenIn", "float32", [tokens, kind.spec.hiddenSize]), rows, g.widen(dPicked));
  return g.finish("head.gradient", { logProbs, dHidden, ...Object.fromEntries(gradients) });
}

/** Input dy [tokens, hidden], float32; output the same in the type of the activations. */
export function narrowedGraph({ spec, activations }: HeadKind, tokens: number): Graph<"narrow"> {
  const g = new GraphBuilder();
  return g.finish("head.narrowed", { narrow: g.cast(g.input("wide", "float32", [tokens, spec.hiddenSize]), activations ?? "float32") });
}

const builderOf = ({ activations }: HeadKind): GraphBuilder => new GraphBuilder(activations ? { activations } : {});

interface ChunkLogits {
  readonly rows: Value;
  /** Hidden states of these rows. */
  readonly picked: Value;
  readonly logits: Value;
  /** Flat vectors by the names of their groups. */
  readonly trained: ReadonlyMap<string, Value>;
}

function chunkLogits(g: GraphBuilder, kind: HeadKind, tokens: number, count: number): ChunkLogits {
  const { hiddenSize, vocabularySize, headBias, logitCap } = kind.spec;
  const groups = (kind.tuned?.groups ?? []).map((group) => [group.name, groupValues(g, `parameters.${group.name}`, group)] as const);
  const values = new Map(groups.flatMap(([, group]) => [...group.values]));
  const vectorOf: VectorOf = (name, size) => values.get(name) ?? g.input(name, "float32", [size]);
  const hidden = g.activation("hidden", [tokens, hiddenSize]);
  const picks = g.input("rows", "int32", [count]);
  const picked = g.gatherRows(hidden, picks);
  const { tiesHead = false, tokenIds = [] } = kind.tuned ?? {};
  const matrix = values.get(tiesHead ? "table" : "head.weight");
  const rows = tiesHead ? values.get("tokens") : undefined;
  // To narrow a whole vocabulary for every chunk would cost more than float16 saves.
  const isWide = matrix !== undefined || (kind.headForm.kind === "float" && kind.headForm.dtype === "float32");
  const normed = applyNorm(g, kind.spec, vectorOf, "finalNorm", isWide ? g.widen(picked) : picked);
  const bias = headBias ? vectorOf("head.bias", vocabularySize) : undefined;
  const frozen = (plus?: Value): Value =>
    frozenProduct(g, kind.headForm, headName, { rows: vocabularySize, columns: hiddenSize }, normed, plus);
  const whole = (): Value => (matrix ? g.gemm(normed, matrix, { transB: true, plus: bias }) : frozen(bias));
  const logits = g.widen(rows && !matrix ? withRows(g, frozen(), { normed, rows, tokenIds, bias }) : whole());
  return { rows: picks, picked, logits: softCap(g, logits, logitCap), trained: new Map(groups.map(([name, { flat }]) => [name, flat])) };
}

interface TrainedHeadRows {
  readonly normed: Value;
  /** [tokens, hidden] */
  readonly rows: Value;
  readonly tokenIds: readonly number[];
  readonly bias: Value | undefined;
}

/** Logits of the frozen matrix with those of single tokens in their columns' place; the others keep their bits. */
function withRows(g: GraphBuilder, frozen: Value, { normed, rows, tokenIds, bias }: TrainedHeadRows): Value {
  const ids = g.constant("int32", [tokenIds.length], new Uint8Array(Int32Array.from(tokenIds).buffer));
  const places = g.oneHot(ids, frozen.shape[1] as number);
  const others = g.sub(g.float(1), g.reduceSum(places, [0]));
  const logits = g.add(g.mul(frozen, others), g.matmul(g.gemm(normed, rows, { transB: true }), places));
  return bias ? g.add(logits, bias) : logits;
}
