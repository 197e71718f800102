// compressed-tensors' "pack-quantized": 4 or 8 bits packed into words along a row, less an offset that the zero points have as well.
import { groupedMatrix, type Grouped } from "./grouped.ts";
import {
  entryOf,
  expectedShape,
  floatTypes,
  missingPart,
  partsOf,
  readOnce,
  unfitting,
  wordsOf,
  wrongValue,
  type Opening,
  type QuantizedMatrix,
} from "./quantized-matrix.ts";
import { scaleGrid } from "./scale-grid.ts";
import { hasZeroPoints, ofActivations, signedZeros, weightSettings } from "./scaled-bytes.ts";

export function openPacked(opening: Opening): QuantizedMatrix {
  const { tensors, module } = opening;
  const [rows = 0, words = 0] = entryOf(opening, "weight_packed", "I32").shape;
  const shape = expectedShape(opening, "weight_packed", (elements) => elements / rows <= words * 8);
  const { columns } = shape;
  const bits = [4, 8].find((width) => Math.ceil((columns * width) / 32) === words);
  if (bits === undefined || shape.rows !== rows) throw unfitting(opening, "weight_packed");
  const { dtype: scaleType } = entryOf(opening, "weight_scale", ...floatTypes);
  const grid = scaleGrid(opening, "weight_scale", shape, groupTile(opening, columns));
  const isSymmetric = !hasZeroPoints(opening, bits);
  const zeros = isSymmetric ? null : packedZeros(opening, shape.rows, Math.ceil(columns / grid.group), bits);
  const center = 2 ** (bits - 1);
  return groupedMatrix({
    module,
    name: "compressed-tensors",
    ...shape,
    group: grid.group,
    bits,
    center,
    isSymmetric,
    scaleType,
    formula: "zeroPoint",
    consumed: partsOf(opening, "weight_packed", "weight_scale", "weight_shape", "weight_zero_point", "weight_g_idx", ...ofActivations),
    ...groupIndex(opening, columns),
    rowsOf: async (from, to) => {
      await requireShape(opening, rows, columns);
      const scales = await grid.read(from, to);
      return {
        codes: unpackRows(await tensors.bytes(`${module}weight_packed`, from * words * 4, to * words * 4), bits, words, columns),
        scales,
        offsets: zeros ? await zeros(from, to) : new Float32Array(scales.length).fill(center),
      };
    },
  });
}

/** Groups of a row that the matrix's edge may cut. */
function groupTile(opening: Opening, columns: number): readonly [number, number] | undefined {
  const [, across = 1] = entryOf(opening, "weight_scale", ...floatTypes).shape;
  const sizes = weightSettings(opening).map((settings) => settings["group_size"]);
  const size = sizes.find((found) => typeof found === "number" && found > 0 && Math.ceil(columns / found) === across);
  return typeof size === "number" ? [1, size] : undefined;
}

function groupIndex(opening: Opening, columns: number): Pick<Grouped, "groups"> {
  if (partsOf(opening, "weight_g_idx").length === 0) {
    const said = weightSettings(opening);
    // Only the index tells which group a column is in.
    if (said.length > 0 && said.every(({ actorder }) => actorder === "group")) throw missingPart(opening, "weight_g_idx");
    return {};
  }
  if (entryOf(opening, "weight_g_idx", "I32").shape[0] !== columns) throw unfitting(opening, "weight_g_idx");
  const read = async (): Promise<Int32Array | null> => {
    const index = new Int32Array((await opening.tensors.bytes(`${opening.module}weight_g_idx`)).buffer);
    return index.every((group) => group === -1) ? null : index;
  };
  return { groups: { isReordered: true, read } };
}

async function requireShape(opening: Opening, rows: number, columns: number): Promise<void> {
  if (partsOf(opening, "weight_shape").length === 0) return;
  const { dtype } = entryOf(opening, "weight_shape", "I64", "I32");
  const { buffer } = await opening.tensors.bytes(`${opening.module}weight_shape`);
  const found = dtype === "I64" ? Array.from(new BigInt64Array(buffer), Number) : [...new Int32Array(buffer)];
  if (found.join() !== [rows, columns].join()) throw wrongValue(opening, "weight_shape", found, [rows, columns]);
}

/** A row ends with a word, whose last codes may be padding. */
function unpackRows(bytes: Uint8Array, bits: number, words: number, columns: number): Uint8Array {
  const rows = bytes.length / (words * 4);
  const out = new Uint8Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const bit = column * bits;
      out[row * columns + column] = ((bytes[row * words * 4 + (bit >> 3)] as number) >> (bit & 7)) & (2 ** bits - 1);
    }
  }
  return out;
}

/** Packed along the rows, with the same offset as the codes; older files hold a signed byte each. */
function packedZeros(opening: Opening, rows: number, groups: number, bits: number): (from: number, to: number) => Promise<Float32Array> {
  const { dtype, shape } = entryOf(opening, "weight_zero_point", "I32", "I8");
  const stored = dtype === "I32" ? Math.ceil((rows * bits) / 32) : rows;
  if (shape[0] !== stored || (shape[1] ?? 1) !== groups) throw unfitting(opening, "weight_zero_point");
  if (dtype === "I8") return signedZeros(opening, "weight_zero_point", groups, 2 ** (bits - 1));
  const whole = readOnce(opening.tensors, () => wordsOf(opening, "weight_zero_point"));
  return async (from, to) => transposedZeros(await whole(), groups, bits, from, to);
}

/** [rows · bits / 32, groups] of words to [to − from, groups]. */
function transposedZeros(packed: Uint32Array, groups: number, bits: number, from: number, to: number): Float32Array {
  const [perWord, mask] = [32 / bits, 2 ** bits - 1];
  return Float32Array.from({ length: (to - from) * groups }, (_, at) => {
    const [row, group] = [from + Math.floor(at / groups), at % groups];
    return ((packed[Math.floor(row / perWord) * groups + group] as number) >>> ((row % perWord) * bits)) & mask;
  });
}
