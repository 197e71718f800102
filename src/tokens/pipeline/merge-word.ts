export interface Merge {
  readonly rank: number;
  /** Of the joined token. */
  readonly id: number;
}

/** A place in the queue is a rank and a position in one number, which orders first by rank, then from the left. */
const positions = 2 ** 32;

/**
 * Joins neighbours, always the pair that was learned first and of those the leftmost, until none is left.
 * @param width what the key of a pair is made with: `left * width + right`
 */
export function mergeWord(symbols: number[], width: number, merges: ReadonlyMap<number, Merge>): number[] {
  const next = Int32Array.from(symbols, (_, at) => (at + 1 < symbols.length ? at + 1 : -1));
  const before = Int32Array.from(symbols, (_, at) => at - 1);
  const queue = new Queue();
  const mergeAt = (at: number): Merge | undefined => {
    const after = next[at] as number;
    return after < 0 ? undefined : merges.get((symbols[at] as number) * width + (symbols[after] as number));
  };
  const consider = (at: number): void => {
    const merge = at < 0 ? undefined : mergeAt(at);
    if (merge) queue.add(merge.rank * positions + at);
  };
  for (const at of symbols.keys()) consider(at);
  for (let best = queue.take(); best !== undefined; best = queue.take()) {
    const at = best % positions;
    const merge = (symbols[at] as number) < 0 ? undefined : mergeAt(at);
    // What was merged in the meantime has another rank, or none.
    if (merge?.rank !== Math.floor(best / positions)) continue;
    const after = next[at] as number;
    symbols[at] = merge.id;
    symbols[after] = -1;
    const following = next[after] as number;
    next[at] = following;
    if (following >= 0) before[following] = at;
    consider(before[at] as number);
    consider(at);
  }
  return symbols.filter((id) => id >= 0);
}

/** A binary heap of numbers, the least first. */
class Queue {
  readonly #items: number[] = [];

  add(item: number): void {
    const items = this.#items;
    let at = items.push(item) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (item >= (items[parent] as number)) break;
      items[at] = items[parent] as number;
      at = parent;
    }
    items[at] = item;
  }

  take(): number | undefined {
    const items = this.#items;
    const [first] = items;
    const last = items.pop();
    if (last === undefined || items.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && (items[child + 1] as number) < (items[child] as number)) child++;
      if ((items[child] as number) >= last) break;
      items[at] = items[child] as number;
      at = child;
    }
    items[at] = last;
    return first;
  }
}
