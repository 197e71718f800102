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
export function sampleToken(logits: Float32Array, { temperature, topP, topK }: SamplingOptions, random: Random): number {
  if (temperature <= 0) return argmax(logits);
  const top = logits[argmax(logits)] as number;
  const weights = logits.map((logit) => Math.exp((logit - top) / temperature));
  const kept = keptTokens(weights, topK, topP);
  const weight = (at: number): number => weights[kept ? (kept[at] as number) : at] as number;
  const count = kept?.length ?? weights.length;
  let total = 0;
  for (let at = 0; at < count; at++) total += weight(at);
  let left = random.uniform() * total;
  let at = -1;
  do left -= weight(++at);
  while (left >= 0 && at < count - 1);
  return kept ? (kept[at] as number) : at;
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
