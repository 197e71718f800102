// AWQ's "gemm" layout: everything is packed along the outputs, eight to a word in an order that suits a GPU's instructions; zero points
// are stored as they are.
import { groupedMatrix } from "./grouped.ts";
import { columnsOf, packedAlongOutputs } from "./packed-words.ts";
import { entryOf, floatTypes, partsOf, readOnce, unfitting, wordsOf, type Opening, type QuantizedMatrix } from "./quantized-matrix.ts";

const bits = 4;

/** Output 8c + j lies in the half byte order[j] of word c. */
const order = [0, 4, 1, 5, 2, 6, 3, 7];

export function openAwq(opening: Opening): QuantizedMatrix {
  const [columns = 0, width = 0] = entryOf(opening, "qweight", "I32").shape;
  const { shape, dtype: scaleType } = entryOf(opening, "scales", ...floatTypes);
  const [groups = 0, rows = 0] = shape;
  const zeros = entryOf(opening, "qzeros", "I32").shape;
  if (rows !== width * 8 || groups === 0 || columns % groups !== 0) throw unfitting(opening, "scales");
  if (zeros[0] !== groups || zeros[1] !== width) throw unfitting(opening, "qzeros");
  const whole = readOnce(opening.tensors, async () => ({
    codes: await wordsOf(opening, "qweight"),
    zeros: await wordsOf(opening, "qzeros"),
    scales: await opening.tensors.floats(`${opening.module}scales`),
  }));
  return groupedMatrix({
    module: opening.module,
    name: "AWQ",
    rows,
    columns,
    group: columns / groups,
    bits,
    center: 8,
    scaleType,
    formula: "zeroPoint",
    consumed: partsOf(opening, "qweight", "qzeros", "scales"),
    rowsOf: async (from, to) => {
      const stored = await whole();
      return {
        codes: packedAlongOutputs(stored.codes, width, bits, [from, to], order),
        scales: columnsOf(stored.scales, rows, from, to),
        offsets: new Float32Array(packedAlongOutputs(stored.zeros, width, bits, [from, to], order)),
      };
    },
  });
}
