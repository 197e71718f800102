// The numbers that a held matrix stands for, written from the words of src/model/quantization/forms.ts alone and one number at a
// time: what is fast in the application is compared with this. Parts that are missing, of another length or too many are an error.
import { float16Value } from "../../src/base/half.ts";
import { levels4 as tables } from "../../src/base/levels4.ts";
import type { BlocksForm, Float8Form, FloatForm, LevelForm, Levels4Form, MatrixForm } from "../../src/model/quantization/forms.ts";
import { dynamicMap } from "../../src/model/quantization/double-quantization.ts";
import type { EncodedMatrix, MatrixShape } from "../../src/model/quantization/scheme.ts";

/** @returns [rows, columns], row-major */
export function decodeForm(form: MatrixForm, shape: MatrixShape, encoded: EncodedMatrix): Float32Array {
  const parts = new Parts(encoded);
  const valueAt = readers(form, shape, parts);
  parts.requireAllTaken();
  const out = new Float32Array(shape.rows * shape.columns);
  for (let row = 0; row < shape.rows; row++)
    for (let column = 0; column < shape.columns; column++) out[row * shape.columns + column] = valueAt(row, column);
  return out;
}

type ValueAt = (row: number, column: number) => number;

function readers(form: MatrixForm, shape: MatrixShape, parts: Parts): ValueAt {
  switch (form.kind) {
    case "float":
      return floats(form, shape, parts);
    case "blocks":
      return form.isReordered ? reordered(blocks(form, shape, parts), shape, parts) : blocks(form, shape, parts);
    case "levels4":
      return levels4(form, shape, parts);
    case "float8":
      return float8s(form, shape, parts);
    case "rows":
      return scaledRows(shape, parts);
    default:
      return form satisfies never;
  }
}

class Parts {
  readonly #left: Map<string, EncodedMatrix[string]>;

  constructor(encoded: EncodedMatrix) {
    this.#left = new Map(Object.entries(encoded));
  }

  bytes(name: string, length: number): Uint8Array {
    return this.#take(name, length, Uint8Array);
  }

  floats(name: string, length: number, dtype: LevelForm["dtype"]): (at: number) => number {
    if (dtype === "float32") {
      const data = this.#take(name, length, Float32Array);
      return (at) => data[at] as number;
    }
    const bits = this.#take(name, length, Uint16Array);
    return (at) => float16Value(bits[at] as number);
  }

  integers(name: string, length: number): Int32Array {
    return this.#take(name, length, Int32Array);
  }

  requireAllTaken(): void {
    if (this.#left.size > 0) throw new Error(`parts that the form does not have: ${[...this.#left.keys()].join(", ")}`);
  }

  #take<T extends EncodedMatrix[string]>(name: string, length: number, kind: abstract new (...args: never[]) => T): T {
    const data = this.#left.get(name);
    this.#left.delete(name);
    if (!(data instanceof kind)) throw new Error(`${name} is ${data?.constructor.name ?? "missing"}, not ${kind.name}`);
    if (data.length !== length) throw new Error(`${name} has ${data.length} elements, not ${length}`);
    return data;
  }
}

function floats({ dtype, exponent = 0 }: FloatForm, { rows, columns }: MatrixShape, parts: Parts): ValueAt {
  const weight = parts.floats("weight", rows * columns, dtype);
  return (row, column) => Math.fround(weight(row * columns + column) * 2 ** exponent);
}

function blocks(form: BlocksForm, shape: MatrixShape, parts: Parts): ValueAt {
  const { bits, block } = form;
  const count = Math.ceil(shape.columns / block);
  const codes = parts.bytes("codes", (shape.rows * count * block * bits) / 8);
  const held = (row: number, column: number): number => {
    const at = row * count * block + column;
    return bits === 8 ? (codes[at] as number) : half(codes, at, 0);
  };
  const scale = levels(form.scale, "scales", "scaleUnits", form, shape, parts);
  if (form.hasZeros) {
    const zeros = parts.bytes("zeros", shape.rows * Math.ceil(count / 2));
    return (row, column) => {
      const zero = half(zeros, row * 2 * Math.ceil(count / 2) + Math.floor(column / block), 0);
      return Math.fround((held(row, column) - zero) * scale(row, column));
    };
  }
  const middle = 2 ** (bits - 1);
  if (!form.minimum) return (row, column) => Math.fround((held(row, column) - middle) * scale(row, column));
  const minimum = levels(form.minimum, "minima", "minimumUnits", form, shape, parts);
  const center = form.center ?? middle;
  return (row, column) => Math.fround(Math.fround((held(row, column) - middle + center) * scale(row, column)) + minimum(row, column));
}

/** A block's number for each of its values. */
function levels(
  { dtype, levels: depth }: LevelForm,
  name: string,
  unitName: string,
  { block }: BlocksForm,
  { rows, columns }: MatrixShape,
  parts: Parts,
): ValueAt {
  const count = Math.ceil(columns / block);
  const blockOf = (row: number, column: number): number => row * count + Math.floor(column / block);
  if (depth === 1) {
    const numbers = parts.floats(name, rows * count, dtype);
    return (row, column) => numbers(blockOf(row, column));
  }
  const codes = parts.bytes(name, rows * count);
  const groups = Math.ceil(columns / 256);
  const units = parts.floats(unitName, rows * groups, dtype);
  return (row, column) => Math.fround(((codes[blockOf(row, column)] as number) - 128) * units(row * groups + Math.floor(column / 256)));
}

/** Column j of what is held is column order[j] of the matrix. */
function reordered(valueAt: ValueAt, { columns }: MatrixShape, parts: Parts): ValueAt {
  const order = parts.integers("order", columns);
  const heldAt = new Map([...order].map((column, at) => [column, at]));
  return (row, column) => {
    const at = heldAt.get(column);
    if (at === undefined) throw new Error(`column ${column} is not in the order`);
    return valueAt(row, at);
  };
}

/** bitsandbytes' fp4_dequantization_lut; codes from 8 on are the negatives. */
const fp4Magnitudes = [0, 0.0625, 8, 12, 4, 6, 2, 3].map((twelfths) => twelfths / 12);
const levelTables = {
  nf4: tables.nf4.map(Math.fround),
  fp4: [...fp4Magnitudes, ...fp4Magnitudes.map((level) => -level)].map(Math.fround),
};

function levels4({ table, isDouble }: Levels4Form, { rows, columns }: MatrixShape, parts: Parts): ValueAt {
  const count = Math.ceil((rows * columns) / 64);
  const codes = parts.bytes("codes", count * 32);
  const absmax = isDouble ? doubleScales(count, parts) : parts.floats("absmax", count, "float32");
  return (row, column) => {
    const at = row * columns + column;
    return Math.fround((levelTables[table][half(codes, at, 1)] as number) * absmax(Math.floor(at / 64)));
  };
}

function doubleScales(count: number, parts: Parts): (block: number) => number {
  const groups = Math.ceil(count / 256);
  const codes = parts.bytes("scaleCodes", groups * 256);
  const absmax = parts.floats("scaleAbsmax", groups, "float32");
  const mean = parts.floats("scaleMean", 1, "float32");
  const map = dynamicMap();
  return (block) => Math.fround(Math.fround((map[codes[block] as number] as number) * absmax(Math.floor(block / 256))) + mean(0));
}

function float8s({ block }: Float8Form, { rows, columns }: MatrixShape, parts: Parts): ValueAt {
  const codes = parts.bytes("codes", rows * columns);
  const count = block === undefined ? 1 : Math.ceil(columns / block);
  const scales = parts.floats("scales", rows * count, "float32");
  return (row, column) => {
    const scale = scales(row * count + (block === undefined ? 0 : Math.floor(column / block)));
    return Math.fround(float8Value(codes[row * columns + column] as number) * scale);
  };
}

/** E4M3 of the OCP 8-bit floating point specification: bias 7, no infinities, all ones is NaN. */
function float8Value(code: number): number {
  const [sign, exponent, fraction] = [code & 0x80 ? -1 : 1, (code >> 3) & 15, code & 7];
  if (exponent === 15 && fraction === 7) return NaN;
  return exponent === 0 ? sign * fraction * 2 ** -9 : sign * (1 + fraction / 8) * 2 ** (exponent - 7);
}

/** The 4-bit element at a flat index. @param low which of even (0) and odd (1) ones is in the low half */
function half(bytes: Uint8Array, index: number, low: 0 | 1): number {
  return ((bytes[index >> 1] as number) >> (index % 2 === low ? 0 : 4)) & 15;
}

function scaledRows({ rows, columns }: MatrixShape, parts: Parts): ValueAt {
  const codes = parts.bytes("codes", columns * rows);
  const scales = parts.floats("scales", rows, "float32");
  const factors = parts.floats("factors", columns, "float32");
  return (row, column) => Math.fround(Math.fround(((codes[column * rows + row] as number) - 128) * scales(row)) * factors(column));
}
