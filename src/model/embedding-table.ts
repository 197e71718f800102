// The token embeddings on the host, whatever form they are held in.

export interface EmbeddingTable {
  readonly bytes: number;
  /** Writes the row of a token to `target` from the given element on. */
  readonly copyRow: (id: number, target: Float32Array, at: number) => void;
}

/** @param data [vocabulary, hidden] */
export function floatTable(data: Float32Array, hiddenSize: number): EmbeddingTable {
  return {
    bytes: data.byteLength,
    copyRow: (id, target, at) => target.set(data.subarray(id * hiddenSize, (id + 1) * hiddenSize), at),
  };
}
