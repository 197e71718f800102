// The generator behind PyTorch's random numbers on a CPU (MT19937, Matsumoto & Nishimura 1998), for files that keep a seed instead of
// the numbers that PyTorch drew with it.
const [size, middle] = [624, 397];

/** 32 random bits at a time. @param seed its lowest 32 bits count, as in PyTorch */
export function mersenneTwister(seed: number): () => number {
  const state = new Uint32Array(size);
  state[0] = seed % 2 ** 32;
  for (let at = 1; at < size; at++) {
    const before = state[at - 1] as number;
    state[at] = Math.imul(before ^ (before >>> 30), 1_812_433_253) + at;
  }
  let next = size;
  return () => {
    if (next === size) {
      twist(state);
      next = 0;
    }
    let bits = state[next++] as number;
    bits ^= bits >>> 11;
    bits ^= (bits << 7) & 0x9d2c5680;
    bits ^= (bits << 15) & 0xefc60000;
    return (bits ^ (bits >>> 18)) >>> 0;
  };
}

function twist(state: Uint32Array): void {
  for (let at = 0; at < size; at++) {
    const joined = ((state[at] as number) & 0x80000000) | ((state[(at + 1) % size] as number) & 0x7fffffff);
    const odd = joined & 1 ? 0x9908b0df : 0;
    state[at] = (state[(at + middle) % size] as number) ^ (joined >>> 1) ^ odd;
  }
}

/**
 * Tensor.uniform_(−bound, bound) of a float32 tensor, number by number, as PyTorch draws it on a CPU that multiplies and adds with one
 * rounding, which they all have had for ten years; on others the last bit may differ.
 */
export function pytorchUniform(bits: () => number, bound: number): number {
  const [from, to] = [Math.fround(-bound), Math.fround(bound)];
  return Math.fround(((bits() & 0xffffff) / 2 ** 24) * Math.fround(to - from) + from);
}
