// Codes of 2, 4 or 8 bits in 32-bit words, lowest bits first, of matrices that are stored the other way round: [inputs, outputs].

/** Rows `from` up to `to` of the transposed: columns of a [height, width] that is stored. */
export function columnsOf(stored: Float32Array, width: number, from: number, to: number): Float32Array {
  const height = stored.length / width;
  const out = new Float32Array((to - from) * height);
  for (let at = 0; at < height; at++) {
    for (let column = from; column < to; column++) out[(column - from) * height + at] = stored[at * width + column] as number;
  }
  return out;
}

/**
 * Codes packed along the inputs: word [i, n] holds inputs i · 32 / bits … of output n.
 * @returns [to − from, inputs]
 */
export function packedAlongInputs(packed: Uint32Array, width: number, bits: number, from: number, to: number): Uint8Array {
  const [perWord, mask] = [32 / bits, 2 ** bits - 1];
  const inputs = (packed.length / width) * perWord;
  const out = new Uint8Array((to - from) * inputs);
  for (let at = 0; at < packed.length / width; at++) {
    for (let output = from; output < to; output++) {
      const word = packed[at * width + output] as number;
      const target = (output - from) * inputs + at * perWord;
      for (let part = 0; part < perWord; part++) out[target + part] = (word >>> (part * bits)) & mask;
    }
  }
  return out;
}

/**
 * Codes packed along the outputs: word [i, c] holds outputs 32 / bits · c … of row i.
 * @param places where in a word the outputs lie, in steps of `bits`; in order where absent
 * @returns [to − from, rows of what is stored]
 */
export function packedAlongOutputs(
  packed: Uint32Array,
  width: number,
  bits: number,
  [from, to]: readonly [number, number],
  places?: readonly number[],
): Uint8Array {
  const [perWord, mask] = [32 / bits, 2 ** bits - 1];
  const inputs = packed.length / width;
  const out = new Uint8Array((to - from) * inputs);
  for (let output = from; output < to; output++) {
    const [word, part] = [Math.floor(output / perWord), output % perWord];
    const shift = (places?.[part] ?? part) * bits;
    for (let at = 0; at < inputs; at++) {
      out[(output - from) * inputs + at] = ((packed[at * width + word] as number) >>> shift) & mask;
    }
  }
  return out;
}
