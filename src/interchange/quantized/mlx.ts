// MLX's affine quantization: a row is a stream of bits, lowest first, in words of 32; scales may be negative.
import { isRecord } from "../../base/json.ts";
import { groupedMatrix } from "./grouped.ts";
import { entryOf, floatTypes, partsOf, unfitting, wrongValue, type Opening, type QuantizedMatrix } from "./quantized-matrix.ts";

export function openMlx(opening: Opening): QuantizedMatrix | null {
  const { tensors, module } = opening;
  if (partsOf(opening, "biases").length === 0) return null;
  const { bits, group } = settingsOf(opening);
  const [rows = 0, words = 0] = entryOf(opening, "weight", "U32").shape;
  const scales = entryOf(opening, "scales", ...floatTypes);
  const biases = entryOf(opening, "biases", ...floatTypes);
  const columns = (scales.shape[1] ?? 0) * group;
  if (scales.shape[0] !== rows || columns * bits !== words * 32) throw unfitting(opening, "weight");
  if (biases.shape.join() !== scales.shape.join()) throw unfitting(opening, "biases");
  return groupedMatrix({
    module,
    name: "MLX",
    rows,
    columns,
    group,
    bits,
    center: 2 ** (bits - 1),
    formula: "minimum",
    scaleType: scales.dtype,
    offsetType: biases.dtype,
    consumed: partsOf(opening, "weight", "scales", "biases"),
    rowsOf: async (from, to) => ({
      codes: unpackStream(await tensors.bytes(`${module}weight`, from * words * 4, to * words * 4), bits, columns),
      scales: await tensors.floats(`${module}scales`, from, to),
      offsets: await tensors.floats(`${module}biases`, from, to),
    }),
  });
}

/** A module may have its own under its name. */
function settingsOf(opening: Opening): { readonly bits: number; readonly group: number } {
  const own = opening.settings[opening.module.slice(0, -1)];
  const { bits, group_size: group } = { ...opening.settings, ...(isRecord(own) ? own : {}) };
  if (typeof bits !== "number") throw wrongValue(opening, "bits", bits ?? null, 4);
  if (typeof group !== "number" || !(group > 0)) throw wrongValue(opening, "group_size", group ?? null, 64);
  return { bits, group };
}

/** A row's bits fill whole words, so that the rows are one stream. */
function unpackStream(bytes: Uint8Array, bits: number, columns: number): Uint8Array {
  const count = (bytes.length * 8) / bits;
  if (!Number.isInteger(count) || count % columns !== 0) throw new RangeError("rows end within a code");
  const mask = 2 ** bits - 1;
  const out = new Uint8Array(count);
  for (let at = 0; at < count; at++) {
    const bit = at * bits;
    const byte = bit >>> 3;
    out[at] = (((bytes[byte] as number) | ((bytes[byte + 1] ?? 0) << 8)) >>> (bit & 7)) & mask;
  }
  return out;
}
