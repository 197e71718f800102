// Token after token, as an async generator: the caller shows, counts and stops.
import { seededRandom } from "../base/random.ts";
import type { Decoder } from "./decoder.ts";
import { sampleToken, type SamplingOptions } from "./sampling.ts";

export interface GenerateOptions extends SamplingOptions {
  readonly maxTokens: number;
  readonly seed: number;
  /** Tokens that end the answer; they are not yielded. */
  readonly endIds: ReadonlySet<number>;
  /** Called with the logits of every token before it is chosen; may throw. */
  readonly check?: (logits: Float32Array) => void;
}

/** Yields generated ids; returns why it ended. Leaving the loop early leaves the decoder usable. */
export async function* generateTokens(
  decoder: Decoder,
  prompt: readonly number[],
  options: GenerateOptions,
): AsyncGenerator<number, "end" | "length"> {
  const random = seededRandom(options.seed);
  let logits = await decoder.read(prompt);
  for (let count = 0; count < options.maxTokens; count++) {
    options.check?.(logits);
    const id = sampleToken(logits, options, random);
    if (options.endIds.has(id)) return "end";
    yield id;
    if (count + 1 < options.maxTokens) logits = await decoder.read([id]);
  }
  return "length";
}
