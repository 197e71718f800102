// The order of a vocabulary, as far as it is asked for: a heap is made in one pass, and each token taken from it costs a logarithm. The
// order is that of a stable sort, so that of equal weights the first token comes first.

/** @param weights none of them NaN */
export function* likeliestFirst(weights: Float32Array): Generator<number> {
  const heap = new Uint32Array(weights.length).map((_, token) => token);
  let size = heap.length;
  for (let at = (size >> 1) - 1; at >= 0; at--) sink(heap, size, at, weights);
  while (size > 0) {
    yield heap[0] as number;
    heap[0] = heap[--size] as number;
    sink(heap, size, 0, weights);
  }
}

/** Lets what stands at a place go down until nothing below comes before it. */
function sink(heap: Uint32Array, size: number, from: number, weights: Float32Array): void {
  const token = heap[from] as number;
  const weight = weights[token] as number;
  let at = from;
  for (let child = 2 * at + 1; child < size; child = 2 * at + 1) {
    if (child + 1 < size && comesBefore(heap[child + 1] as number, heap[child] as number, weights)) child++;
    const below = heap[child] as number;
    const other = weights[below] as number;
    if (other < weight || (other === weight && below > token)) break;
    heap[at] = below;
    at = child;
  }
  heap[at] = token;
}

function comesBefore(one: number, other: number, weights: Float32Array): boolean {
  const [a, b] = [weights[one] as number, weights[other] as number];
  return a > b || (a === b && one < other);
}
