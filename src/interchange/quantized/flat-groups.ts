// Groups over the flattened matrix, each a row of what is stored: HQQ and optimum-quanto. A group may run from one row of the matrix
// into the next; along a row, parts of it then share its scale.
import type { GroupedRows } from "./grouped.ts";
import { entryOf, unfitting, type Opening } from "./quantized-matrix.ts";

interface Flat {
  readonly columns: number;
  /** Elements of a group. */
  readonly width: number;
  /** Codes of groups `from` up to `to`. */
  readonly codes: (from: number, to: number) => Promise<Uint8Array>;
  /** Parts with a number per group. */
  readonly scales: string;
  readonly offsets: string;
}

export interface FlatGroups {
  /** Columns of a row that share a scale. */
  readonly group: number;
  readonly rowsOf: (fromRow: number, toRow: number) => Promise<GroupedRows>;
}

export function flatGroups({ tensors, module }: Opening, { columns, width, codes, scales, offsets }: Flat): FlatGroups {
  const group = greatestCommon(columns, width);
  return {
    group,
    rowsOf: async (from, to) => {
      const [start, end] = [from * columns, to * columns];
      const [first, last] = [Math.floor(start / width), Math.ceil(end / width)];
      const perPart = async (part: string): Promise<Float32Array> => {
        const stored = await tensors.floats(module + part, first, last);
        if (group === width) return stored;
        const parts = Float32Array.from({ length: (end - start) / group }, (_, at) => Math.floor((start + at * group) / width) - first);
        return parts.map((of) => stored[of] as number);
      };
      const all = await codes(first, last);
      return {
        codes: all.subarray(start - first * width, end - first * width),
        scales: await perPart(scales),
        offsets: await perPart(offsets),
      };
    },
  };
}

function greatestCommon(a: number, b: number): number {
  return b === 0 ? a : greatestCommon(b, a % b);
}

/**
 * Two groups to a byte, the one from the first half of all groups, the other from the second.
 * @param part U8 [groups / 2, width]
 * @param first where the first half of the groups lies
 * @returns codes of groups `from` up to `to`, [to − from, width]
 */
export async function readHalves(opening: Opening, part: string, first: "high" | "low", from: number, to: number): Promise<Uint8Array> {
  const [half = 0, width = 0] = entryOf(opening, part, "U8").shape;
  const out = new Uint8Array((to - from) * width);
  for (const isFirst of [true, false]) {
    const base = isFirst ? 0 : half;
    const [start, end] = [Math.max(from, base), Math.min(to, base + half)];
    if (start >= end) continue;
    const bytes = await opening.tensors.bytes(opening.module + part, (start - base) * width, (end - base) * width);
    const shift = isFirst === (first === "high") ? 4 : 0;
    const target = (start - from) * width;
    for (let at = 0; at < bytes.length; at++) out[target + at] = ((bytes[at] as number) >> shift) & 15;
  }
  return out;
}

/** @throws AtelierError `model/file-invalid` where there is not one number per group */
export function requirePerGroup(opening: Opening, groups: number, ...parts: readonly string[]): void {
  for (const part of parts) {
    const [count, each = 1] = entryOf(opening, part, "F32", "F16", "BF16").shape;
    if (count !== groups || each !== 1) throw unfitting(opening, part);
  }
}
