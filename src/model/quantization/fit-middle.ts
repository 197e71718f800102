// Least squares for codes with a number that is added: value = step · q + middle, q from −8 to 7. Each candidate gives codes by rounding, the
// codes give the best step and middle in closed form. Where the rounding falls matters more here than how wide the step is, so that each of
// few widths is tried at four places.

export interface BlockMiddle {
  /** Never negative. */
  readonly step: number;
  readonly middle: number;
}

/** How many steps the range of a block is, tried from the first to the last; 15 is rounding by min and max. */
const [fewestSteps, mostSteps] = [12, 16];

/** By (w − center) / step + 8 and a place, & 31: codes 0 … 15; and code + 2^16 · code². */
const codes = Float64Array.from({ length: 32 }, (_, at) => Math.min(at, 15));
const codeSums = Int32Array.from(codes, (code) => code + 65_536 * code * code);

/** The best step and middle of the weights from `start` up to `end`. */
export function fitMiddle(weights: Float32Array, start: number, end: number): BlockMiddle {
  let [low, high, sum] = [Infinity, -Infinity, 0];
  for (let at = start; at < end; at++) {
    const value = weights[at] as number;
    if (value < low) low = value;
    if (value > high) high = value;
    sum += value;
  }
  const count = end - start;
  if (high === low) return { step: 0, middle: low };
  let [explained, step, middle] = [0, 0, sum / count];
  for (let steps = fewestSteps; steps <= mostSteps; steps++) {
    const reciprocal = steps / (high - low);
    for (let quarter = -1; quarter <= 0; quarter++) {
      const firstShift = 8 + quarter / 4 - ((high + low) / 2) * reciprocal;
      const secondShift = firstShift + 0.5;
      let firstProduct = 0;
      let firstSums = 0;
      let secondProduct = 0;
      let secondSums = 0;
      for (let at = start; at < end; at++) {
        const value = weights[at] as number;
        const scaled = value * reciprocal;
        const one = (scaled + firstShift) & 31;
        const two = (scaled + secondShift) & 31;
        firstProduct += value * (codes[one] as number);
        firstSums = (firstSums + (codeSums[one] as number)) | 0;
        secondProduct += value * (codes[two] as number);
        secondSums = (secondSums + (codeSums[two] as number)) | 0;
      }
      for (let which = 0; which < 2; which++) {
        const sums = which === 0 ? firstSums : secondSums;
        const codeSum = sums & 65_535;
        // Of the weights and the codes less their means: <w, q> and <q, q>.
        const covariance = (which === 0 ? firstProduct : secondProduct) - (sum * codeSum) / count;
        const variance = (sums >> 16) - (codeSum * codeSum) / count;
        if (covariance * covariance <= explained * variance) continue;
        explained = (covariance * covariance) / variance;
        step = covariance / variance;
        middle = sum / count - step * (codeSum / count - 8);
      }
    }
  }
  return { step, middle };
}
