// The scales of NF4, quantized once more (Dettmers et al. 2023, section 3): less their mean, in groups of 256, each divided
// by the largest magnitude of its group, to the nearest of 256 values that lie denser near zero. The values are bitsandbytes'
// signed dynamic map (bitsandbytes/functional.py, create_dynamic_map; Dettmers 2015, "8-Bit Approximations for Parallelism
// in Deep Learning"), derived from its definition.
import type { EncodedMatrix } from "./scheme.ts";

/** Scales that share a scale of their own. */
export const scaleGroup = 256;

let known: Float32Array | undefined;

/**
 * 256 ascending values from −0.993 to 1: 0, 1, and for each of 7 decades, up to 0.1 … 1, the middles of 1, 2, 4 … 64 equal steps
 * with either sign. Rounded where PyTorch's float32 linspace and products round, by which bitsandbytes makes them, so that they are
 * the values of its published checkpoints to the last bit.
 */
export function dynamicMap(): Float32Array {
  known ??= makeDynamicMap();
  return known;
}

function makeDynamicMap(): Float32Array {
  const values = [0, 1];
  for (let decade = 0; decade < 7; decade++) {
    const bounds = linspace(2 ** decade);
    const unit = Math.fround(10 ** (decade - 6));
    for (let at = 0; at < 2 ** decade; at++) {
      const middle = Math.fround(Math.fround((bounds[at] as number) + (bounds[at + 1] as number)) / 2);
      values.push(unit * middle, -unit * middle);
    }
  }
  return Float32Array.from(values).toSorted();
}

/** 0.1 … 1 in equal steps, as PyTorch does it: from the nearer end, product and sum rounded at once. */
function linspace(steps: number): Float32Array {
  const low = Math.fround(0.1);
  const step = Math.fround(Math.fround(1 - low) / steps);
  return Float32Array.from({ length: steps + 1 }, (_, at) => (at < (steps + 1) >> 1 ? low + step * at : 1 - step * (steps - at)));
}

/** @returns scaleCodes in whole groups, scaleAbsmax per group, scaleMean */
export function encodeScales(scales: Float32Array): EncodedMatrix {
  const groups = Math.ceil(scales.length / scaleGroup);
  const scaleMean = Float32Array.of(scales.reduce((sum, scale) => sum + scale, 0) / Math.max(1, scales.length));
  const offset = scaleMean[0] as number;
  const scaleCodes = new Uint8Array(groups * scaleGroup).fill(nearest(0));
  const scaleAbsmax = new Float32Array(groups);
  for (let group = 0; group < groups; group++) {
    const centred = scales.subarray(group * scaleGroup, (group + 1) * scaleGroup).map((scale) => scale - offset);
    const absmax = centred.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    scaleAbsmax[group] = absmax;
    const reciprocal = absmax === 0 ? 0 : Math.fround(1 / absmax);
    for (const [at, value] of centred.entries()) scaleCodes[group * scaleGroup + at] = nearest(Math.fround(value * reciprocal));
  }
  return { scaleCodes, scaleAbsmax, scaleMean };
}

/** Reads scales back, one by one. */
export function decodeScale(encoded: EncodedMatrix): (block: number) => number {
  const codes = encoded["scaleCodes"] as Uint8Array;
  const absmax = encoded["scaleAbsmax"] as Float32Array;
  const offset = (encoded["scaleMean"] as Float32Array)[0] as number;
  const map = dynamicMap();
  return (block) => {
    const value = map[codes[block] as number] as number;
    return Math.fround(Math.fround(value * (absmax[Math.floor(block / scaleGroup)] as number)) + offset);
  };
}

/** Index of the nearest value of the map; of two as near, the lower. */
function nearest(value: number): number {
  const map = dynamicMap();
  let [low, high] = [0, map.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((map[middle] as number) <= value) low = middle;
    else high = middle;
  }
  const distance = (at: number): number => Math.abs(Math.fround(value - (map[at] as number)));
  return distance(high) < distance(low) ? high : low;
}
