// Tensors of a GGUF file under Hugging Face's names and in its layout, a range of rows at a time: blocks become float32 or the parts
// that they are held as, and what llama.cpp rearranged on conversion is put back.
import { AtelierError } from "../base/errors.ts";
import type { Shape } from "../base/tensor.ts";
import type { PublishedMatrix, TensorReader } from "../model/tensor-reader.ts";
import { words } from "../words/message.ts";
import type { Change } from "./gguf-architectures.ts";
import { invalidGguf, truncatedGguf } from "./gguf-errors.ts";
import type { GgufHeader, GgufTensor } from "./gguf-header.ts";

export interface PlacedTensor {
  readonly tensor: GgufTensor;
  readonly change: Change | undefined;
}

export interface Heads {
  readonly query: number;
  readonly key: number;
}

/** Rows that lie this close are read together. */
const largestGap = 16;

/** @param placed by Hugging Face's name */
export function ggufReader(header: GgufHeader, placed: ReadonlyMap<string, PlacedTensor>, heads: Heads): TensorReader {
  return {
    shapes: new Map([...placed].map(([name, { tensor, change }]) => [name, shapeOf(tensor, change)])),
    read: async (name, fromRow, toRow) => {
      const found = placed.get(name);
      if (!found) throw new AtelierError("model/tensor-missing#gguf", { file: header.source.name, tensor: name });
      const [rows = 1] = shapeOf(found.tensor, found.change);
      return readRows(header, name, found, heads, fromRow ?? 0, toRow ?? rows);
    },
    published: new Map(
      [...placed]
        .filter(([, { tensor }]) => tensor.shape.length === 2)
        .map(([name, found]) => [name, published(header, name, found, heads)]),
    ),
  };
}

/**
 * A width that is no whole number of blocks never comes here: the header is refused. What is stored transposed lies in the file as
 * the linear layer's own matrix.
 */
function published(header: GgufHeader, name: string, found: PlacedTensor, heads: Heads): PublishedMatrix {
  const { form, name: type, encode } = found.tensor.format;
  return { form, name: type, read: async (from, to) => encode(await matrixBytes(header, name, found, heads, from, to)) };
}

/** Reads a tensor as it lies in the file. */
export async function readPlain(header: GgufHeader, tensor: GgufTensor): Promise<Float32Array> {
  return tensor.format.decode(await readBytes(header, tensor.start, tensor.end));
}

function shapeOf({ shape }: GgufTensor, change: Change | undefined): Shape {
  return change?.kind === "transposed" ? shape.toReversed() : shape;
}

async function readRows(
  header: GgufHeader,
  name: string,
  placed: PlacedTensor,
  heads: Heads,
  from: number,
  to: number,
): Promise<Float32Array> {
  const { tensor, change } = placed;
  if (change?.kind === "transposed") return transposedRows(await readPlain(header, tensor), tensor.shape, from, to);
  if (tensor.shape.length !== 1) return tensor.format.decode(await matrixBytes(header, name, placed, heads, from, to));
  const place = rowPlace(header, name, placed, heads);
  // A vector is one row of the file.
  const whole = await readPlain(header, tensor);
  const picked = place ? whole.map((_, row) => whole[place(row)] as number) : whole;
  return change?.kind === "plus-one" ? picked.slice(from, to).map((value) => value - 1) : picked.slice(from, to);
}

/** Rows as they lie in the file, in Hugging Face's order; of what is stored transposed the rows of the file. */
async function matrixBytes(
  header: GgufHeader,
  name: string,
  placed: PlacedTensor,
  heads: Heads,
  from: number,
  to: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const { start, end, shape } = placed.tensor;
  const place = rowPlace(header, name, placed, heads);
  const rowBytes = (end - start) / (shape[0] ?? 1);
  const read = (first: number, last: number) => readBytes(header, start + first * rowBytes, start + last * rowBytes);
  return place
    ? gather(
        read,
        rowBytes,
        Array.from({ length: to - from }, (_, at) => place(from + at)),
      )
    : read(from, to);
}

/** Where a row of Hugging Face's layout lies in the file; undefined: where it is. */
function rowPlace(
  { source }: GgufHeader,
  name: string,
  { tensor, change }: PlacedTensor,
  heads: Heads,
): ((row: number) => number) | undefined {
  if (change?.kind !== "paired-rows" && change?.kind !== "fused-by-part") return undefined;
  const [rows = 1] = tensor.shape;
  const count = change.kind === "paired-rows" ? heads[change.heads] : heads.query * 3;
  const width = rows / count;
  if (!Number.isInteger(width) || (change.kind === "paired-rows" && width % 2 !== 0))
    throw invalidGguf(source.name, words("gguf/heads", { rows, tensor: name, heads: count }));
  return change.kind === "paired-rows" ? pairedPlace(width) : fusedPlace(width, heads.query);
}

/** LlamaModel.permute of the conversion: reshape(heads, 2, width / 2, …).swapaxes(1, 2). */
function pairedPlace(width: number): (row: number) => number {
  return (row) => {
    const within = row % width;
    const half = within < width / 2 ? 0 : 1;
    return row - within + 2 * (within - (half * width) / 2) + half;
  };
}

/** GPTNeoXModel of the conversion: reshape(heads, 3, width, …), then queries, keys and values one after the other. */
function fusedPlace(width: number, heads: number): (row: number) => number {
  return (row) => {
    const [head, part] = [Math.floor(row / (3 * width)), Math.floor(row / width) % 3];
    return (part * heads + head) * width + (row % width);
  };
}

async function gather(
  read: (first: number, last: number) => Promise<Uint8Array>,
  rowBytes: number,
  rows: readonly number[],
): Promise<Uint8Array<ArrayBuffer>> {
  const out = new Uint8Array(rows.length * rowBytes);
  const order = [...rows.keys()].toSorted((a, b) => (rows[a] as number) - (rows[b] as number));
  for (let at = 0; at < order.length;) {
    let end = at + 1;
    const row = (index: number): number => rows[order[index] as number] as number;
    while (end < order.length && row(end) - row(end - 1) <= largestGap) end++;
    const first = row(at);
    const data = await read(first, row(end - 1) + 1);
    for (; at < end; at++)
      out.set(data.subarray((row(at) - first) * rowBytes, (row(at) - first + 1) * rowBytes), (order[at] as number) * rowBytes);
  }
  return out;
}

/** Rows of the transposed matrix, i.e. columns of the one in the file. */
function transposedRows(data: Float32Array, [height = 1, width = 1]: Shape, from: number, to: number): Float32Array {
  const out = new Float32Array((to - from) * height);
  for (let column = from; column < to; column++)
    for (let row = 0; row < height; row++) out[(column - from) * height + row] = data[row * width + column] as number;
  return out;
}

async function readBytes({ source }: GgufHeader, start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await source.read(start, end);
  if (bytes.byteLength !== end - start) throw truncatedGguf(source, words("gguf/ends-before", { end }));
  return bytes;
}
