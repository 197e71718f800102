// optimum-quanto: its files say nowhere what they are but in the names of tensors. 8 bits per row, symmetric; 4 bits in groups of a
// row, whose shift is taken off.
import { float8Matrix } from "./float8.ts";
import { groupedMatrix } from "./grouped.ts";
import { readHalves, requirePerGroup } from "./half-rows.ts";
import { entryOf, expectedShape, floatTypes, partsOf, unsupportedMatrix, type Opening, type QuantizedMatrix } from "./quantized-matrix.ts";
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
  const { tensors, module } = opening;
  const [half = 0, group = 0] = entryOf(opening, "weight._data._data", "U8").shape;
  requirePerGroup(opening, half * 2, "weight._scale", "weight._shift");
  const { rows, columns } = expectedShape(opening, "weight._data._data", (elements) => elements === half * 2 * group);
  if (columns % group !== 0) throw unsupportedMatrix(opening, `group_size = ${String(group)}`);
  const perRow = columns / group;
  return groupedMatrix({
    module,
    name: "quanto",
    rows,
    columns,
    group,
    bits: 4,
    center: 8,
    formula: "minimum",
    scaleType: entryOf(opening, "weight._scale", ...floatTypes).dtype,
    offsetType: entryOf(opening, "weight._shift", ...floatTypes).dtype,
    consumed: partsOf(opening, "weight._data._data", "weight._scale", "weight._shift", ...activationScales),
    rowsOf: async (from, to) => {
      const [first, last] = [from * perRow, to * perRow];
      const shifts = await tensors.floats(`${module}weight._shift`, first, last);
      return {
        codes: await readHalves(opening, "weight._data._data", "low", first, last),
        scales: await tensors.floats(`${module}weight._scale`, first, last),
        offsets: shifts.map((shift) => -shift),
      };
    },
  });
}
