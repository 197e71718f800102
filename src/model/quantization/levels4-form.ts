// The 4-bit types of bitsandbytes: indices into sixteen levels, in blocks over the flattened matrix, so that a block may span two
// rows. MatMulBnb4 multiplies by them on both engines.
import { the } from "../../base/the.ts";
import { levels4, levelsBlock } from "../../base/levels4.ts";
import type { GraphBuilder } from "../../graph/builder.ts";
import type { Value } from "../../graph/value.ts";
import { decodeScale, dynamicMap, scaleGroup } from "./double-quantization.ts";
import type { Levels4Form } from "./forms.ts";
import type { FormScheme, MatrixPart, MatrixShape } from "./scheme.ts";

export const levelBlocks = ({ rows, columns }: MatrixShape): number => Math.ceil((rows * columns) / levelsBlock);

export function levels4Scheme({ table, isDouble }: Levels4Form): FormScheme {
  const values = levels4[table].map(Math.fround);
  return {
    parts: (shape) => ({
      codes: { dtype: "uint8", shape: [levelBlocks(shape), levelsBlock / 2] },
      ...(isDouble ? doubleParts(levelBlocks(shape)) : { absmax: { dtype: "float32", shape: [levelBlocks(shape)] } }),
    }),
    product: (g, parts, x, shape, plus) => {
      const absmax = isDouble ? absmaxOf(g, parts, levelBlocks(shape)) : the(parts["absmax"], "absmax");
      const product = g.matmulLevels4(x, the(parts["codes"], "codes"), absmax, { n: shape.rows, k: shape.columns, table });
      return plus ? g.add(product, plus) : product;
    },
    decodeRow: (encoded, { columns }, row, target, at) => {
      const codes = encoded["codes"] as Uint8Array;
      const scaleAt = isDouble ? decodeScale(encoded) : (block: number) => (encoded["absmax"] as Float32Array)[block] as number;
      for (let column = 0; column < columns; column++) {
        const flat = row * columns + column;
        const code = ((codes[flat >> 1] as number) >> (flat % 2 === 0 ? 4 : 0)) & 15;
        target[at + column] = (values[code] as number) * scaleAt(Math.floor(flat / levelsBlock));
      }
    },
  };
}

function doubleParts(blocks: number): Record<string, MatrixPart> {
  const groups = Math.ceil(blocks / scaleGroup);
  return {
    scaleCodes: { dtype: "uint8", shape: [groups, scaleGroup] },
    scaleAbsmax: { dtype: "float32", shape: [groups] },
    scaleMean: { dtype: "float32", shape: [1] },
  };
}

/** The scales, computed in the graph from their codes: what is saved is saved on the engine as well. */
function absmaxOf(g: GraphBuilder, parts: Readonly<Record<string, Value>>, blocks: number): Value {
  const codes = the(parts["scaleCodes"], "scaleCodes");
  const groups = Math.ceil(blocks / scaleGroup);
  const values = g.reshape(g.lookup(g.float(dynamicMap(), [256, 1]), codes), [groups, scaleGroup]);
  const scaled = g.mul(values, g.reshape(the(parts["scaleAbsmax"], "scaleAbsmax"), [groups, 1]));
  const all = g.reshape(g.add(scaled, the(parts["scaleMean"], "scaleMean")), [groups * scaleGroup]);
  return groups * scaleGroup === blocks ? all : g.slice(all, 0, 0, blocks);
}
