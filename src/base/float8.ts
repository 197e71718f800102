// float8 E4M3 "fn" (Micikevicius et al. 2022, FP8 Formats for Deep Learning): a sign, four bits of exponent with bias 7, three of
// fraction; no infinities, all ones is NaN, the largest magnitude is 448.

let table: Float32Array | undefined;

/** The numbers of all 256 bytes. */
export function float8Values(): Float32Array {
  table ??= Float32Array.from({ length: 256 }, (_, byte) => {
    const sign = byte & 0x80 ? -1 : 1;
    const [exponent, fraction] = [(byte >> 3) & 15, byte & 7];
    if (exponent === 15 && fraction === 7) return NaN;
    return sign * (exponent === 0 ? fraction * 2 ** -9 : (1 + fraction / 8) * 2 ** (exponent - 7));
  });
  return table;
}
