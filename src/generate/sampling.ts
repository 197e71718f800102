// Chooses the next token from logits: temperature, then top-k, then top-p, as Hugging Face's generation does it. Only the tokens that are
// kept are put in order, likeliest first and of equals the first: a vocabulary has a quarter of a million, and a nucleus some dozens.
import type { Random } from "../base/random.ts";
import { likeliestFirst } from "./likeliest-first.ts";

export interface SamplingOptions {
  /** 0: the most likely token, always. */
  readonly temperature: number;
  /** Keep the most likely tokens that together have this probability; 1: off. */
  readonly topP: number;
  /** Keep this many tokens; 0: off. */
  readonly topK: number;
}

/** @param logits [vocabulary] */
export function sampleToken(logits: Float32Array, options: SamplingOptions, random: Random): number {
  return tokenAt(logits, options, drawnShare(options, random));
}

/** What a choice takes of chance: from 0 to 1; greedy ones take nothing. */
export function drawnShare({ temperature }: SamplingOptions, random: Random): number {
  return temperature <= 0 ? 0 : random.uniform();
}

/**
 * The token at a share of the weights that are kept, in their order.
 * @param logits [vocabulary]
 */
export function tokenAt(logits: Float32Array, { temperature, topP, topK }: SamplingOptions, share: number): number {
  if (temperature <= 0) return argmax(logits);
  const top = logits[argmax(logits)] as number;
  const weights = weightsOf(logits, top, temperature);
  const kept = keptTokens(weights, topK, topP);
  const weight = (at: number): number => weights[kept ? (kept[at] as number) : at] as number;
  const at = placeAt(kept?.length ?? weights.length, weight, share);
  return kept ? (kept[at] as number) : at;
}

/** The likeliest tokens as a device found them. */
export interface Likeliest {
  /** In falling order of their logits, of equals the first. */
  readonly ids: ArrayLike<number>;
  readonly logits: Float32Array;
  /** Σ exp((logit − greatest) / temperature) over the vocabulary, off by its roundings in float32. */
  readonly total: number;
  readonly vocabulary: number;
}

/** How far a device's total may be off, as a share of it: a hundred times what was seen. */
const doubtfulShare = 1e-4;

/**
 * The token that {@link tokenAt} gives with all logits, where the likeliest ones are enough to know it. They are not where all are kept, or
 * more than there are here; where weights are so alike that others might have a place among those that are kept; and where a share of
 * the total is met so closely that its last digits decide.
 */
export function likeliestAt(
  { ids, logits, total, vocabulary }: Likeliest,
  { temperature, topP, topK }: SamplingOptions,
  share: number,
): number | undefined {
  if (temperature <= 0) return ids[0];
  const all = weightsOf(logits, logits[0] as number, temperature);
  // Of equal weights the first token, as with all of them; logits that differ may have them.
  const order = [...all.keys()].toSorted((a, b) => (all[b] as number) - (all[a] as number) || (ids[a] as number) - (ids[b] as number));
  const weights = Float32Array.from(order, (at) => all[at] as number);
  const count = keptOf(weights, { topP, topK, total, isAll: ids.length === vocabulary });
  if (count === undefined) return undefined;
  return ids[order[placeAt(count, (at) => weights[at] as number, share)] as number];
}

interface KeptOf extends Pick<SamplingOptions, "topP" | "topK"> {
  readonly total: number;
  readonly isAll: boolean;
}

/** How many of the likeliest weights, in falling order, are kept; undefined where that is not sure. */
function keptOf(weights: Float32Array, { topP, topK, total, isAll }: KeptOf): number | undefined {
  const order = [...weights.keys()];
  const isSure = (count: number): boolean => isAll || (weights[count - 1] as number) > (weights.at(-1) as number);
  if (topK > 0) {
    const count = Math.min(topK, weights.length);
    if (topK > weights.length && !isAll) return undefined;
    return isSure(count) ? nucleus(order.slice(0, count), weights, topP).length : undefined;
  }
  if (topP >= 1) return undefined;
  let sum = 0;
  for (const at of order) {
    sum += weights[at] as number;
    if (Math.abs(sum - topP * total) <= doubtfulShare * total) return undefined;
    if (sum > topP * total) return isSure(at + 1) ? at + 1 : undefined;
  }
  return undefined;
}

/** Each as a share of that of the greatest logit. */
function weightsOf(logits: Float32Array, top: number, temperature: number): Float32Array {
  return logits.map((logit) => Math.exp((logit - top) / temperature));
}

/** Which of so many weights lies at a share of their sum. */
function placeAt(count: number, weight: (at: number) => number, share: number): number {
  let total = 0;
  for (let at = 0; at < count; at++) total += weight(at);
  let left = share * total;
  let at = -1;
  do left -= weight(++at);
  while (left >= 0 && at < count - 1);
  return at;
}

/** Tokens in their order; null: all, as they stand. */
function keptTokens(weights: Float32Array, topK: number, topP: number): readonly number[] | null {
  if (topK > 0) return nucleus(first(topK, weights), weights, topP);
  if (topP >= 1) return null;
  return nucleusOfAll(weights, topP) ?? nucleus(first(weights.length, weights), weights, topP);
}

function first(count: number, weights: Float32Array): readonly number[] {
  const kept: number[] = [];
  for (const token of likeliestFirst(weights)) {
    kept.push(token);
    if (kept.length >= count) break;
  }
  return kept;
}

/** The shortest prefix whose share of the total reaches topP; at least one token. */
function nucleus(order: readonly number[], weights: Float32Array, topP: number): readonly number[] {
  if (topP >= 1) return order;
  const total = order.reduce((sum, id) => sum + (weights[id] as number), 0);
  let sum = 0;
  const end = order.findIndex((id) => (sum += weights[id] as number) >= topP * total);
  return order.slice(0, end === -1 ? order.length : end + 1);
}

/**
 * The same of the whole vocabulary, without its order. The sum of the weights depends on theirs in its last bits: where those decide, as
 * they do when a share is met exactly, there is no answer, so that a seed gives the same tokens however a sum was made.
 */
function nucleusOfAll(weights: Float32Array, topP: number): readonly number[] | null {
  let total = 0;
  for (const weight of weights) total += weight;
  // Each of two sums of n positive numbers is off by at most n - 1 roundings, and so is the product by one.
  const doubt = 2 * weights.length * Number.EPSILON * total;
  const kept: number[] = [];
  let sum = 0;
  for (const token of likeliestFirst(weights)) {
    kept.push(token);
    sum += weights[token] as number;
    if (Math.abs(sum - topP * total) <= doubt) return null;
    if (sum > topP * total) return kept;
  }
  return null;
}

function argmax(values: Float32Array): number {
  let best = 0;
  for (let at = 1; at < values.length; at++) if ((values[at] as number) > (values[best] as number)) best = at;
  return best;
}
