// The numbers themselves. float16 in memory, float32 in arithmetic: a matrix is widened whenever it is used, half the memory for
// the price of the conversion.
import { float16Value } from "../../base/half.ts";
import type { Value } from "../../graph/value.ts";
import type { FloatForm } from "./forms.ts";
import type { FormScheme } from "./scheme.ts";

export function floatScheme({ dtype, exponent = 0 }: FloatForm): FormScheme {
  const unit = 2 ** exponent;
  return {
    parts: ({ rows, columns }) => ({ weight: { dtype, shape: [rows, columns] } }),
    product: (g, { weight }, x, _shape, plus) => {
      const held = weight as Value;
      return g.gemm(x, dtype === "float16" ? g.widen(held) : held, { transB: true, plus, alpha: unit });
    },
    decodeRow: ({ weight }, { columns }, row, target, at) => {
      const numbers = weight as Float32Array | Uint16Array;
      const from = row * columns;
      if (numbers instanceof Float32Array && unit === 1) return target.set(numbers.subarray(from, from + columns), at);
      for (let column = 0; column < columns; column++) {
        const number = numbers[from + column] as number;
        target[at + column] = unit * (numbers instanceof Float32Array ? number : float16Value(number));
      }
    },
  };
}
