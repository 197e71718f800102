// Chooses the next token from logits: temperature, then top-k, then top-p, as Hugging Face's generation does it.
import type { Random } from "../base/random.ts";

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
  const order =
    topK > 0 || topP < 1 ? [...weights.keys()].toSorted((a, b) => (weights[b] as number) - (weights[a] as number)) : [...weights.keys()];
  const kept = nucleus(topK > 0 ? order.slice(0, topK) : order, weights, topP);
  let left = random.uniform() * kept.reduce((sum, id) => sum + (weights[id] as number), 0);
  for (const id of kept) {
    left -= weights[id] as number;
    if (left < 0) return id;
  }
  return kept.at(-1) as number;
}

/** The shortest prefix whose share of the total reaches topP; at least one token. */
function nucleus(order: readonly number[], weights: Float32Array, topP: number): readonly number[] {
  if (topP >= 1) return order;
  const total = order.reduce((sum, id) => sum + (weights[id] as number), 0);
  let sum = 0;
  const end = order.findIndex((id) => (sum += weights[id] as number) >= topP * total);
  return order.slice(0, end === -1 ? order.length : end + 1);
}

function argmax(values: Float32Array): number {
  let best = 0;
  for (let at = 1; at < values.length; at++) if ((values[at] as number) > (values[best] as number)) best = at;
  return best;
}
