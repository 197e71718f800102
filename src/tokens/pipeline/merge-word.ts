export interface Merge {
  readonly rank: number;
  /** Of the joined token. */
  readonly id: number;
}

interface Candidate extends Merge {
  readonly at: number;
  readonly left: number;
  readonly right: number;
}

/**
 * Joins neighbours, always the pair that was learned first and of those the leftmost, until none is left.
 * @param width what the key of a pair is made with: `left * width + right`
 */
export function mergeWord(symbols: number[], width: number, merges: ReadonlyMap<number, Merge>): number[] {
  const next = symbols.map((_, at) => (at + 1 < symbols.length ? at + 1 : -1));
  const before = symbols.map((_, at) => at - 1);
  const queue = new Queue();
  const consider = (at: number): void => {
    const after = at < 0 ? -1 : (next[at] ?? -1);
    if (after < 0) return;
    const [left, right] = [symbols[at] as number, symbols[after] as number];
    const merge = merges.get(left * width + right);
    if (merge) queue.add({ ...merge, at, left, right });
  };
  for (const at of symbols.keys()) consider(at);
  for (let best = queue.take(); best; best = queue.take()) {
    const { at, left, right, id } = best;
    const after = next[at] ?? -1;
    // What was merged in the meantime has another id, or none.
    if (symbols[at] !== left || after < 0 || symbols[after] !== right) continue;
    symbols[at] = id;
    symbols[after] = -1;
    const following = next[after] ?? -1;
    next[at] = following;
    if (following >= 0) before[following] = at;
    consider(before[at] ?? -1);
    consider(at);
  }
  return symbols.filter((id) => id >= 0);
}

const precedes = (a: Candidate, b: Candidate): boolean => a.rank < b.rank || (a.rank === b.rank && a.at < b.at);

/** A binary heap. */
class Queue {
  readonly #items: Candidate[] = [];

  add(item: Candidate): void {
    const items = this.#items;
    let at = items.push(item) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!precedes(item, items[parent] as Candidate)) break;
      items[at] = items[parent] as Candidate;
      at = parent;
    }
    items[at] = item;
  }

  take(): Candidate | undefined {
    const items = this.#items;
    const [first] = items;
    const last = items.pop();
    if (!last || items.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && precedes(items[child + 1] as Candidate, items[child] as Candidate)) child++;
      if (!precedes(items[child] as Candidate, last)) break;
      items[at] = items[child] as Candidate;
      at = child;
    }
    items[at] = last;
    return first;
  }
}
