// 16-bit floats to 32-bit ones, exactly, and back. JavaScript has no typed array for either format on every browser we support.
// Plain loops: a typed array's own from() with a function takes thirty times as long, and checkpoints have 10⁸ numbers.

/** IEEE 754 binary16 bits to float32 values. */
export function fromFloat16(bits: Uint16Array): Float32Array {
  const table = float16Table();
  const out = new Float32Array(bits.length);
  for (let at = 0; at < bits.length; at++) out[at] = table[bits[at] as number] as number;
  return out;
}

/** One binary16 value. */
export function float16Value(bits: number): number {
  return float16Table()[bits] as number;
}

/** bfloat16 bits to float32 values: the upper half of a float32. */
export function fromBfloat16(bits: Uint16Array): Float32Array {
  const words = new Uint32Array(bits.length);
  for (let at = 0; at < bits.length; at++) words[at] = (bits[at] as number) << 16;
  return new Float32Array(words.buffer);
}

let table: Float32Array | undefined;

/** All 65,536 values: one lookup per element is the fastest portable conversion. */
function float16Table(): Float32Array {
  table ??= Float32Array.from({ length: 65_536 }, (_, bits) => {
    const sign = bits & 0x8000 ? -1 : 1;
    const exponent = (bits >> 10) & 31;
    const fraction = bits & 1023;
    if (exponent === 31) return fraction ? NaN : sign * Infinity;
    return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  });
  return table;
}

/** float32 values to the bits of the nearest binary16, ties to even; too large a value becomes infinite. */
export function toFloat16(values: Float32Array): Uint16Array<ArrayBuffer> {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const out = new Uint16Array(words.length);
  for (let at = 0; at < words.length; at++) out[at] = float16Bits(words[at] as number);
  return out;
}

/** float32 values as the data of a tensor of a float type. */
export function floatsAs(dtype: "float32" | "float16", values: Float32Array): Float32Array | Uint16Array {
  return dtype === "float16" ? toFloat16(values) : values;
}

function float16Bits(word: number): number {
  const sign = (word >>> 16) & 0x8000;
  const magnitude = word & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  // From the middle between the largest value and the next power of two on.
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  const exponent = (magnitude >>> 23) - 112;
  if (exponent > 0) return sign | roundedShift((exponent << 23) | (magnitude & 0x7fffff), 13);
  // Below 2⁻¹⁴ the steps stay as they are, 2⁻²⁴; below half of one all is zero.
  return exponent < -10 ? sign : sign | roundedShift((magnitude & 0x7fffff) | 0x800000, 14 - exponent);
}

/** bits / 2^by, to the nearest, ties to even. */
function roundedShift(bits: number, by: number): number {
  const half = 2 ** (by - 1);
  const low = bits & (2 ** by - 1);
  const high = bits >>> by;
  return low > half || (low === half && high % 2 === 1) ? high + 1 : high;
}

const float64 = new DataView(new ArrayBuffer(8));

/** The nearest binary16 value of any number, ties to even; infinite from 65,520 on, in steps of 2⁻²⁴ below 2⁻¹⁴. */
export function nearestFloat16(value: number): number {
  const magnitude = Math.abs(value);
  if (magnitude >= 65_520) return Math.sign(value) * Infinity;
  if (!(magnitude > 0)) return value;
  // A float64's exponent, exactly: a logarithm may be off by one at powers of two.
  float64.setFloat64(0, magnitude);
  const exponent = Math.max(-14, (float64.getUint16(0) >> 4) - 1023);
  const step = 2 ** (exponent - 10);
  const steps = magnitude / step;
  const below = Math.floor(steps);
  const isUp = steps - below > 0.5 || (steps - below === 0.5 && below % 2 === 1);
  return Math.sign(value) * (isUp ? below + 1 : below) * step;
}
