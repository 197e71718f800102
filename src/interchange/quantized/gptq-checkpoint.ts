// GPTQ as AutoGPTQ and its successors store it: codes packed along the inputs, zero points along the outputs, one scale per group and
// output. Files of format "gptq", which older ones do not name, hold zero points less one, subtracted from whole 32-bit words.
import { AtelierError } from "../../base/errors.ts";
import { isRecord } from "../../base/json.ts";
import { groupedMatrix, type GroupedRows } from "./grouped.ts";
import { columnsOf, packedAlongInputs, packedAlongOutputs } from "./packed-words.ts";
import {
  entryOf,
  floatTypes,
  missingPart,
  partsOf,
  readOnce,
  unfitting,
  unsupportedMatrix,
  wordsOf,
  type Opening,
  type QuantizedMatrix,
} from "./quantized-matrix.ts";

/** One in every field of a word. */
const ones: Readonly<Record<number, number>> = { 2: 0x55555555, 4: 0x11111111, 8: 0x01010101 };

interface Layout {
  readonly rows: number;
  readonly columns: number;
  readonly bits: number;
  readonly group: number;
}

export function openGptq(opening: Opening): QuantizedMatrix {
  const { settings } = opening;
  const layout = layoutOf(opening);
  const { rows, columns, bits, group } = layout;
  const [hasIndex, hasUnaskedBias] = ["g_idx", "bias"].map((part) => partsOf(opening, part).length > 0);
  // Columns that were rounded in another order lie in groups that only it tells.
  if (settings["desc_act"] === true && hasIndex !== true && group < columns) throw missingPart(opening, "g_idx");
  const dropsBias = hasUnaskedBias === true && !opening.hasBias;
  // Settings for single modules may say otherwise.
  const isSymmetric = settings["sym"] === true && !isRecord(settings["dynamic"]);
  return groupedMatrix({
    module: opening.module,
    name: "GPTQ",
    rows,
    columns,
    group,
    bits,
    center: 2 ** (bits - 1),
    isSymmetric,
    formula: "zeroPoint",
    scaleType: entryOf(opening, "scales", ...floatTypes).dtype,
    consumed: partsOf(opening, "qweight", "qzeros", "scales", "g_idx", ...(dropsBias ? ["bias"] : [])),
    ...(hasIndex
      ? { groups: { isReordered: settings["desc_act"] === true && group < columns, read: () => indexOf(opening, columns) } }
      : {}),
    rowsOf: rowsOf(opening, layout, dropsBias),
  });
}

/** Widths of codes are told by the shapes: single modules may have others than config.json says. */
function layoutOf(opening: Opening): Layout {
  const [words = 0, rows = 0] = entryOf(opening, "qweight", "I32").shape;
  const [groups = 0, outputs] = entryOf(opening, "scales", ...floatTypes).shape;
  const [zeroGroups, zeroWords = 0] = entryOf(opening, "qzeros", "I32").shape;
  if (outputs !== rows || zeroGroups !== groups || groups === 0) throw unfitting(opening, "scales");
  const bits = (zeroWords * 32) / rows;
  if (ones[bits] === undefined) throw unsupportedMatrix(opening, `bits = ${String(bits)}`);
  const columns = (words * 32) / bits;
  const said = opening.settings["group_size"];
  const isSaid = typeof said === "number" && said > 0 && Math.ceil(columns / said) === groups;
  const group = groups === 1 ? columns : isSaid ? said : columns / groups;
  if (!Number.isInteger(group)) throw unfitting(opening, "scales");
  return { rows, columns, bits, group };
}

async function indexOf(opening: Opening, columns: number): Promise<Int32Array> {
  if (entryOf(opening, "g_idx", "I32").shape[0] !== columns) throw unfitting(opening, "g_idx");
  return new Int32Array((await opening.tensors.bytes(`${opening.module}g_idx`)).buffer);
}

function rowsOf(opening: Opening, { rows, bits }: Layout, dropsBias: boolean): (from: number, to: number) => Promise<GroupedRows> {
  const { tensors, module, settings } = opening;
  const isOneLess = (settings["checkpoint_format"] ?? settings["format"] ?? "gptq") === "gptq";
  const whole = readOnce(tensors, async () => {
    if (dropsBias) await requireNoBias(opening);
    const zeros = await wordsOf(opening, "qzeros");
    const one = isOneLess ? (ones[bits] ?? 0) : 0;
    return {
      codes: await wordsOf(opening, "qweight"),
      zeros: zeros.map((word) => word + one),
      scales: await tensors.floats(`${module}scales`),
    };
  });
  return async (from, to) => {
    const { codes, zeros, scales } = await whole();
    return {
      codes: packedAlongInputs(codes, rows, bits, from, to),
      scales: columnsOf(scales, rows, from, to),
      offsets: new Float32Array(packedAlongOutputs(zeros, (rows * bits) / 32, bits, [from, to])),
    };
  };
}

/** AutoGPTQ wrote a bias of zeros for layers that have none. */
async function requireNoBias({ tensors, module }: Opening): Promise<void> {
  const bias = await tensors.floats(`${module}bias`);
  if (bias.some((value) => value !== 0)) throw new AtelierError("model/tensor-unknown#unused", { tensor: `${module}bias` });
}
