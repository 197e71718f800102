// A byte each and a scale beside it: int8 ("int-quantized") and float8 ("float-quantized") of compressed-tensors, fine-grained FP8 of
// transformers, whose "weight_scale_inv" is multiplied by in spite of its name. Scales of activations are for other programs.
import { isRecord, type Json } from "../../base/json.ts";
import { float8Matrix } from "./fine-grained-float8.ts";
import { groupedMatrix } from "./grouped.ts";
import {
  entryOf,
  floatTypes,
  missingPart,
  partsOf,
  unfitting,
  unsupportedMatrix,
  type Opening,
  type QuantizedMatrix,
} from "./quantized-matrix.ts";
import { scaleGrid } from "./scale-grid.ts";

export const ofActivations = ["input_scale", "input_zero_point", "output_scale", "output_zero_point", "activation_scale"];

export function openScaled(opening: Opening): QuantizedMatrix | null {
  // Packed codes have a scale of that name as well.
  return partsOf(opening, "weight_packed").length > 0 ? null : scaledBytes(opening, "weight_scale");
}

export function openFineGrained(opening: Opening): QuantizedMatrix {
  return scaledBytes(opening, "weight_scale_inv");
}

function scaledBytes(opening: Opening, scale: string): QuantizedMatrix {
  const { dtype, shape } = entryOf(opening, "weight", "I8", "F8_E4M3");
  const [rows = 0, columns = 0] = shape;
  const { dtype: scaleType, shape: grid } = entryOf(opening, scale, ...floatTypes);
  const scales = scaleGrid(opening, scale, { rows, columns }, tileOf(opening, grid, rows, columns));
  const consumed = partsOf(opening, "weight", scale, "weight_zero_point", ...ofActivations);
  const hasZeros = hasZeroPoints(opening, 8);
  if (dtype === "F8_E4M3") {
    if (hasZeros) throw unsupportedMatrix(opening, "weight_zero_point");
    return float8Matrix(opening, { part: "weight", name: "FP8", grid: scales, consumed });
  }
  const zeros = hasZeros ? signedZeros(opening, "weight_zero_point", Math.ceil(columns / scales.group), 0) : null;
  return groupedMatrix({
    module: opening.module,
    name: "compressed-tensors",
    rows,
    columns,
    group: scales.group,
    bits: 8,
    center: 0,
    scaleType,
    consumed,
    formula: zeros ? "zeroPoint" : "scaled",
    rowsOf: async (from, to) => ({
      codes: new Int8Array((await opening.tensors.bytes(`${opening.module}weight`, from * columns, to * columns)).buffer),
      scales: await scales.read(from, to),
      ...(zeros ? { offsets: await zeros(from, to) } : {}),
    }),
  });
}

/**
 * Whether a matrix of so many bits has zero points.
 * @throws AtelierError `model/file-invalid` where config.json says that all such matrices have them, and it has none
 */
export function hasZeroPoints(opening: Opening, bits: number): boolean {
  if (partsOf(opening, "weight_zero_point").length > 0) return true;
  const said = weightSettings(opening).filter(({ num_bits: width }) => width === bits);
  if (said.length > 0 && said.every(({ symmetric }) => symmetric === false)) throw missingPart(opening, "weight_zero_point");
  return false;
}

/** What config.json says of single groups of modules: shapes tell which of it is a module's. */
export function weightSettings({ settings }: Opening): readonly Json[] {
  const groups = isRecord(settings["config_groups"]) ? Object.values(settings["config_groups"]) : [];
  return groups.flatMap((group) => (isRecord(group) && isRecord(group["weights"]) ? [group["weights"]] : []));
}

/** Of those that config.json names, the tile that fits the grid. */
function tileOf(
  opening: Opening,
  [down = 1, across = 1]: readonly number[],
  rows: number,
  columns: number,
): readonly [number, number] | undefined {
  const named = [
    opening.settings["weight_block_size"] ?? [128, 128],
    ...weightSettings(opening).flatMap(({ block_structure: block, group_size: size }) => [block, [1, size]]),
  ];
  const tiles = named.filter(
    (tile): tile is [number, number] => Array.isArray(tile) && tile.length === 2 && tile.every((size) => size > 0),
  );
  return tiles.find(([height, width]) => Math.ceil(rows / height) === down && Math.ceil(columns / width) === across);
}

/** A signed byte for each group of a row, or one for all. @param plus what the codes are held with */
export function signedZeros(
  opening: Opening,
  part: string,
  groups: number,
  plus: number,
): (from: number, to: number) => Promise<Float32Array> {
  const { shape } = entryOf(opening, part, "I8");
  const count = shape.reduce((product, size) => product * size, 1);
  const isOne = count === 1;
  if (!isOne && (shape[1] ?? 1) !== groups) throw unfitting(opening, part);
  return async (from, to) => {
    const [start, end] = isOne ? [0, 1] : [from * groups, to * groups];
    const bytes = new Int8Array((await opening.tensors.bytes(opening.module + part, start, end)).buffer);
    return Float32Array.from({ length: (to - from) * groups }, (_, at) => (bytes[isOne ? 0 : at] as number) + plus);
  };
}
