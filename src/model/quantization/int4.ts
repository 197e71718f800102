// int4: one buffer serves MatMulNBits (as uint8, forward) and DequantizeLinear (as uint4, backward).
import { int4Block, quantizeInt4 } from "./int4-codes.ts";
import type { Value } from "../../graph/value.ts";
import type { QuantizationScheme } from "./scheme.ts";

export const int4: QuantizationScheme = {
  parts: ({ rows, columns }) => {
    const blocks = Math.ceil(columns / int4Block);
    return {
      codes: { dtype: "uint8", shape: [rows, blocks, int4Block / 2] },
      scales: { dtype: "float32", shape: [rows * blocks] },
    };
  },
  encode: (weights, { rows, columns }) => ({ ...quantizeInt4(weights, rows, columns) }),
  product: (g, parts, x, { rows, columns }, plus) => {
    const [codes, scales] = [parts["codes"], parts["scales"]];
    const product = g.matmul4Bits(x, codes as Value, scales as Value, { n: rows, k: columns, block: int4Block });
    return plus ? g.add(product, plus) : product;
  },
};
