// Least squares where errors of some columns cost more than those of others: the scale and the whole zero point of a block for GPTQ. Without
// the importance of columns its codes are no better than those of plain least squares, since a few inputs are a hundred times as strong.
import { float16Value, toFloat16 } from "../../base/half.ts";
import type { BlockScale } from "./least-squares.ts";

/** Candidates on either side of the step of min/max rounding, and how far they are apart, as parts of the range. */
const candidates = 6;
const spread = 0.4;

/** Codes 0 … 15; of a step and a zero point the scale is the best in closed form. The scale is a float16. */
export function fitWeighted(weights: Float32Array, importance: Float64Array, start: number, end: number): BlockScale {
  let [low, high] = [0, 0];
  for (let at = start; at < end; at++) {
    low = Math.min(low, weights[at] as number);
    high = Math.max(high, weights[at] as number);
  }
  if (high === low) return { scale: 0, zero: 0 };
  let [scale, zero, explained] = [0, 0, 0];
  for (let candidate = -candidates; candidate <= candidates; candidate++) {
    const reciprocal = (15 + candidate * spread) / (high - low);
    const first = Math.min(14, Math.floor(-low * reciprocal));
    for (let which = first; which <= first + 1; which++) {
      let [product, square] = [0, 0];
      for (let at = start; at < end; at++) {
        const value = weights[at] as number;
        const code = Math.max(-which, Math.min(15 - which, Math.floor(value * reciprocal + 0.5)));
        const weighted = (importance[at] as number) * code;
        product += weighted * value;
        square += weighted * code;
      }
      if (product <= 0 || product * product <= explained * square) continue;
      explained = (product * product) / square;
      scale = product / square;
      zero = which;
    }
  }
  return { scale: float16Value(nearestAboveZero(scale)), zero };
}

/** The bits of the nearest float16; of what is not zero, never zero. */
function nearestAboveZero(scale: number): number {
  return Math.max(1, toFloat16(Float32Array.of(scale))[0] as number);
}
