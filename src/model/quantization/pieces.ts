// A large matrix is cut along its rows: every WebGPU device binds buffers of 128 MiB (the specification's default limit of
// maxStorageBufferBindingSize), and a backward pass holds a whole piece in float32. The cut depends on the shape alone, so
// that prepared weights fit any device.
import type { MatrixShape } from "./scheme.ts";
import { rowStep } from "./scheme.ts";

/** 128 MiB of float32. */
const pieceElements = 2 ** 25;

export interface Piece {
  /** Of the parts' tensors: "q_proj" for a whole matrix, "head.2" for a piece. */
  readonly name: string;
  readonly shape: MatrixShape;
}

/** The pieces of a matrix from its first row on; one where it fits. */
export function piecesOf(name: string, { rows, columns }: MatrixShape, most = pieceElements): readonly Piece[] {
  if (rows * columns <= most) return [{ name, shape: { rows, columns } }];
  const fitting = Math.max(rowStep, Math.floor(most / columns / rowStep) * rowStep);
  return Array.from({ length: Math.ceil(rows / fitting) }, (_, at) => ({
    name: `${name}.${at}`,
    shape: { rows: Math.min(fitting, rows - at * fitting), columns },
  }));
}
