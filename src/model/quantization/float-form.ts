// The numbers themselves. What is float16 in memory is widened whenever float32 is multiplied by it, half the memory for the price of the
// conversion.
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
      // In float16 the sum of products with what is held might be infinite before it is multiplied by the unit.
      if (x.dtype === "float16" && unit !== 1) return g.gemm(x, g.mul(g.like(held, x), g.float(unit)), { transB: true, plus });
      return g.gemm(x, g.like(held, x), { transB: true, plus, alpha: unit });
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
