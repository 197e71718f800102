// What a decoder keeps of a sequence that it read, and how it goes on from there.

/** Rows read at once from a prompt. */
export const chunkRows = 32;

export interface SequenceCache extends Disposable {
  /** Makes the angles those of a sequence of this length. @returns whether they changed: then nothing of what was read is left */
  turn(length: number): boolean;
  /**
   * Reads on, at most {@link chunkRows} tokens.
   * @param ids may be virtual
   * @param isPrompt whether it is one of many such chunks, or of a single new token
   * @returns the logits after the last where they are wanted, [vocabulary]; else nothing
   */
  append(ids: readonly number[], isPrompt: boolean, wantLogits: boolean): Promise<Float32Array>;
}
