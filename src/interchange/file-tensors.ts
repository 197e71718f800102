// The tensors of a layout as files have them. Mostly one for each entry; entries that share a name (a prefix's keys and values of all
// layers) are the columns of one, side by side in the order of the layout.
import type { Shape } from "../base/tensor.ts";
import type { GroupName, NamedVectors, ParameterEntry, ParameterLayout } from "../model/parameters.ts";

export interface FileTensor {
  readonly tensor: string;
  readonly shape: Shape;
  readonly parts: readonly Part[];
}

interface Part {
  readonly group: GroupName;
  readonly entry: ParameterEntry;
}

/** In the order of the layout. */
export function fileTensors(layout: ParameterLayout): FileTensor[] {
  const byName = new Map<string, Part[]>();
  for (const { name: group, entries } of layout) {
    for (const entry of entries) byName.set(entry.tensor, [...(byName.get(entry.tensor) ?? []), { group, entry }]);
  }
  return [...byName].map(([tensor, parts]) => ({ tensor, shape: joinedShape(parts), parts }));
}

function joinedShape(parts: readonly Part[]): Shape {
  const shapes = parts.map(({ entry }) => entry.shape);
  const [first = []] = shapes;
  return shapes.length === 1 ? first : [first[0] ?? 0, shapes.reduce((sum, [, columns = 0]) => sum + columns, 0)];
}

/** The numbers of a tensor, out of the vectors of the groups. */
export function joined({ shape, parts }: FileTensor, vectors: NamedVectors): Float32Array<ArrayBuffer> {
  const out = new Float32Array(shape.reduce((product, axis) => product * axis, 1));
  eachRow({ shape, parts }, ({ group, from, at, count }) => {
    out.set((vectors[group] ?? new Float32Array()).subarray(from, from + count), at);
  });
  return out;
}

/** Puts the numbers of a tensor where they belong in the vectors of the groups. */
export function split({ shape, parts }: FileTensor, data: Float32Array, vectors: NamedVectors): void {
  eachRow({ shape, parts }, ({ group, from, at, count }) => vectors[group]?.set(data.subarray(at, at + count), from));
}

interface Stretch {
  readonly group: GroupName;
  /** Where it begins in the group's vector. */
  readonly from: number;
  /** Where it begins in the tensor. */
  readonly at: number;
  readonly count: number;
}

function eachRow({ shape, parts }: Pick<FileTensor, "shape" | "parts">, visit: (stretch: Stretch) => void): void {
  const [only] = parts;
  if (parts.length === 1 && only) {
    visit({ group: only.group, from: only.entry.offset, at: 0, count: only.entry.size });
    return;
  }
  const [rows = 0, wide = 0] = shape;
  let column = 0;
  for (const { group, entry } of parts) {
    const [, count = 0] = entry.shape;
    for (let row = 0; row < rows; row++) visit({ group, from: entry.offset + row * count, at: row * wide + column, count });
    column += count;
  }
}
