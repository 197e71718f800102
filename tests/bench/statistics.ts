// What is said of repeated times: the median, the best (the machine at its least disturbed), and how far they lie apart.

export interface Summary {
  readonly median: number;
  /** The shortest. */
  readonly best: number;
  /** (longest − shortest) / median */
  readonly spread: number;
}

/** The middle one; of an even number the mean of the two in the middle. NaN where there is none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]];
  return ((low ?? Number.NaN) + (high ?? Number.NaN)) / 2;
}

export function summary(times: readonly number[]): Summary {
  const middle = median(times);
  const best = Math.min(...times);
  return { median: middle, best, spread: (Math.max(...times) - best) / middle };
}

/** Who plays when: in every round another one begins, so that nobody always comes after the same neighbour's heat. */
export function turnOrder<T>(players: readonly T[], round: number): readonly T[] {
  const start = players.length === 0 ? 0 : round % players.length;
  return [...players.slice(start), ...players.slice(0, start)];
}
