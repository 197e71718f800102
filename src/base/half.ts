// 16-bit floats to 32-bit ones, exactly. JavaScript has no typed array for either format on every browser we support.

/** IEEE 754 binary16 bits to float32 values. */
export function fromFloat16(bits: Uint16Array): Float32Array {
  const table = float16Table();
  return Float32Array.from(bits, (half) => table[half] as number);
}

/** bfloat16 bits to float32 values: the upper half of a float32. */
export function fromBfloat16(bits: Uint16Array): Float32Array {
  return new Float32Array(Uint32Array.from(bits, (half) => half << 16).buffer);
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
