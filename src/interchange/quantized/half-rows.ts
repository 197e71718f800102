// Groups as rows of bytes, two to a byte from either half of the matrix: HQQ and optimum-quanto put the group that lies half of all
// groups further into the other half of a byte.
import { entryOf, unfitting, type Opening } from "./quantized-matrix.ts";

/**
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
