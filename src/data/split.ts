// Which examples are kept out of training to measure the validation loss. Seeded, so that a run can be repeated.
import { seededRandom, shuffled } from "../base/random.ts";

/** Both parts keep the order of the file. At least one example stays for training; few examples give no validation. */
export function splitExamples<T>(examples: readonly T[], fraction: number, seed: number): { train: T[]; validation: T[] } {
  const count = Math.min(Math.round(examples.length * fraction), examples.length - 1);
  const held = new Set(shuffled([...examples.keys()], seededRandom(seed)).slice(0, Math.max(0, count)));
  return {
    train: examples.filter((_, at) => !held.has(at)),
    validation: examples.filter((_, at) => held.has(at)),
  };
}
