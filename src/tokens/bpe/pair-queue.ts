// Pairs of tokens that stand side by side, the one that occurs most often first. A pair's count changes while it waits; it is looked at
// when the pair comes up, and the pair waits again where it no longer is what it was.

export interface Pair {
  readonly left: number;
  readonly right: number;
  /** How often the pair occurs in the texts. */
  count: number;
  /** Where in the laid-out words it may stand, in any order. */
  places: number[];
}

interface Waiting {
  readonly pair: Pair;
  /** The pair's count when it was put here. */
  readonly count: number;
}

/** A binary heap. */
export class PairQueue {
  readonly #heap: Waiting[] = [];

  push(pair: Pair): void {
    const heap = this.#heap;
    const added = { pair, count: pair.count };
    let at = heap.length;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!isBefore(added, heap[above] as Waiting)) break;
      heap[at] = heap[above] as Waiting;
      at = above;
    }
    heap[at] = added;
  }

  /** @returns undefined where no pair is left that occurs at least `fewest` times */
  pop(fewest: number): Pair | undefined {
    for (;;) {
      const [first] = this.#heap;
      if (!first) return undefined;
      this.#removeFirst();
      const { pair, count } = first;
      if (count !== pair.count) this.push(pair);
      else if (count < fewest) return undefined;
      // A pair that was put here twice has no places left the second time.
      else if (pair.places.length > 0) return pair;
    }
  }

  #removeFirst(): void {
    const heap = this.#heap;
    const moved = heap.pop();
    if (!moved || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below + 1 < heap.length && isBefore(heap[below + 1] as Waiting, heap[below] as Waiting)) below++;
      const child = heap[below];
      if (!child || !isBefore(child, moved)) break;
      heap[at] = child;
      at = below;
    }
    heap[at] = moved;
  }
}

/** The highest count first, and of equal ones the lowest ids. */
function isBefore(one: Waiting, other: Waiting): boolean {
  if (one.count !== other.count) return one.count > other.count;
  return one.pair.left === other.pair.left ? one.pair.right < other.pair.right : one.pair.left < other.pair.left;
}
