// Which examples are kept out of training to measure the validation loss. Seeded, so that a run can be repeated.
import { seededRandom, shuffled } from "../base/random.ts";

/** Of fewer examples each counts: what is held out would be missed, and so few say nothing. */
export const fewestToSplit = 20;

/** Both parts keep the order of the file. Fewer than 20 examples are all for training. */
export function splitExamples<T>(examples: readonly T[], fraction: number, seed: number): { train: T[]; validation: T[] } {
  const count = examples.length < fewestToSplit ? 0 : Math.round(examples.length * fraction);
  const held = new Set(shuffled([...examples.keys()], seededRandom(seed)).slice(0, count));
  return {
    train: examples.filter((_, at) => !held.has(at)),
    validation: examples.filter((_, at) => held.has(at)),
  };
}
