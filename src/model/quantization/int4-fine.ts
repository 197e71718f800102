// 4-bit codes in blocks of 16 with a step and a middle each, both on two levels: 5.125 bits. A block of 16 has a narrow range of its own; what
// its scale costs is saved by holding it in 8 bits of a unit that 256 weights share, as the K-quants of ggml do with blocks of 32.
import { float16Value, toFloat16 } from "../../base/half.ts";
import { levelCenter, unitSpan } from "./blocks-form.ts";
import { requireFloat16Range } from "./f16.ts";
import { fitMiddle } from "./fit-middle.ts";
import type { EncodedMatrix, MatrixEncoder, MatrixShape, Quantizer } from "./scheme.ts";

const block = 16;
const blocksPerUnit = unitSpan / block;
const largestLevel = 127;
/** As a float16. */
const infinite = 0x7c00;

export const int4Fine: Quantizer = {
  form: {
    kind: "blocks",
    bits: 4,
    block,
    scale: { dtype: "float16", levels: 2 },
    minimum: { dtype: "float16", levels: 2 },
    // Codes stand for −8 … 7: what is added is the middle of a block, which is small and so well held in 8 bits.
    center: 0,
  },
  encoder: (shape) => new FineEncoder(shape),
};

class FineEncoder implements MatrixEncoder {
  readonly #columns: number;
  readonly #blocks: number;
  readonly #units: number;
  readonly #codes: Uint8Array;
  readonly #scales: Uint8Array;
  readonly #minima: Uint8Array;
  readonly #scaleUnits: Uint16Array;
  readonly #minimumUnits: Uint16Array;
  /** Of the blocks that share a unit, used anew for each of them. */
  readonly #steps = new Float64Array(blocksPerUnit);
  readonly #middles = new Float64Array(blocksPerUnit);
  #row = 0;

  constructor({ rows, columns }: MatrixShape) {
    this.#columns = columns;
    this.#blocks = Math.ceil(columns / block);
    this.#units = Math.ceil(columns / unitSpan);
    // What pads a row's last block is code 8, which stands for the middle.
    this.#codes = new Uint8Array((rows * this.#blocks * block) / 2).fill(0x88);
    this.#scales = new Uint8Array(rows * this.#blocks).fill(levelCenter);
    this.#minima = new Uint8Array(rows * this.#blocks).fill(levelCenter);
    this.#scaleUnits = new Uint16Array(rows * this.#units);
    this.#minimumUnits = new Uint16Array(rows * this.#units);
  }

  add(weights: Float32Array): void {
    for (let from = 0; from < weights.length; from += this.#columns, this.#row++)
      for (let unit = 0; unit < this.#units; unit++) {
        this.#encodeSpan(weights, from, unit);
        const at = this.#row * this.#units + unit;
        // A unit is at most a 127th of a weight.
        if (this.#scaleUnits[at] === infinite || this.#minimumUnits[at] === infinite) requireFloat16Range(weights);
      }
  }

  finish(): EncodedMatrix {
    return {
      codes: this.#codes,
      scales: this.#scales,
      scaleUnits: this.#scaleUnits,
      minima: this.#minima,
      minimumUnits: this.#minimumUnits,
    };
  }

  /** The blocks of a row that share a unit: their steps first, then the middles that are best beside the steps as held, then codes. */
  #encodeSpan(weights: Float32Array, from: number, unit: number): void {
    const first = unit * blocksPerUnit;
    const count = Math.min(blocksPerUnit, this.#blocks - first);
    const end = from + this.#columns;
    const startOf = (of: number): number => from + (first + of) * block;
    const endOf = (of: number): number => Math.min(end, startOf(of) + block);
    for (let of = 0; of < count; of++) {
      const { step, middle } = fitMiddle(weights, startOf(of), endOf(of));
      this.#steps[of] = step;
      this.#middles[of] = middle;
    }
    const at = this.#row * this.#blocks + first;
    // A step much smaller than its neighbours' is held as one unit: with none, all of a block would be its middle.
    const which = this.#row * this.#units + unit;
    this.#scaleUnits[which] = holdLevels(this.#steps.subarray(0, count), this.#scales, at, 1);
    for (let of = 0; of < count; of++)
      this.#middles[of] = middleBeside(weights, startOf(of), endOf(of), this.#steps[of] as number, this.#middles[of] as number);
    this.#minimumUnits[which] = holdLevels(this.#middles.subarray(0, count), this.#minima, at, 0);
    for (let of = 0; of < count; of++) {
      const [step, middle] = [this.#steps[of] as number, this.#middles[of] as number];
      this.#putCodes(weights, startOf(of), endOf(of), step, middle, ((at + of) * block) / 2);
    }
  }

  #putCodes(weights: Float32Array, start: number, end: number, step: number, middle: number, target: number): void {
    for (let at = start; at < end; at++) {
      const code = codeOf(weights[at] as number, step, middle) + 8;
      const byte = target + ((at - start) >> 1);
      const known = this.#codes[byte] as number;
      this.#codes[byte] = (at - start) % 2 === 0 ? (known & 0xf0) | code : (known & 0x0f) | (code << 4);
    }
  }
}

/** −8 … 7. */
function codeOf(value: number, step: number, middle: number): number {
  return step === 0 ? 0 : Math.max(-8, Math.min(7, Math.floor((value - middle) / step + 0.5)));
}

/** The mean of what the codes leave. */
function middleBeside(weights: Float32Array, start: number, end: number, step: number, middle: number): number {
  let left = 0;
  for (let at = start; at < end; at++) {
    const value = weights[at] as number;
    left += value - step * codeOf(value, step, middle);
  }
  return left / (end - start);
}

/**
 * Holds numbers as whole multiples of a unit and overwrites them with what is held.
 * @param levels get the multiples, plus 128, from `at` on
 * @param least multiple of what is above 0
 * @returns the unit in float16: the smallest that leaves no multiple above 127
 */
function holdLevels(numbers: Float64Array, levels: Uint8Array, at: number, least: number): number {
  let most = 0;
  for (const number of numbers) most = Math.max(most, Math.abs(number));
  const bits = float16AtLeast(most / largestLevel);
  const unit = float16Value(bits);
  for (let of = 0; of < numbers.length; of++) {
    const number = numbers[of] as number;
    const whole = unit === 0 ? 0 : Math.max(number > 0 ? least : -largestLevel, Math.round(number / unit));
    levels[at + of] = whole + levelCenter;
    numbers[of] = whole * unit;
  }
  return bits;
}

function float16AtLeast(value: number): number {
  const bits = toFloat16(Float32Array.of(value))[0] as number;
  return float16Value(bits) < value ? bits + 1 : bits;
}
