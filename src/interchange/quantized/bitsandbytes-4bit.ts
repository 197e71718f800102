// NF4 and FP4 of bitsandbytes: blocks over the flattened matrix, whose largest magnitudes may be quantized once more. The shape of the
// stored bytes says nothing, nor does their type: they may be stored as bfloat16 or float32. The matrix's own is in a JSON text.
import { isRecord, type Json } from "../../base/json.ts";
import { levels4, levelsBlock } from "../../base/levels4.ts";
import { dynamicMap, scaleGroup } from "../../model/quantization/double-quantization.ts";
import type { Levels4Form } from "../../model/quantization/forms.ts";
import { piecesOf } from "../../model/quantization/pieces.ts";
import type { EncodedMatrix, MatrixShape } from "../../model/quantization/scheme.ts";
import type { PublishedMatrix } from "../../model/tensor-reader.ts";
import { words } from "../../words/message.ts";
import { requireFiniteIn } from "./finite-parts.ts";
import {
  entryOf,
  expectedShape,
  invalidMatrix,
  missingPart,
  partsOf,
  unfitting,
  weightOf,
  wrongValue,
  type Opening,
  type QuantizedMatrix,
} from "./quantized-matrix.ts";

const tables = { nf4: { values: levels4.nf4, zeros: 0x77 }, fp4: { values: levels4.fp4, zeros: 0 } } as const;
const kinds = ["nf4", "fp4"] as const;
const stateOf = (kind: string): string => `weight.quant_state.bitsandbytes__${kind}`;

interface Stored extends MatrixShape {
  readonly opening: Opening;
  readonly kind: (typeof kinds)[number];
  readonly blockSize: number;
  readonly isDouble: boolean;
}

export function openBitsandbytes4(opening: Opening): QuantizedMatrix {
  const kind = kinds.find((candidate) => partsOf(opening, stateOf(candidate)).length > 0);
  if (!kind) throw missingPart(opening, stateOf("nf4"));
  const { start, end } = entryOf(opening, "weight", "U8", "BF16", "F16", "F32");
  const { dtype, shape } = entryOf(opening, "weight.absmax", "F32", "U8");
  const { rows, columns } = expectedShape(opening, "weight", (elements) => Math.ceil(elements / 2) === end - start);
  const [blocks = 0] = shape;
  // Block sizes are powers of two from 64 on.
  const blockSize = [64, 128, 256, 512, 1024, 2048, 4096].find((size) => Math.ceil((rows * columns) / size) === blocks);
  if (blockSize === undefined) throw unfitting(opening, "weight.absmax");
  const stored = { opening, rows, columns, kind, blockSize, isDouble: dtype === "U8" };
  const parts = ["weight", "weight.absmax", "weight.quant_map", stateOf(kind), "weight.nested_absmax", "weight.nested_quant_map"];
  const published = blockSize === levelsBlock ? { published: publishedLevels(stored) } : {};
  return { rows, columns, consumed: partsOf(opening, ...parts), read: (from, to) => numbers(stored, from, to), ...published };
}

async function numbers(stored: Stored, from: number, to: number): Promise<Float32Array> {
  const { opening, columns, blockSize } = stored;
  const state = await readState(stored);
  const table = await opening.tensors.floats(`${weightOf(opening)}.quant_map`);
  const [start, end] = [from * columns, to * columns];
  const firstBlock = Math.floor(start / blockSize);
  const absmax = await readAbsmax(stored, state, firstBlock, Math.ceil(end / blockSize));
  const bytes = await opening.tensors.bytes(weightOf(opening), start >> 1, Math.ceil(end / 2));
  const out = new Float32Array(end - start);
  for (let at = start; at < end; at++) {
    const code = ((bytes[(at >> 1) - (start >> 1)] as number) >> (at % 2 === 0 ? 4 : 0)) & 15;
    out[at - start] = (table[code] as number) * (absmax[Math.floor(at / blockSize) - firstBlock] as number);
  }
  return out;
}

/** @throws AtelierError `model/file-invalid` where it says something else than the tensors do */
async function readState({ opening, rows, columns, kind, blockSize }: Stored): Promise<Json> {
  const state = parse(await opening.tensors.bytes(opening.module + stateOf(kind)));
  if (!isRecord(state)) throw missingPart(opening, "quant_state");
  const expected = { shape: [rows, columns], blocksize: blockSize, quant_type: kind };
  for (const [key, value] of Object.entries(expected)) {
    if (JSON.stringify(state[key]) !== JSON.stringify(value)) throw wrongValue(opening, key, state[key] ?? null, value);
  }
  return state;
}

function parse(text: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(text));
  } catch {
    return null;
  }
}

interface Nested {
  readonly codes: Uint8Array;
  /** Of the groups that the codes lie in. */
  readonly absmax: Float32Array;
  readonly offset: number;
  readonly map: Float32Array;
}

async function readNested({ opening, rows, columns }: Stored, state: Json, from: number, to: number): Promise<Nested> {
  const { nested_blocksize: size, nested_offset: offset } = state;
  if (size !== scaleGroup) throw wrongValue(opening, "nested_blocksize", size ?? null, scaleGroup);
  if (typeof offset !== "number") throw missingPart(opening, "nested_offset");
  const { tensors } = opening;
  const name = weightOf(opening);
  const groups = Math.ceil((rows * columns) / levelsBlock / scaleGroup);
  if (entryOf(opening, "weight.nested_absmax", "F32").shape.join() !== String(groups)) throw unfitting(opening, "weight.nested_absmax");
  return {
    codes: await tensors.bytes(`${name}.absmax`, from, to),
    absmax: await tensors.floats(`${name}.nested_absmax`, Math.floor(from / scaleGroup), Math.ceil(to / scaleGroup)),
    offset: Math.fround(offset),
    map: await tensors.floats(`${name}.nested_quant_map`),
  };
}

async function readAbsmax(stored: Stored, state: Json, from: number, to: number): Promise<Float32Array> {
  if (!stored.isDouble) return stored.opening.tensors.floats(`${weightOf(stored.opening)}.absmax`, from, to);
  const { codes, absmax, offset, map } = await readNested(stored, state, from, to);
  const firstGroup = Math.floor(from / scaleGroup);
  return Float32Array.from(codes, (code, at) => {
    const scale = absmax[Math.floor((from + at) / scaleGroup) - firstGroup] as number;
    return Math.fround((map[code] as number) * scale) + offset;
  });
}

/** Where a piece of the matrix does not begin a group of scales, the scales are held as the float32 that they stand for. */
function publishedLevels(stored: Stored): PublishedMatrix {
  const { rows, columns, kind, isDouble } = stored;
  const [first, second] = piecesOf("", { rows, columns });
  const holdsDouble = isDouble && (!second || ((first?.shape.rows ?? 0) * columns) % (scaleGroup * levelsBlock) === 0);
  const form: Levels4Form = { kind: "levels4", table: kind, ...(holdsDouble ? { isDouble: true } : {}) };
  const name = `${kind.toUpperCase()}${isDouble ? "-double" : ""}`;
  return { form, name, read: (from, to) => encode(stored, holdsDouble, from, to) };
}

async function encode(stored: Stored, isDouble: boolean, from: number, to: number): Promise<EncodedMatrix> {
  const { opening, columns, kind } = stored;
  const state = await readState(stored);
  await requireTable(opening, kind);
  const [start, end] = [from * columns, to * columns];
  const unit = isDouble ? scaleGroup * levelsBlock : levelsBlock;
  if (start % unit !== 0) throw new RangeError(`row ${String(from)} begins within a block`);
  const [firstBlock, lastBlock] = [start / levelsBlock, Math.ceil(end / levelsBlock)];
  const codes = new Uint8Array((lastBlock - firstBlock) * (levelsBlock / 2)).fill(tables[kind].zeros);
  codes.set(await opening.tensors.bytes(weightOf(opening), start / 2, Math.ceil(end / 2)));
  if (isDouble) return { codes, ...doubleParts(opening, await readNested(stored, state, firstBlock, lastBlock)) };
  const absmax = await readAbsmax(stored, state, firstBlock, lastBlock);
  requireFiniteIn(weightOf(opening), absmax);
  return { codes, absmax };
}

async function requireTable(opening: Opening, kind: Stored["kind"]): Promise<void> {
  const table = await opening.tensors.floats(`${weightOf(opening)}.quant_map`);
  const isStandard = table.length === 16 && table.every((value, code) => value === Math.fround(tables[kind].values[code] as number));
  if (!isStandard) throw invalidMatrix(opening, words("interchange/quantized-table", { part: "quant_map", name: kind }));
}

/** The map is made by PyTorch's linspace, whose last bit may be another on another machine; the scales that come of it differ as little. */
const mapTolerance = 2 ** -23;

function doubleParts(opening: Opening, { codes, absmax, offset, map }: Nested): EncodedMatrix {
  const known = dynamicMap();
  const isStandard = map.length === known.length && known.every((value, at) => Math.abs(value - (map[at] as number)) <= mapTolerance);
  if (!isStandard) throw invalidMatrix(opening, words("interchange/quantized-table", { part: "nested_quant_map", name: "dynamic" }));
  requireFiniteIn(weightOf(opening), absmax);
  requireFiniteIn(weightOf(opening), Float32Array.of(offset));
  const scaleCodes = new Uint8Array(absmax.length * scaleGroup).fill(known.indexOf(0));
  scaleCodes.set(codes);
  return { scaleCodes, scaleAbsmax: absmax, scaleMean: Float32Array.of(offset) };
}
