// What 4-bit codes of a long block should stand for: rounding by the extremes, as ONNX Runtime's own quantizer does it (MlasQuantizeBlockwise,
// onnxruntime/core/mlas/lib/q4_dq.cpp). In blocks of 64 and 128 least squares give up the few large weights for the many small ones; the
// squared error falls, and the perplexity of a real model rose with it (SmolLM2-135M: × 1.25 by the extremes, × 1.41 by least squares).
import type { FitBlock } from "./least-squares.ts";

/** The value of largest magnitude maps to −8, so a scale may be negative. */
export const symmetricExtremes: FitBlock = (weights, start, end) => {
  let extreme = 0;
  for (let at = start; at < end; at++) {
    const value = weights[at] as number;
    if (Math.abs(value) >= Math.abs(extreme)) extreme = Math.abs(value) === Math.abs(extreme) ? Math.min(value, extreme) : value;
  }
  return { scale: Math.fround(-extreme / 8), zero: 8 };
};

/** Smallest … largest, 0 among them, map to 0 … 15. */
export const zeroPointExtremes: FitBlock = (weights, start, end) => {
  let [low, high] = [0, 0];
  for (let at = start; at < end; at++) {
    low = Math.min(low, weights[at] as number);
    high = Math.max(high, weights[at] as number);
  }
  const scale = Math.fround(Math.fround(high - low) / 15);
  return { scale, zero: scale === 0 ? 0 : Math.max(0, Math.min(15, Math.floor(-low / scale + 0.5))) };
};
