// optimum-quanto: its files say nowhere what they are but in the names of tensors. 8 bits per row, symmetric; 4 bits in groups of a
// row, whose shift is taken off.
import { float8Matrix } from "./fine-grained-float8.ts";
import { groupedMatrix } from "./grouped.ts";
import { flatGroups, readHalves, requirePerGroup } from "./flat-groups.ts";
import { entryOf, expectedShape, floatTypes, partsOf, type Opening, type QuantizedMatrix } from "./quantized-matrix.ts";
import { scaleGrid } from "./scale-grid.ts";

const activationScales = ["input_scale", "output_scale"];

export function openQuanto8(opening: Opening): QuantizedMatrix {
  const { tensors, module } = opening;
  const { dtype, shape } = entryOf(opening, "weight._data", "I8", "F8_E4M3");
  const [rows = 0, columns = 0] = shape;
  const grid = scaleGrid(opening, "weight._scale", { rows, columns });
  const consumed = partsOf(opening, "weight._data", "weight._scale", ...activationScales);
  if (dtype === "F8_E4M3") return float8Matrix(opening, { part: "weight._data", name: "quanto", grid, consumed });
  return groupedMatrix({
    module,
    name: "quanto",
    rows,
    columns,
    group: grid.group,
    bits: 8,
    center: 0,
    formula: "scaled",
    consumed,
    scaleType: entryOf(opening, "weight._scale", ...floatTypes).dtype,
    rowsOf: async (from, to) => ({
      codes: new Int8Array((await tensors.bytes(`${module}weight._data`, from * columns, to * columns)).buffer),
      scales: await grid.read(from, to),
    }),
  });
}

export function openQuanto4(opening: Opening): QuantizedMatrix {
  const codes = "weight._data._data";
  const [half = 0, width = 0] = entryOf(opening, codes, "U8").shape;
  requirePerGroup(opening, half * 2, "weight._scale", "weight._shift");
  const { rows, columns } = expectedShape(opening, codes, (elements) => elements === half * 2 * width);
  const flat = flatGroups(opening, {
    columns,
    width,
    codes: (first, last) => readHalves(opening, codes, "low", first, last),
    scales: "weight._scale",
    offsets: "weight._shift",
  });
  return groupedMatrix({
    module: opening.module,
    name: "quanto",
    rows,
    columns,
    group: flat.group,
    bits: 4,
    center: 8,
    formula: "minimum",
    scaleType: entryOf(opening, "weight._scale", ...floatTypes).dtype,
    offsetType: entryOf(opening, "weight._shift", ...floatTypes).dtype,
    consumed: partsOf(opening, codes, "weight._scale", "weight._shift", ...activationScales),
    rowsOf: async (from, to) => {
      const { offsets: shifts, ...found } = await flat.rowsOf(from, to);
      return { ...found, ...(shifts ? { offsets: shifts.map((shift) => -shift) } : {}) };
    },
  });
}
