// Token after token, as an async generator: the caller shows, counts and stops.
import { seededRandom, type Random } from "../base/random.ts";
import type { Decoder } from "./decoder.ts";
import { drawnShare, likeliestAt, tokenAt, type SamplingOptions } from "./sampling.ts";
import type { NextToken } from "./sequence-cache.ts";

export interface GenerateOptions extends SamplingOptions {
  readonly maxTokens: number;
  readonly seed: number;
  /** Tokens that end the answer; they are not yielded. */
  readonly endIds: ReadonlySet<number>;
  /**
   * Called with all logits before a token is chosen by them; may throw. Where the likeliest ones are enough all are known to be finite,
   * and it is not called.
   */
  readonly check?: (logits: Float32Array) => void;
}

/** Yields generated ids; returns why it ended. Leaving the loop early leaves the decoder usable. */
export async function* generateTokens(
  decoder: Decoder,
  prompt: readonly number[],
  options: GenerateOptions,
): AsyncGenerator<number, "end" | "length"> {
  const random = seededRandom(options.seed);
  let next = await decoder.next(prompt, options);
  for (let count = 0; count < options.maxTokens; count++) {
    const id = await chooseToken(next, options, random);
    if (options.endIds.has(id)) return "end";
    yield id;
    if (count + 1 < options.maxTokens) next = await decoder.next([id], options);
  }
  return "length";
}

/** The token that all logits give, by the likeliest ones where these are enough to know it. */
export async function chooseToken(
  { likeliest, all }: NextToken,
  options: SamplingOptions & Pick<GenerateOptions, "check">,
  random: Random,
): Promise<number> {
  const share = drawnShare(options, random);
  const known = likeliest && likeliestAt(likeliest, options, share);
  if (known !== undefined) return known;
  const logits = await all();
  options.check?.(logits);
  return tokenAt(logits, options, share);
}
