// float8 E4M3 as PyTorch has it ("fn"): no infinities, one NaN of either sign. Scales lie on a grid: one for the matrix, for a row or
// for a tile.
import { AtelierError } from "../../base/errors.ts";
import { float8Values } from "../../base/float8.ts";
import type { Float8Form } from "../../model/quantization/forms.ts";
import type { EncodedMatrix } from "../../model/quantization/scheme.ts";
import type { PublishedMatrix } from "../../model/tensor-reader.ts";
import { requireFiniteIn } from "./finite-parts.ts";
import { entryOf, weightOf, type Opening, type QuantizedMatrix } from "./quantized-matrix.ts";
import type { ScaleGrid } from "./scale-grid.ts";

const values = float8Values();

interface Described {
  readonly part: string;
  readonly name: string;
  readonly grid: ScaleGrid;
  readonly consumed: readonly string[];
}

/** value = float32(number · scale) */
export function float8Matrix(opening: Opening, { part, name, grid, consumed }: Described): QuantizedMatrix {
  const [rows = 0, columns = 0] = entryOf(opening, part, "F8_E4M3").shape;
  const codesOf = (from: number, to: number) => opening.tensors.bytes(opening.module + part, from * columns, to * columns);
  const read = async (from: number, to: number): Promise<Float32Array> => {
    const [codes, scales] = [await codesOf(from, to), await grid.read(from, to)];
    const perRow = Math.ceil(columns / grid.group);
    const out = new Float32Array(codes.length);
    for (let at = 0; at < out.length; at++) {
      const column = at % columns;
      const scale = scales[((at - column) / columns) * perRow + Math.floor(column / grid.group)] as number;
      out[at] = (values[codes[at] as number] as number) * scale;
    }
    return out;
  };
  const form: Float8Form = { kind: "float8", ...(grid.group < columns ? { block: grid.group } : {}) };
  const published: PublishedMatrix = {
    form,
    name,
    read: async (from, to): Promise<EncodedMatrix> => {
      const [codes, scales] = [await codesOf(from, to), await grid.read(from, to)];
      if (codes.some((code) => (code & 127) === 127))
        throw new AtelierError("model/not-finite#tensor", { tensor: weightOf(opening), found: "NaN" });
      requireFiniteIn(weightOf(opening), scales);
      return { codes, scales };
    },
  };
  return { rows, columns, consumed, read, published };
}
