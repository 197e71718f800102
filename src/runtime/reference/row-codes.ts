// The reference of products of rounded rows, number by number: what rounds is written down here once more, and nothing else does.
import { partSteps } from "../../graph/ops.ts";
import type { HostTensor } from "./host-tensor.ts";

const [middle, most] = [128, 127];

export function quantizeRows({ shape: [rows = 0, columns = 0], data }: HostTensor, parts: number): readonly HostTensor[] {
  const codes = new Uint8Array(parts * rows * columns);
  const steps = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const own = Array.from(data.slice(row * columns, (row + 1) * columns), Number);
    const greatest = own.reduce((so, value) => Math.max(so, Math.abs(value)), 0);
    const step = greatest === 0 ? 1 : greatest / most;
    steps[row] = step;
    for (const [column, value] of own.entries()) {
      let left = value / step;
      for (let part = 0; part < parts; part++) {
        const code = toEven(left);
        codes[(part * rows + row) * columns + column] = middle + code;
        left = (left - code) * partSteps;
      }
    }
  }
  return [
    { shape: [parts * rows, columns], data: codes },
    { shape: [rows, 1], data: steps },
  ];
}

export function matmulRowCodes(codes: HostTensor, steps: HostTensor, matrix: HostTensor, scales: HostTensor, parts: number): HostTensor {
  const [rows, [inner = 0, columns = 0]] = [steps.data.length, matrix.shape];
  const data = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      let total = 0;
      for (let part = 0; part < parts; part++) {
        let sum = 0;
        for (let at = 0; at < inner; at++) sum += codeAt(codes, (part * rows + row) * inner + at) * codeAt(matrix, at * columns + column);
        total += sum / partSteps ** part;
      }
      data[row * columns + column] = total * Number(steps.data[row]) * Number(scales.data[column]);
    }
  }
  return { shape: [rows, columns], data };
}

const codeAt = ({ data }: HostTensor, at: number): number => Number(data[at]) - middle;

/** The nearest whole number; of two, the even one. */
function toEven(value: number): number {
  const rounded = Math.round(value);
  return Math.abs(value % 1) === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}
