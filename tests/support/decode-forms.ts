// Reads a matrix in any form back into numbers, element by element and written from the words of forms.ts alone: the second opinion on
// what the product's own decoders and readers of published files make of it.
import { float16Value } from "../../src/base/half.ts";
import type { BlocksForm, Float8Form, FloatForm, LevelForm, Levels4Form, MatrixForm } from "../../src/model/quantization/forms.ts";
import { dynamicMap } from "../../src/model/quantization/double-quantization.ts";
import type { EncodedMatrix, MatrixShape } from "../../src/model/quantization/scheme.ts";
import type { TensorData } from "../../src/runtime/engine.ts";

const f = Math.fround;

export function decodeForm(form: MatrixForm, parts: EncodedMatrix, shape: MatrixShape): Float32Array {
  switch (form.kind) {
    case "float":
      return filled(shape, (row, column) => number(form.dtype, part(parts, "weight"), row * shape.columns + column) * 2 ** exponent(form));
    case "blocks":
      return decodeBlocks(form, parts, shape);
    case "levels4":
      return decodeLevels(form, parts, shape);
    case "float8":
      return decodeFloat8(form, parts, shape);
    default:
      return form satisfies never;
  }
}

const exponent = ({ exponent: by = 0 }: FloatForm): number => by;

function filled({ rows, columns }: MatrixShape, value: (row: number, column: number) => number): Float32Array {
  const out = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) for (let column = 0; column < columns; column++) out[row * columns + column] = value(row, column);
  return out;
}

function part(parts: EncodedMatrix, name: string): TensorData {
  const data = parts[name];
  if (!data) throw new Error(`the matrix has no ${name}`);
  return data;
}

function at(data: TensorData, index: number): number {
  const value = data[index];
  if (value === undefined) throw new Error(`${String(index)} lies outside`);
  return Number(value);
}

const number = (dtype: "float16" | "float32", data: TensorData, index: number): number =>
  dtype === "float16" ? float16Value(at(data, index)) : at(data, index);

/** The half byte of an element, the even one low. */
const half = (data: TensorData, index: number): number => (at(data, index >> 1) >> (4 * (index % 2))) & 15;

function decodeBlocks(form: BlocksForm, parts: EncodedMatrix, shape: MatrixShape): Float32Array {
  const { bits, block } = form;
  const blocks = Math.ceil(shape.columns / block);
  const codes = part(parts, "codes");
  const level = ({ dtype, levels }: LevelForm, name: string, units: string, row: number, at_: number): number => {
    if (levels === 1) return number(dtype, part(parts, name), row * blocks + at_);
    const perRow = Math.ceil(shape.columns / 256);
    const unit = number(dtype, part(parts, units), row * perRow + Math.floor((at_ * block) / 256));
    return f((at(part(parts, name), row * blocks + at_) - 128) * unit);
  };
  const out = new Float32Array(shape.rows * shape.columns);
  for (let row = 0; row < shape.rows; row++) {
    for (let column = 0; column < shape.columns; column++) {
      const of = Math.floor(column / block);
      const index = row * blocks * block + column;
      const held = bits === 8 ? at(codes, index) : half(codes, index);
      const scale = level(form.scale, "scales", "scaleUnits", row, of);
      const q = form.hasZeros ? held - half(part(parts, "zeros"), row * Math.ceil(blocks / 2) * 2 + of) : held - 2 ** (bits - 1);
      const value = form.minimum
        ? f(f((q + (form.center ?? 2 ** (bits - 1))) * scale) + level(form.minimum, "minima", "minimumUnits", row, of))
        : f(q * scale);
      const place = form.isReordered ? at(part(parts, "order"), column) : column;
      out[row * shape.columns + place] = value;
    }
  }
  return out;
}

/** bitsandbytes/functional.py: get_4bit_type. */
const levels = {
  nf4: [
    -1.0, -0.6961928009986877, -0.5250730514526367, -0.39491748809814453, -0.28444138169288635, -0.18477343022823334, -0.09105003625154495,
    0.0, 0.07958029955625534, 0.16093020141124725, 0.24611230194568634, 0.33791524171829224, 0.44070982933044434, 0.5626170039176941,
    0.7229568362236023, 1.0,
  ],
  fp4: [0, 0.0625, 8, 12, 4, 6, 2, 3, 0, -0.0625, -8, -12, -4, -6, -2, -3].map((value) => value / 12),
} as const;

function decodeLevels({ table, isDouble }: Levels4Form, parts: EncodedMatrix, shape: MatrixShape): Float32Array {
  const codes = part(parts, "codes");
  const absmax = (block: number): number => {
    if (!isDouble) return at(part(parts, "absmax"), block);
    const value = at(dynamicMap(), at(part(parts, "scaleCodes"), block));
    return f(f(value * at(part(parts, "scaleAbsmax"), Math.floor(block / 256))) + at(part(parts, "scaleMean"), 0));
  };
  return filled(shape, (row, column) => {
    const flat = row * shape.columns + column;
    const code = (at(codes, flat >> 1) >> (flat % 2 === 0 ? 4 : 0)) & 15;
    return f(f(levels[table][code] ?? NaN) * absmax(Math.floor(flat / 64)));
  });
}

function decodeFloat8({ block }: Float8Form, parts: EncodedMatrix, shape: MatrixShape): Float32Array {
  const size = block ?? shape.columns;
  const perRow = Math.ceil(shape.columns / size);
  return filled(shape, (row, column) => {
    const code = at(part(parts, "codes"), row * shape.columns + column);
    return f(float8(code) * at(part(parts, "scales"), row * perRow + Math.floor(column / size)));
  });
}

/** OCP 8-bit floating point specification, E4M3. */
function float8(code: number): number {
  const sign = code >= 128 ? -1 : 1;
  const [exponentBits, fraction] = [(code % 128) >> 3, code % 8];
  if (exponentBits === 15 && fraction === 7) return NaN;
  return sign * (exponentBits === 0 ? (fraction / 8) * 2 ** -6 : (1 + fraction / 8) * 2 ** (exponentBits - 7));
}
