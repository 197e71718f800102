// Scales (or zero points) of a matrix as a grid of tiles: a single one, one for each row, one for each group of a row, or tiles of
// 128 by 128 that the matrix's edge may cut.
import type { MatrixShape } from "../../model/quantization/scheme.ts";
import { entryOf, floatTypes, unfitting, type Opening } from "./quantized-matrix.ts";

export interface ScaleGrid {
  /** Columns that share a number; at least all of them where a row has one. */
  readonly group: number;
  /** [rows, groups] */
  readonly read: (fromRow: number, toRow: number) => Promise<Float32Array>;
}

/**
 * @param tile rows and columns of a tile, where there are tiles; columns alone for groups of a row
 * @throws AtelierError `model/file-invalid` where the stored grid does not fit the matrix
 */
export function scaleGrid(opening: Opening, part: string, { rows, columns }: MatrixShape, tile?: readonly [number, number]): ScaleGrid {
  const { shape } = entryOf(opening, part, ...floatTypes);
  const name = opening.module + part;
  // A scale for the whole matrix has the shape [], [1] or [1, 1].
  const [down = 1, across = 1] = shape;
  if (shape.length > 2) throw unfitting(opening, part);
  const height = down === rows ? 1 : down === 1 ? rows : (tile?.[0] ?? 0);
  const width = across === 1 ? columns : (tile?.[1] ?? columns / across);
  const isWhole = Number.isInteger(width) && Math.ceil(rows / height) === down && Math.ceil(columns / width) === across;
  if (!isWhole) throw unfitting(opening, part);
  return {
    group: width,
    read: async (from, to) => {
      const first = Math.floor(from / height);
      const stored = await opening.tensors.floats(name, first, Math.ceil(to / height));
      if (height === 1) return stored;
      const out = new Float32Array((to - from) * across);
      for (let row = from; row < to; row++) {
        const at = (Math.floor(row / height) - first) * across;
        out.set(stored.subarray(at, at + across), (row - from) * across);
      }
      return out;
    },
  };
}
