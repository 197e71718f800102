// What a decoder keeps of a sequence that it read, and how it goes on from there.
import type { Likeliest } from "./sampling.ts";

/** Rows read at once from a prompt. */
export const chunkRows = 32;

/** What is wanted of the logits after a row: all of them, or what a choice at a temperature begins with. */
export type Wanted = "all" | { readonly temperature: number };

/** What is known of the token after a row. */
export interface NextToken {
  /** Undefined where all logits were wanted, where the programs do not say it, and where not all logits are finite. */
  readonly likeliest: Likeliest | undefined;
  /** All logits, [vocabulary]; as long as nothing else is read. */
  readonly all: () => Promise<Float32Array>;
}

export interface SequenceCache extends Disposable {
  /** Makes the angles those of a sequence of this length. @returns whether they changed: then nothing of what was read is left */
  turn(length: number): boolean;
  /**
   * Reads on, at most {@link chunkRows} tokens.
   * @param ids may be virtual
   * @param isPrompt whether it is one of many such chunks, or of a single new token
   * @param wanted after the last; null: nothing
   */
  append(ids: readonly number[], isPrompt: boolean, wanted: Wanted | null): Promise<NextToken | undefined>;
}
