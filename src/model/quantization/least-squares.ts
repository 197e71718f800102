// Which numbers 4-bit codes of a block should stand for: those with the smallest sum of squared errors. Every candidate step gives codes by
// rounding, the codes give the best scale in closed form, <w, q> / <q, q>, and what they then explain of <w, w> tells candidates apart. The
// step of min/max rounding is among them, so that the error is never above its. A block that lies on a grid already comes back exactly.
//
// Errors are not weighted: weights w² or |w| + their mean, as llama.cpp takes them, gave a higher perplexity on real models.

export interface BlockScale {
  readonly scale: number;
  /** The code that stands for 0. */
  readonly zero: number;
}

/** @param start first weight of the block; it ends before `end` */
export type FitBlock = (weights: Float32Array, start: number, end: number) => BlockScale;

/** Candidates on either side of the step of min/max rounding, and how far they are apart, as parts of the range. */
const candidates = 5;
const spread = 0.4;

/** By (w / step + 8.5) & 31: codes −8 … 7, what lies outside taken to the end; and their squares. Floats, because sums are. */
const signedCodes = Float64Array.from({ length: 32 }, (_, at) => (at >= 24 ? -8 : Math.min(at, 15) - 8));
const signedSquares = signedCodes.map((code) => code * code);

/** By (w / step + zero + 0.5) & 63: codes 0 … 15, and code + 2^16 · code², whose sums over a block of 128 fit 31 bits. */
const codes = Float64Array.from({ length: 64 }, (_, at) => (at >= 40 ? 0 : Math.min(at, 15)));
const codeSums = Int32Array.from(codes, (code) => code + 65_536 * code * code);

/** Codes −8 … 7, held plus 8. Whether −8 is the largest or the smallest weight is tried both ways. */
export const fitSymmetric: FitBlock = (weights, start, end) => {
  let extreme = 0;
  for (let at = start; at < end; at++) {
    const value = weights[at] as number;
    if (Math.abs(value) > Math.abs(extreme)) extreme = value;
  }
  if (extreme === 0) return { scale: 0, zero: 8 };
  const exact = exactStep(weights, start, end, extreme, 7) ?? exactStep(weights, start, end, -extreme, 8, 8);
  return { scale: Math.fround(exact ?? bestSymmetric(weights, start, end, extreme)), zero: 8 };
};

function bestSymmetric(weights: Float32Array, start: number, end: number, extreme: number): number {
  let [scale, explained] = [0, 0];
  for (let candidate = -candidates; candidate <= candidates; candidate++) {
    const down = (-8 - candidate * spread) / extreme;
    const up = (7 + candidate * spread) / extreme;
    let [downProduct, downSquare, upProduct, upSquare] = [0, 0, 0, 0];
    for (let at = start; at < end; at++) {
      const value = weights[at] as number;
      const below = (value * down + 8.5) & 31;
      const above = (value * up + 8.5) & 31;
      downProduct += value * (signedCodes[below] as number);
      downSquare += signedSquares[below] as number;
      upProduct += value * (signedCodes[above] as number);
      upSquare += signedSquares[above] as number;
    }
    if (downProduct * downProduct > explained * downSquare) {
      explained = (downProduct * downProduct) / downSquare;
      scale = downProduct / downSquare;
    }
    if (upProduct * upProduct > explained * upSquare) {
      explained = (upProduct * upProduct) / upSquare;
      scale = upProduct / upSquare;
    }
  }
  return scale;
}

/** Codes 0 … 15 less a whole zero point; for each step the two zero points beside the one that min/max rounding wants. */
export const fitZeroPoint: FitBlock = (weights, start, end) => {
  let [low, high, sum] = [0, 0, 0];
  for (let at = start; at < end; at++) {
    const value = weights[at] as number;
    if (value < low) low = value;
    else if (value > high) high = value;
    sum += value;
  }
  if (high === low) return { scale: 0, zero: 0 };
  const exact = exactStep(weights, start, end, high - low, 15);
  if (exact !== undefined) return { scale: Math.fround(exact), zero: Math.round(-low / exact) };
  return bestZeroPoint(weights, start, end, { low, high, sum });
};

interface Spread {
  /** At most 0. */
  readonly low: number;
  /** At least 0. */
  readonly high: number;
  readonly sum: number;
}

function bestZeroPoint(weights: Float32Array, start: number, end: number, { low, high, sum }: Spread): BlockScale {
  let [scale, zero, explained] = [0, 0, 0];
  for (let candidate = -candidates; candidate <= candidates; candidate++) {
    const reciprocal = (15 + candidate * spread) / (high - low);
    const first = Math.min(14, Math.floor(-low * reciprocal));
    const [firstShift, secondShift] = [first + 0.5, first + 1.5];
    let [firstProduct, firstSums, secondProduct, secondSums] = [0, 0, 0, 0];
    for (let at = start; at < end; at++) {
      const value = weights[at] as number;
      const scaled = value * reciprocal;
      const one = (scaled + firstShift) & 63;
      const two = (scaled + secondShift) & 63;
      firstProduct += value * (codes[one] as number);
      firstSums = (firstSums + (codeSums[one] as number)) | 0;
      secondProduct += value * (codes[two] as number);
      secondSums = (secondSums + (codeSums[two] as number)) | 0;
    }
    for (let which = first; which <= first + 1; which++) {
      const [sums, products] = which === first ? [firstSums, firstProduct] : [secondSums, secondProduct];
      // <w, q − z> and <q − z, q − z> from the sums over q alone.
      const product = products - which * sum;
      const square = (sums >> 16) - 2 * which * (sums & 65_535) + which * which * (end - start);
      if (product <= 0 || product * product <= explained * square) continue;
      explained = (product * product) / square;
      scale = product / square;
      zero = which;
    }
  }
  return { scale: Math.fround(scale), zero };
}

/** How far from whole a multiple of the true step may seem, in float32. */
const exactWithin = 1e-5;

/**
 * The step by which all weights are whole, when the range is so many of it; undefined where there is none, which mostly shows at the
 * first weights.
 */
function exactStep(weights: Float32Array, start: number, end: number, range: number, most: number, least = 1): number | undefined {
  for (let parts = least; parts <= most; parts++) {
    const reciprocal = parts / range;
    let [product, square, at] = [0, 0, start];
    for (; at < end; at++) {
      const scaled = (weights[at] as number) * reciprocal;
      const whole = Math.round(scaled);
      // −8 is a code, 8 is none.
      if (Math.abs(scaled - whole) > exactWithin || (most === 8 && whole === 8)) break;
      product += (weights[at] as number) * whole;
      square += whole * whole;
    }
    if (at === end) return product / square;
  }
  return undefined;
}
