// The token embeddings on the host, in whatever form they are held, cut in pieces along the vocabulary.
import type { TensorData } from "../runtime/engine.ts";
import { tableName } from "./held-weights.ts";
import { piecesOf, type Piece } from "./quantization/pieces.ts";
import type { EncodedMatrix, MatrixShape } from "./quantization/scheme.ts";
import { schemeOf } from "./quantization/form-schemes.ts";
import type { MatrixForm } from "./quantization/forms.ts";

export interface EmbeddingTable {
  readonly bytes: number;
  /** Writes the row of a token to `target` from the given element on. */
  readonly copyRow: (id: number, target: Float32Array, at: number) => void;
}

/**
 * @param shape [vocabulary, hidden]
 * @param tensors the parts of the table's pieces by the names that they are prepared under
 */
export function embeddingTable(form: MatrixForm, shape: MatrixShape, tensors: ReadonlyMap<string, TensorData>): EmbeddingTable {
  const scheme = schemeOf(form);
  const pieces = piecesOf(tableName, shape).map((piece) => ({ shape: piece.shape, encoded: encodedPiece(piece) }));
  const rowsPerPiece = pieces[0]?.shape.rows ?? 1;
  function encodedPiece(piece: Piece): EncodedMatrix {
    const entries = Object.keys(scheme.parts(piece.shape)).map((part) => [part, tensors.get(`${piece.name}.${part}`)]);
    return Object.fromEntries(entries) as EncodedMatrix;
  }
  return {
    bytes: [...tensors.values()].reduce((sum, { byteLength }) => sum + byteLength, 0),
    copyRow: (id, target, at) => {
      const piece = pieces[Math.floor(id / rowsPerPiece)];
      if (piece) scheme.decodeRow(piece.encoded, piece.shape, id % rowsPerPiece, target, at);
    },
  };
}
