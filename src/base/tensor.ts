// Element types and shapes, as ONNX names them. Sizes are in elements unless a name says bytes.

export const dtypes = ["float32", "float16", "int32", "int64", "uint8", "uint4", "bool"] as const;
export type DType = (typeof dtypes)[number];
/** Types that a graph computes in. */
export type FloatType = Extract<DType, "float32" | "float16">;
export type Shape = readonly number[];

const bitsPerElement = { float32: 32, float16: 16, int32: 32, int64: 64, uint8: 8, uint4: 4, bool: 8 } satisfies Record<DType, number>;

/**
 * Sizes that are known only when a program runs, as a graph writes them: powers of two above all other sizes and so far apart that a
 * small multiple of one, or a sum of them, says what it is made of.
 */
export const openSizes = { rows: 2 ** 31, past: 2 ** 38, picked: 2 ** 45, capacity: 2 ** 52 } as const;
export type OpenSizes = { readonly [Name in keyof typeof openSizes]: number };

export function isOpen(size: number): boolean {
  return size >= openSizes.rows;
}

/** A size with the open ones in it replaced. */
export function boundSize(size: number, { rows, past, picked, capacity }: OpenSizes): number {
  const times = (unit: number, above: number): number => Math.floor((size % above) / unit);
  const [ofRows, ofPast, ofPicked, ofCapacity] = [
    times(openSizes.rows, openSizes.past),
    times(openSizes.past, openSizes.picked),
    times(openSizes.picked, openSizes.capacity),
    times(openSizes.capacity, Infinity),
  ];
  return ofRows * rows + ofPast * past + ofPicked * picked + ofCapacity * capacity + (size % openSizes.rows);
}

/** Number of elements; 1 for a scalar. */
export function elementCount(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Bytes of a dense tensor; two uint4 elements share a byte. */
export function byteLength(dtype: DType, shape: Shape): number {
  return Math.ceil((elementCount(shape) * bitsPerElement[dtype]) / 8);
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

/** Row-major strides in elements. */
export function stridesOf(shape: Shape): number[] {
  const strides = shape.map(() => 1);
  for (let axis = shape.length - 2; axis >= 0; axis--) {
    strides[axis] = (strides[axis + 1] ?? 1) * (shape[axis + 1] ?? 1);
  }
  return strides;
}

/**
 * NumPy broadcasting of two shapes.
 * @returns undefined where they do not broadcast.
 */
export function broadcastShapes(a: Shape, b: Shape): Shape | undefined {
  const rank = Math.max(a.length, b.length);
  const out: number[] = [];
  for (let axis = 0; axis < rank; axis++) {
    const x = a[axis - rank + a.length] ?? 1;
    const y = b[axis - rank + b.length] ?? 1;
    if (x !== y && x !== 1 && y !== 1) return undefined;
    out.push(Math.max(x, y));
  }
  return out;
}
