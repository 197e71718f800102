// All distinct words of texts, one behind the other, each as its tokens, and the pairs of tokens in them. A merge touches the places of
// its pair alone, so that the work of all merges is about that of the first count.
import { byteLetters } from "../pipeline/byte-letters.ts";
import type { Pair } from "./pair-queue.ts";

/** Between words. */
const gap = -1;

/** Bytes between two pauses. */
const bytesPerTurn = 200_000;

export class LaidWords {
  /** Where a token starts and where it ends stands its id; what stands within a token is not looked at. */
  readonly #ids: Int32Array;
  /** How often the word occurs in the texts, at each of its bytes. */
  readonly #weights: Uint32Array;
  /** Bytes of a token, by id. */
  readonly #lengths: number[];
  /** Pairs by their left and then by their right token. */
  readonly #pairs: Map<number, Pair>[] = [];

  /** @param tokens by id, the letters of the bytes among them */
  constructor(counts: ReadonlyMap<string, number>, tokens: readonly string[]) {
    const letterIds = new Map(tokens.map((token, id) => [token, id]));
    const idOfByte = byteLetters.map((letter) => letterIds.get(letter) as number);
    const encoder = new TextEncoder();
    const words = Array.from(counts, ([word, count]) => ({ bytes: encoder.encode(word), count }));
    const size = words.reduce((sum, { bytes }) => sum + bytes.length + 1, 0);
    this.#ids = new Int32Array(size).fill(gap);
    this.#weights = new Uint32Array(size);
    this.#lengths = tokens.map(() => 1);
    let at = 0;
    for (const { bytes, count } of words) {
      this.#weights.fill(count, at, at + bytes.length);
      for (const byte of bytes) this.#ids[at++] = idOfByte[byte] as number;
      at++;
    }
  }

  /** To be called once, before the first merge. @param pause told the share that is done, and waited for */
  async countPairs(pause: (share: number) => Promise<void>): Promise<Pair[]> {
    const ids = this.#ids;
    for (let at = 0; at + 1 < ids.length; at++) {
      if (at % bytesPerTurn === 0) await pause(at / ids.length);
      const [left, right] = [ids[at] as number, ids[at + 1] as number];
      if (left !== gap && right !== gap) this.#add(left, right, at);
    }
    return this.#pairs.flatMap((row) => [...row.values()]);
  }

  /**
   * Puts one token in the place of each such pair, from left to right. The pair keeps its own count, as in the published implementation.
   * @param merged the new token's id
   * @returns pairs that came to stand somewhere
   */
  merge(pair: Pair, merged: number): Set<Pair> {
    const { left, right } = pair;
    const ids = this.#ids;
    const length = this.#lengthOf(left) + this.#lengthOf(right);
    this.#lengths[merged] = length;
    const places = Int32Array.from(pair.places).toSorted();
    pair.places = [];
    const found = new Set<Pair>();
    for (const at of places) {
      const middle = at + this.#lengthOf(left);
      // Another merge may have taken what stood here.
      if (ids[at] !== left || ids[middle] !== right) continue;
      const end = at + length - 1;
      const [before = gap, after = gap] = [ids[at - 1], ids[end + 1]];
      const weight = this.#weights[at] as number;
      ids[middle] = gap;
      ids[at] = ids[end] = merged;
      if (before !== gap) {
        this.#pair(before, left).count -= weight;
        found.add(this.#add(before, merged, at - this.#lengthOf(before)));
      }
      if (after !== gap) {
        this.#pair(right, after).count -= weight;
        found.add(this.#add(merged, after, at));
      }
    }
    return found;
  }

  #add(left: number, right: number, at: number): Pair {
    const pair = this.#pair(left, right);
    pair.count += this.#weights[at] as number;
    pair.places.push(at);
    return pair;
  }

  #pair(left: number, right: number): Pair {
    const row = (this.#pairs[left] ??= new Map<number, Pair>());
    const known = row.get(right);
    if (known) return known;
    const pair = { left, right, count: 0, places: [] };
    row.set(right, pair);
    return pair;
  }

  #lengthOf(id: number): number {
    return this.#lengths[id] as number;
  }
}
