// Matrices of whole numbers that share a scale, and mostly a zero point or a minimum, in groups along a row: GPTQ, AWQ, MLX, HQQ
// and their like. A maker unpacks; here numbers are made by the published formula, and the same codes become a form of blocks.
import { requireFiniteIn } from "./finite-parts.ts";
import { toFloat16 } from "../../base/half.ts";
import type { BlocksForm, LevelForm } from "../../model/quantization/forms.ts";
import type { EncodedMatrix, MatrixShape } from "../../model/quantization/scheme.ts";
import type { PublishedMatrix } from "../../model/tensor-reader.ts";
import { words } from "../../words/message.ts";
import type { StoredType } from "../safetensors.ts";
import { invalidMatrix, wrongValue, type QuantizedMatrix } from "./quantized-matrix.ts";

export interface GroupedRows {
  /** [rows, columns] */
  readonly codes: Uint8Array | Int8Array;
  /** [rows, groups] */
  readonly scales: Float32Array;
  /** [rows, groups]: zero points or minima; absent where the formula has none. */
  readonly offsets?: Float32Array;
}

/** Every step rounds to float32. */
const formulas = {
  scaled: (code: number, scale: number) => scale * code,
  zeroPoint: (code: number, scale: number, zero: number) => scale * Math.fround(code - zero),
  minimum: (code: number, scale: number, minimum: number) => Math.fround(code * scale) + minimum,
} as const;

export interface Grouped extends MatrixShape {
  readonly module: string;
  /** Of the form, e.g. "GPTQ". */
  readonly name: string;
  readonly consumed: readonly string[];
  readonly formula: keyof typeof formulas;
  /** Columns that share a scale; at most all of them. */
  readonly group: number;
  /** Of the codes: a form has room for 4 or 8. */
  readonly bits: number;
  /** The code in the middle: 0 for signed ones. */
  readonly center: number;
  /** Every zero point is the code in the middle, by what config.json says: a form needs none. */
  readonly isSymmetric?: boolean;
  readonly scaleType: StoredType;
  /** Of minima, or of zero points that are no whole numbers. */
  readonly offsetType?: StoredType;
  /** Group of each column, where that is read; all groups of a reordered matrix have as many. */
  readonly groups?: { readonly isReordered: boolean; readonly read: () => Promise<Int32Array | null> };
  readonly rowsOf: (fromRow: number, toRow: number) => Promise<GroupedRows>;
}

export function groupedMatrix(grouped: Grouped): QuantizedMatrix {
  const { rows, columns, consumed } = grouped;
  const published = publishedBlocks(grouped);
  return { rows, columns, consumed, read: (from, to) => numbers(grouped, from, to), ...(published ? { published } : {}) };
}

async function numbers(grouped: Grouped, from: number, to: number): Promise<Float32Array> {
  const { columns } = grouped;
  const { codes, scales, offsets } = await grouped.rowsOf(from, to);
  const groupOf = (await groupsOf(grouped)) ?? inOrder(grouped);
  const perRow = Math.ceil(columns / grouped.group);
  const formula = formulas[grouped.formula];
  const out = new Float32Array((to - from) * columns);
  for (let start = 0, first = 0; start < out.length; start += columns, first += perRow) {
    for (let column = 0; column < columns; column++) {
      const [at, group] = [start + column, first + (groupOf[column] as number)];
      out[at] = formula(codes[at] as number, scales[group] as number, offsets?.[group] ?? 0);
    }
  }
  return out;
}

const inOrder = ({ columns, group }: Grouped): Int32Array => Int32Array.from({ length: columns }, (_, at) => Math.floor(at / group));

async function groupsOf(grouped: Grouped): Promise<Int32Array | null> {
  const found = (await grouped.groups?.read()) ?? null;
  const count = Math.ceil(grouped.columns / grouped.group);
  const wrong = found?.find((group) => group < 0 || group >= count);
  if (wrong !== undefined) throw wrongValue(grouped, "g_idx", wrong, `0 … ${String(count - 1)}`);
  return found;
}

/** Null where no form holds the same numbers. */
function publishedBlocks(grouped: Grouped): PublishedMatrix | null {
  const { columns, group, formula, scaleType, bits, center, isSymmetric = false, groups } = grouped;
  const block = ([128, 64, 32, 16] as const).find((size) => columns % size === 0 && (group >= columns || group % size === 0));
  if (block === undefined || (groups?.isReordered && columns % group !== 0)) return null;
  const hasMinimum = formula === "minimum" || (formula === "zeroPoint" && !isSymmetric);
  // Scale times zero point is exact where neither has more than 16 bits. Taken off apart, a longer product would round where the
  // published formula does not.
  if (hasMinimum && formula === "zeroPoint" && [scaleType, grouped.offsetType].includes("F32")) return null;
  const held = bits <= 4 ? 4 : 8;
  const form: BlocksForm = {
    kind: "blocks",
    bits: held,
    block,
    scale: level(scaleType),
    ...(hasMinimum ? { minimum: level(formula === "minimum" ? (grouped.offsetType ?? "F32") : "F32") } : {}),
    ...(hasMinimum && center !== 2 ** (held - 1) ? { center } : {}),
    ...(groups?.isReordered ? { isReordered: true } : {}),
  };
  return { form, name: grouped.name, read: (from, to) => encode(grouped, form, from, to) };
}

const level = (type: StoredType): LevelForm => ({ dtype: type === "F16" ? "float16" : "float32", levels: 1 });

async function encode(grouped: Grouped, form: BlocksForm, from: number, to: number): Promise<EncodedMatrix> {
  const rows = await grouped.rowsOf(from, to);
  if (grouped.formula === "zeroPoint" && !form.minimum) requireCentred(grouped, rows);
  const order = columnOrder(grouped, await groupsOf(grouped));
  const scales = perBlock(grouped, form, rows.scales);
  const minima = form.minimum && perBlock(grouped, form, minimaOf(grouped, rows));
  for (const part of [scales, minima]) if (part) requireFiniteIn(`${grouped.module}weight`, part);
  return {
    codes: pack(grouped, form, rows.codes, order),
    scales: stored(form.scale, scales),
    ...(form.minimum && minima ? { minima: stored(form.minimum, minima) } : {}),
    ...(order ? { order } : {}),
  };
}

const stored = ({ dtype }: LevelForm, values: Float32Array): Float32Array | Uint16Array =>
  dtype === "float16" ? toFloat16(values) : values;

function requireCentred(grouped: Grouped, { offsets }: GroupedRows): void {
  const other = offsets?.find((zero) => zero !== grouped.center);
  if (other !== undefined) throw wrongValue(grouped, "zero", other, grouped.center);
}

/** For a zero point below 2⁻⁹, which only HQQ may have, the published difference rounds and this does not. */
function minimaOf({ formula }: Grouped, { scales, offsets = new Float32Array(scales.length) }: GroupedRows): Float32Array {
  return formula === "minimum" ? offsets : offsets.map((zero, at) => -(scales[at] as number) * zero);
}

/** [rows, groups] to [rows · blocks]: a group is one block or several. */
function perBlock({ columns, group }: Grouped, { block }: BlocksForm, values: Float32Array): Float32Array {
  const [groups, blocks] = [Math.ceil(columns / group), columns / block];
  const out = new Float32Array((values.length / groups) * blocks);
  for (let at = 0; at < out.length; at++) {
    out[at] = values[Math.floor(at / blocks) * groups + Math.floor(((at % blocks) * block) / group)] as number;
  }
  return out;
}

/** The columns group by group; null where the form has them in order. */
function columnOrder(grouped: Grouped, found: Int32Array | null): Int32Array | null {
  const { columns, group } = grouped;
  const groupOf = found ?? inOrder(grouped);
  const wrong = invalidMatrix(grouped, words("interchange/quantized-groups", { count: group }));
  if (!grouped.groups?.isReordered) {
    if (groupOf.some((of, column) => of !== Math.floor(column / group))) throw wrong;
    return null;
  }
  const next = Int32Array.from({ length: columns / group }, (_, at) => at * group);
  const order = new Int32Array(columns);
  for (const [column, of] of groupOf.entries()) {
    const at = next[of] as number;
    if (at >= (of + 1) * group) throw wrong;
    order[at] = column;
    next[of] = at + 1;
  }
  return order;
}

/** The width is a multiple of the block, so that codes lie without gaps. */
function pack(grouped: Grouped, { bits }: BlocksForm, codes: Uint8Array | Int8Array, order: Int32Array | null): Uint8Array {
  const { columns, center } = grouped;
  const [shift, most] = [2 ** (bits - 1) - center, 2 ** bits - 1];
  const out = new Uint8Array((codes.length * bits) / 8);
  for (let start = 0; start < codes.length; start += columns) {
    for (let column = 0; column < columns; column++) {
      const code = codes[start + (order ? (order[column] as number) : column)] as number;
      const held = code + shift;
      if (held < 0 || held > most) throw outside(grouped, code, -shift, most - shift);
      const at = start + column;
      if (bits === 8) out[at] = held;
      else out[at >> 1] = (out[at >> 1] as number) | (held << (4 * (at & 1)));
    }
  }
  return out;
}

function outside(grouped: Grouped, code: number, least: number, most: number): Error {
  return wrongValue(grouped, "q", code, `${String(least)} … ${String(most)}`);
}
