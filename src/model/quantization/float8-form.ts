// float8 E4M3 with scales in blocks along a row: numbers are looked up by their byte, since neither engine computes in float8.
import { the } from "../../base/the.ts";
import type { GraphBuilder } from "../../graph/builder.ts";
import type { Value } from "../../graph/value.ts";
import { float8Values } from "../../base/float8.ts";
import type { Float8Form } from "./forms.ts";
import type { FormScheme, MatrixShape } from "./scheme.ts";

export function float8Scheme({ block }: Float8Form): FormScheme {
  const blocksOf = (columns: number): number => (block === undefined ? 1 : Math.ceil(columns / block));
  return {
    parts: ({ rows, columns }) => ({
      codes: { dtype: "uint8", shape: [rows, columns] },
      scales: { dtype: "float32", shape: [rows, blocksOf(columns)] },
    }),
    product: (g, parts, x, shape, plus) => {
      const numbers = g.reshape(g.lookup(g.float(float8Values(), [256, 1]), the(parts["codes"], "codes")), [shape.rows, shape.columns]);
      const weight = g.mul(numbers, spread(g, the(parts["scales"], "scales"), shape, block ?? shape.columns));
      return g.gemm(x, weight, { transB: true, plus });
    },
    decodeRow: ({ codes, scales }, { columns }, row, target, at) => {
      const [values, blocks] = [float8Values(), blocksOf(columns)];
      for (let column = 0; column < columns; column++) {
        const number = values[(codes as Uint8Array)[row * columns + column] as number] as number;
        const scale = (scales as Float32Array)[row * blocks + Math.floor(column / (block ?? columns))] as number;
        target[at + column] = number * scale;
      }
    },
  };
}

/** A scale per number, [rows, columns], or [rows, 1] where a row has one. */
function spread(g: GraphBuilder, scales: Value, { rows, columns }: MatrixShape, block: number): Value {
  const blocks = Math.ceil(columns / block);
  if (blocks === 1) return scales;
  const each = g.reshape(g.expand(g.reshape(scales, [rows, blocks, 1]), [rows, blocks, block]), [rows, blocks * block]);
  return blocks * block === columns ? each : g.slice(each, 1, 0, columns);
}
