// torchao's tensors: which class a matrix is of stands only in the header's metadata. Int4Tensor adds its zero point, which is a float;
// the others take a whole one off.
import { isRecord, type Json } from "../../base/json.ts";
import { groupedMatrix } from "./grouped.ts";
import { columnsOf } from "./packed-words.ts";
import {
  entryOf,
  floatTypes,
  missingPart,
  partsOf,
  readOnce,
  unfitting,
  unsupportedMatrix,
  weightOf,
  type Opening,
  type QuantizedMatrix,
} from "./quantized-matrix.ts";
import { scaleGrid } from "./scale-grid.ts";
import { signedZeros } from "./scaled-bytes.ts";

const parts = ["_weight_qdata", "_weight_scale", "_weight_zero_point"] as const;
const [codesPart, scalePart, zeroPart] = parts;

export function openTorchao(opening: Opening): QuantizedMatrix {
  const type = classOf(opening);
  switch (type["_type"]) {
    case "Int8Tensor":
    case "IntxUnpackedToInt8Tensor":
      return openBytes(opening, isRecord(type["_data"]) ? type["_data"] : {});
    case "Int4Tensor":
      return openPacked(opening);
    default:
      throw unsupportedMatrix(opening, String(type["_type"]));
  }
}

function classOf(opening: Opening): Json {
  const text = opening.tensors.metadata(opening.module + codesPart)[weightOf(opening)];
  if (text === undefined) throw missingPart(opening, "__metadata__");
  try {
    const found: unknown = JSON.parse(text);
    if (isRecord(found)) return found;
  } catch {
    // Falls through to the same refusal as a text that is no object.
  }
  throw missingPart(opening, "__metadata__");
}

/** One code a byte. */
function openBytes(opening: Opening, { block_size: block, target_dtype: target }: Json): QuantizedMatrix {
  const { tensors, module, settings } = opening;
  const [rows = 0, columns = 0] = entryOf(opening, codesPart, "I8").shape;
  const tile = Array.isArray(block) && block.length === 2 ? ([Number(block[0]), Number(block[1])] as const) : undefined;
  const grid = scaleGrid(opening, scalePart, { rows, columns }, tile);
  if (isAsymmetric(settings)) entryOf(opening, zeroPart, "I8");
  const zeros = partsOf(opening, zeroPart).length > 0 ? signedZeros(opening, zeroPart, Math.ceil(columns / grid.group), 0) : null;
  return groupedMatrix({
    module,
    name: "torchao",
    rows,
    columns,
    group: grid.group,
    bits: widthOf(target),
    center: 0,
    formula: "zeroPoint",
    isSymmetric: !isAsymmetric(settings),
    scaleType: entryOf(opening, scalePart, ...floatTypes).dtype,
    consumed: partsOf(opening, ...parts),
    rowsOf: async (from, to) => ({
      codes: new Int8Array((await tensors.bytes(module + codesPart, from * columns, to * columns)).buffer),
      scales: await grid.read(from, to),
      ...(zeros ? { offsets: await zeros(from, to) } : {}),
    }),
  });
}

/** "int4" is held in 4 bits, whatever it takes in the file. */
function widthOf(target: unknown): number {
  const name = isRecord(target) ? target["_data"] : undefined;
  return Number(/^int([2-8])$/.exec(String(name))?.[1] ?? 8);
}

function isAsymmetric({ quant_type: type }: Json): boolean {
  const chosen = isRecord(type) ? type["default"] : undefined;
  const data = isRecord(chosen) ? chosen["_data"] : undefined;
  const mapping = isRecord(data) ? data["mapping_type"] : undefined;
  return isRecord(mapping) && mapping["_data"] === "ASYMMETRIC";
}

/** Two signed codes of 4 bits a byte, the even one in the low half; scales the other way round, [groups, rows]. */
function openPacked(opening: Opening): QuantizedMatrix {
  const { tensors, module } = opening;
  const [rows = 0, bytes = 0] = entryOf(opening, codesPart, "I8", "U8").shape;
  const columns = bytes * 2;
  const { shape, dtype: scaleType } = entryOf(opening, scalePart, ...floatTypes);
  const zero = entryOf(opening, zeroPart, ...floatTypes);
  const [groups = 0, outputs] = shape;
  if (outputs !== rows || groups === 0 || columns % groups !== 0) throw unfitting(opening, scalePart);
  if (zero.shape.join() !== shape.join()) throw unfitting(opening, zeroPart);
  const whole = readOnce(tensors, async () => ({
    scales: await tensors.floats(module + scalePart),
    zeros: await tensors.floats(module + zeroPart),
  }));
  return groupedMatrix({
    module,
    name: "torchao",
    rows,
    columns,
    group: columns / groups,
    bits: 4,
    center: 0,
    formula: "minimum",
    scaleType,
    offsetType: zero.dtype,
    consumed: partsOf(opening, ...parts),
    rowsOf: async (from, to) => {
      const { scales, zeros } = await whole();
      return {
        codes: signedHalves(await tensors.bytes(module + codesPart, from * bytes, to * bytes)),
        scales: columnsOf(scales, rows, from, to),
        offsets: columnsOf(zeros, rows, from, to),
      };
    },
  });
}

function signedHalves(bytes: Uint8Array): Int8Array {
  const out = new Int8Array(bytes.length * 2);
  for (let at = 0; at < out.length; at++) {
    const code = ((bytes[at >> 1] as number) >> (4 * (at & 1))) & 15;
    out[at] = (code ^ 8) - 8;
  }
  return out;
}
