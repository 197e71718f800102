// HQQ along the inputs (axis 1): zero points are no whole numbers. What its small tensors say is checked when a matrix is read.
import { groupedMatrix } from "./grouped.ts";
import { flatGroups, readHalves, requirePerGroup } from "./flat-groups.ts";
import {
  entryOf,
  expectedShape,
  floatTypes,
  partsOf,
  unsupportedMatrix,
  wrongValue,
  type Opening,
  type QuantizedMatrix,
} from "./quantized-matrix.ts";

/** All that HQQLinear.state_dict() writes of a layer. */
const notes = [
  "axis",
  "channel_wise",
  "compute_dtype",
  "encoded_state_dict",
  "group_size",
  "nbits",
  "offload_meta",
  "optimize",
  "packing",
  "quant_scale",
  "quant_zero",
  "round_zero",
  "shape",
  "stores_quant_config",
  "unpack_view_dtype",
  "view_as_float",
];

export function openHqq(opening: Opening): QuantizedMatrix {
  const { tensors, module } = opening;
  const [stored = 0, width = 0] = entryOf(opening, "W_q", "U8").shape;
  const { shape, dtype: scaleType } = entryOf(opening, "scale", ...floatTypes);
  const groups = shape[0] ?? 0;
  const bits = groups === stored ? 8 : 4;
  if (bits === 4 && groups !== stored * 2) throw unsupportedMatrix(opening, `scale [${shape.join(", ")}]`);
  requirePerGroup(opening, groups, "scale", "zero");
  const { rows, columns } = expectedShape(opening, "W_q", (elements) => elements === groups * width);
  const flat = flatGroups(opening, {
    columns,
    width,
    codes: (first, last) =>
      bits === 8 ? tensors.bytes(`${module}W_q`, first * width, last * width) : readHalves(opening, "W_q", "high", first, last),
    scales: "scale",
    offsets: "zero",
  });
  return groupedMatrix({
    module,
    name: "HQQ",
    rows,
    columns,
    group: flat.group,
    bits,
    center: 2 ** (bits - 1),
    formula: "zeroPoint",
    scaleType,
    offsetType: entryOf(opening, "zero", ...floatTypes).dtype,
    consumed: partsOf(opening, "W_q", "scale", "zero", ...notes),
    rowsOf: async (from, to) => {
      await requireNotes(opening, { rows, columns, bits });
      return flat.rowsOf(from, to);
    },
  });
}

async function requireNotes(
  opening: Opening,
  { rows, columns, bits }: { readonly rows: number; readonly columns: number; readonly bits: number },
): Promise<void> {
  const expected = { shape: [rows, columns], nbits: [bits], axis: [1], view_as_float: [0], quant_scale: [0], quant_zero: [0] };
  for (const [part, value] of Object.entries(expected)) {
    const found = await numbersOf(opening, part);
    if (found && found.join() !== value.join()) throw wrongValue(opening, part, found, value);
  }
}

/** Null where there is no such note. */
async function numbersOf({ tensors, module }: Opening, part: string): Promise<readonly number[] | null> {
  const entry = tensors.entries.get(module + part);
  if (!entry) return null;
  const bytes = await tensors.bytes(module + part);
  if (entry.dtype === "I64") return Array.from(new BigInt64Array(bytes.buffer), Number);
  return [...(entry.dtype === "I32" ? new Int32Array(bytes.buffer) : bytes)];
}
