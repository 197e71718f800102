// Codes in blocks along a row. One buffer serves MatMulNBits (as uint8, forward) and DequantizeLinear (as uint4 or uint8, backward).
// A minimum is no part of that product: Σ over a block of x · (q · scale + minimum) is the codes' product plus the block's sum of x
// times the minimum, which is exact where a zero point of that kernel would be rounded to a whole code.
import { the } from "../../base/the.ts";
import { float16Value } from "../../base/half.ts";
import type { GraphBuilder } from "../../graph/builder.ts";
import type { Value } from "../../graph/value.ts";
import type { BlocksForm, LevelForm } from "./forms.ts";
import type { EncodedMatrix, FormScheme, MatrixPart, MatrixShape } from "./scheme.ts";

/** Values of a row that share the unit of a scale on two levels. */
export const unitSpan = 256;

/** What a code of a scale on two levels is held plus. */
export const levelCenter = 128;

type Parts = Readonly<Record<string, Value>>;

export function blocksScheme(form: BlocksForm): FormScheme {
  const { bits, block } = form;
  return {
    parts: (shape) => partsOf(form, shape),
    product: (g, parts, x, shape, plus) => {
      const { rows, columns } = shape;
      const input = form.isReordered ? g.permuteColumns(x, the(parts["order"], "order"), the(parts["inverse"], "inverse")) : x;
      const scales = g.like(levelsOf(g, form, "scale", parts, shape), x);
      const size = { n: rows, k: columns, block, bits };
      const product = g.matmulNBits(input, the(parts["codes"], "codes"), scales, size, parts["zeros"]);
      const shifted = form.minimum ? withMinima(g, form, parts, input, shape, { product, scales }) : product;
      return plus ? g.add(shifted, plus) : shifted;
    },
    decodeRow: (encoded, shape, row, target, at) => decodeRow(form, encoded, shape, row, target, at),
  };
}

function partsOf({ bits, block, scale, minimum, hasZeros, isReordered }: BlocksForm, { rows, columns }: MatrixShape) {
  const blocks = Math.ceil(columns / block);
  const order = { dtype: "int32", shape: [columns] } as const;
  return {
    codes: { dtype: "uint8", shape: [rows, blocks, (block * bits) / 8] } as const,
    ...levelParts("scale", scale, rows, columns, blocks),
    ...(minimum ? levelParts("minimum", minimum, rows, columns, blocks) : {}),
    // A row of zero points fills whole bytes, as MatMulNBits wants it.
    ...(hasZeros ? { zeros: { dtype: "uint8", shape: [rows, Math.ceil(blocks / 2)] } as const } : {}),
    ...(isReordered ? { order, inverse: order } : {}),
  };
}

type Level = "scale" | "minimum";
const partName = { scale: "scales", minimum: "minima" } as const;

function levelParts(which: Level, { dtype, levels }: LevelForm, rows: number, columns: number, blocks: number): Record<string, MatrixPart> {
  if (levels === 1) return { [partName[which]]: { dtype, shape: [rows * blocks] } };
  return {
    [partName[which]]: { dtype: "uint8", shape: [rows, blocks] },
    [`${which}Units`]: { dtype, shape: [rows, Math.ceil(columns / unitSpan)] },
  };
}

/** Scales or minima, [rows · blocks]; those on two levels as float32. */
function levelsOf(g: GraphBuilder, { block, ...form }: BlocksForm, which: Level, parts: Parts, { rows, columns }: MatrixShape): Value {
  const held = parts[partName[which]] as Value;
  if ((form[which] as LevelForm).levels === 1) return held;
  const units = g.widen(parts[`${which}Units`] as Value);
  return g.reshape(g.dequantize(held, units, unitSpan / block), [rows * Math.ceil(columns / block)]);
}

/** product + block sums of x · (minima + (what the codes are off their middle) · scales). */
function withMinima(
  g: GraphBuilder,
  form: BlocksForm,
  parts: Parts,
  x: Value,
  shape: MatrixShape,
  { product, scales }: { readonly product: Value; readonly scales: Value },
): Value {
  const minima = g.like(levelsOf(g, form, "minimum", parts, shape), x);
  const middle = g.add(minima, g.mul(scales, g.float(centerOf(form))));
  const blocks = Math.ceil(shape.columns / form.block);
  return g.gemm(blockSums(g, x, form.block), g.reshape(middle, [shape.rows, blocks]), { transB: true, plus: product });
}

const centerOf = ({ bits, center = 2 ** (bits - 1) }: BlocksForm): number => center;

/** [tokens, columns] to [tokens, blocks]; tokens may be an open size. */
function blockSums(g: GraphBuilder, x: Value, block: number): Value {
  const [tokens = 0, columns = 0] = x.shape;
  const [whole, left] = [Math.floor(columns / block), columns % block];
  const sumsOf = (part: Value, blocks: number, size: number): Value =>
    g.reshape(g.reduceSum(g.reshape(part, [tokens, blocks, size]), [2]), [tokens, blocks]);
  if (left === 0) return sumsOf(x, whole, block);
  if (whole === 0) return sumsOf(x, 1, left);
  const [front, rest] = g.split(x, [whole * block, left], 1);
  return g.concat([sumsOf(front, whole, block), sumsOf(rest, 1, left)], 1);
}

function decodeRow(form: BlocksForm, encoded: EncodedMatrix, shape: MatrixShape, row: number, target: Float32Array, at: number): void {
  const { bits, block } = form;
  const { columns } = shape;
  const blocks = Math.ceil(columns / block);
  const codes = encoded["codes"] as Uint8Array;
  const order = encoded["order"] as Int32Array | undefined;
  const scaleAt = levelReader(form, "scale", encoded, columns);
  const minimumAt = form.minimum ? levelReader(form, "minimum", encoded, columns) : undefined;
  const middle = 2 ** (bits - 1);
  // What the q of a code is more than the code.
  const offset = minimumAt ? centerOf(form) - middle : -middle;
  for (let of = 0; of < blocks; of++) {
    const scale = scaleAt(row, of);
    const shift = form.hasZeros ? -half(encoded["zeros"] as Uint8Array, row * 2 * Math.ceil(blocks / 2) + of) : offset;
    const minimum = minimumAt?.(row, of) ?? -0;
    for (let column = of * block; column < Math.min(columns, (of + 1) * block); column++) {
      const index = row * blocks * block + column;
      const code = bits === 4 ? half(codes, index) : (codes[index] as number);
      target[at + (order ? (order[column] as number) : column)] = Math.fround((code + shift) * scale) + minimum;
    }
  }
}

function levelReader(form: BlocksForm, which: Level, encoded: EncodedMatrix, columns: number): (row: number, block: number) => number {
  const { dtype, levels } = form[which] as LevelForm;
  const blocks = Math.ceil(columns / form.block);
  const held = encoded[partName[which]] as Uint8Array | Uint16Array | Float32Array;
  const number = (data: typeof held, index: number): number =>
    dtype === "float16" ? float16Value(data[index] as number) : (data[index] as number);
  if (levels === 1) return (row, of) => number(held, row * blocks + of);
  const units = encoded[`${which}Units`] as typeof held;
  const [perUnit, unitsPerRow] = [unitSpan / form.block, Math.ceil(columns / unitSpan)];
  return (row, of) =>
    Math.fround(((held[row * blocks + of] as number) - levelCenter) * number(units, row * unitsPerRow + Math.floor(of / perUnit)));
}

/** The 4-bit element at a flat index, the even one in the low half. */
function half(bytes: Uint8Array, index: number): number {
  return ((bytes[index >> 1] as number) >> (index % 2 === 0 ? 0 : 4)) & 15;
}
