// The linear layers of a block, for peers that have no models of their own and are given one, written out.

export const rank = 8;
export const loraScale = 2;
export const epsilon = 1e-5;

/** [inputs, outputs] by name. */
export function linears({ hidden, mlp, heads, kvHeads }) {
  const width = (hidden / heads) * kvHeads;
  return {
    q: [hidden, hidden],
    k: [hidden, width],
    v: [hidden, width],
    o: [hidden, hidden],
    gate: [hidden, mlp],
    up: [hidden, mlp],
    down: [mlp, hidden],
  };
}

/** Cosines and sines of rotary positions, [tokens, headDim], the halves alike. */
export function ropeTables({ hidden, heads, ropeTheta, batch: { tokens } }) {
  const headDim = hidden / heads;
  const angle = (at) => Math.floor(at / headDim) * ropeTheta ** ((-2 * ((at % headDim) % (headDim / 2))) / headDim);
  const table = (of) => Float32Array.from({ length: tokens * headDim }, (_, at) => of(angle(at)));
  return { cos: table(Math.cos), sin: table(Math.sin), headDim };
}

/** Evenly drawn around zero, with the deviation of fresh weights. */
export function randomFloats(size) {
  return Float32Array.from({ length: size }, () => (Math.random() - 0.5) * 0.07);
}

/** Rows of the table, as they are looked up: tokens of the inputs, and those that are learned. */
export function picked({ vocabulary, hidden, batch: { rows, tokens } }, table) {
  const rowOf = (token) => table.subarray(token * hidden, (token + 1) * hidden);
  const ids = Array.from({ length: rows * (tokens + 1) }, (_, at) => (at * 7919) % vocabulary);
  const gathered = (shift) => {
    const out = new Float32Array(rows * tokens * hidden);
    for (let row = 0; row < rows; row++)
      for (let at = 0; at < tokens; at++) out.set(rowOf(ids[row * (tokens + 1) + at + shift]), (row * tokens + at) * hidden);
    return out;
  };
  return { inputs: gathered(0), labels: gathered(1) };
}

export function said({ batch: { rows, tokens } }, where) {
  return `LoRA on float32 weights of its own, ${rows}×${tokens}, nothing computed twice, no optimizer; ${where}`;
}

/** Fresh weights know nothing: their loss is that of guessing, the logarithm of the vocabulary. @throws where it is not */
export function requireGuessing(loss, { vocabulary }) {
  if (!(Math.abs(loss - Math.log(vocabulary)) < 0.5))
    throw new Error(`The loss of fresh weights is ${loss}, not about ${Math.log(vocabulary)}.`);
}
