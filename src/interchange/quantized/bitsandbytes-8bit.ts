// LLM.int8 of bitsandbytes: a row's largest magnitude (SCB) is 127. The library multiplies code, SCB and 1/127 in that order, with two
// roundings. A form has one scale, so that what it holds differs from that in the last bit here and there.
import { groupedMatrix } from "./grouped.ts";
import { entryOf, partsOf, unfitting, wrongValue, type Opening, type QuantizedMatrix } from "./quantized-matrix.ts";

const unit = Math.fround(1 / 127);

export function openBitsandbytes8(opening: Opening): QuantizedMatrix {
  const { tensors, module } = opening;
  const [rows = 0, columns = 0] = entryOf(opening, "weight", "I8").shape;
  if (entryOf(opening, "SCB", "F32").shape[0] !== rows) throw unfitting(opening, "SCB");
  const stored = async (from: number, to: number) => {
    await requireRows(opening);
    const codes = new Int8Array((await tensors.bytes(`${module}weight`, from * columns, to * columns)).buffer);
    return { codes, largest: await tensors.floats(`${module}SCB`, from, to) };
  };
  const held = groupedMatrix({
    module,
    name: "LLM.int8",
    rows,
    columns,
    group: columns,
    bits: 8,
    center: 0,
    formula: "scaled",
    scaleType: "F32",
    consumed: partsOf(opening, "weight", "SCB", "weight_format"),
    rowsOf: async (from, to) => {
      const { codes, largest } = await stored(from, to);
      return { codes, scales: largest.map((value) => value * unit) };
    },
  });
  return {
    ...held,
    read: async (from, to) => {
      const { codes, largest } = await stored(from, to);
      const out = new Float32Array(codes.length);
      for (let at = 0; at < out.length; at++) {
        out[at] = Math.fround((codes[at] as number) * (largest[Math.floor(at / columns)] as number)) * unit;
      }
      return out;
    },
  };
}

/** 0: rows one after the other; other values are layouts of GPUs that bitsandbytes no longer writes. */
async function requireRows(opening: Opening): Promise<void> {
  if (partsOf(opening, "weight_format").length === 0) return;
  const [format] = await opening.tensors.bytes(`${opening.module}weight_format`);
  if (format !== 0) throw wrongValue(opening, "weight_format", format, 0);
}
